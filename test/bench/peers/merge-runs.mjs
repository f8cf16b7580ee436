/** Several runs that were kept, each of some parts, as one: parts of a later one win. Pure. */

export function mergeRuns(runs) {
  const engines = new Map(runs.flatMap((run) => run.engines.map((engine) => [engine.name, engine])));
  return {
    ...Object.assign({}, ...runs),
    machine: runs[0].machine,
    loads: Object.assign({}, ...runs.map(({ loads }) => loads)),
    engines: [...engines.values()],
  };
}
