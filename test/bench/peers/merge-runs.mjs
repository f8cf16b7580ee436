/** Several runs that were kept, each of some parts, sizes or engines, as one: what is in a later one wins. Pure. */
const PARTS = ['fresh', 'languages', 'code', 'pdf', 'home'];

export function mergeRuns(runs) {
  const engines = new Map(runs.flatMap((run) => run.engines.map((engine) => [engine.name, engine])));
  const parts = PARTS.filter((part) => runs.some((run) => run[part]));
  const sizes = mergeSizes(runs.flatMap((run) => run.sizes ?? []));
  return {
    ...Object.assign({}, ...runs),
    machine: runs[0].machine,
    loads: Object.assign({}, ...runs.map(({ loads }) => loads)),
    ...Object.fromEntries(parts.map((part) => [part, Object.assign({}, ...runs.map((run) => run[part]))])),
    ...(sizes.length > 0 && { sizes }),
    engines: [...engines.values()],
    runs: runs.length,
  };
}

/** By size, from the smallest, with the engines of all. */
function mergeSizes(all) {
  const sizes = new Map();
  for (const one of all) {
    const known = sizes.get(one.size);
    sizes.set(one.size, { ...one, engines: { ...known?.engines, ...one.engines } });
  }
  return [...sizes.values()].sort((a, b) => a.files - b.files);
}
