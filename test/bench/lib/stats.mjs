/** Order statistics and timing. Machines are shared, so medians rather than means, and many short runs. */

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1)))];
}

export function median(values) {
  return percentile(values, 0.5);
}

/** p50, p95 and the extremes, in the unit of the values. */
export function spread(values) {
  return {
    n: values.length,
    min: percentile(values, 0),
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    max: percentile(values, 1),
  };
}

/** @returns milliseconds of the clock and of the processor (this process only). */
export function timeMs(action) {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(startCpu);
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 };
}

/** At most `count` of the items, evenly spaced, the first always among them. */
export function evenly(items, count) {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
