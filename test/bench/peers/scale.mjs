/** The arithmetic of a chart: logarithmic axes, and labels that do not lie on each other. Pure. */

/** The powers of ten around the values: at least two. */
export function decades(values) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
}

/** @returns value → place, to a tenth: the least of `values` at the first of `range`, the greatest at the second. */
export function scaleLog(values, [from, to]) {
  const low = Math.log10(Math.min(...values));
  const span = Math.log10(Math.max(...values)) - low;
  return (value) => {
    const share = span === 0 ? 0.5 : (Math.log10(value) - low) / span;
    return Math.round((from + share * (to - from)) * 10) / 10;
  };
}

/** Places near the wanted ones, in the same order, at least `gap` apart, within the range where they fit. */
export function spreadOut(wanted, gap, [from, to]) {
  const order = wanted.map((place, at) => ({ place, at })).sort((a, b) => a.place - b.place);
  order.forEach((one, i) => {
    one.place = Math.max(one.place, i === 0 ? from : order[i - 1].place + gap);
  });
  for (let i = order.length - 1; i >= 0; i--) {
    const most = i === order.length - 1 ? to : order[i + 1].place - gap;
    order[i].place = Math.max(Math.min(order[i].place, most), from);
  }
  const places = [];
  for (const { place, at } of order) places[at] = place;
  return places;
}
