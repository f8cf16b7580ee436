/** Audit events turned into changes per CPU second, beside libauparse: test/bench/audit-parse.mjs measures and counts. */
import { AIM, measureAll, TARGET } from '../audit-parse.mjs';
import { figure } from '../lib/table.mjs';

export async function run() {
  const results = measureAll();
  return {
    figures: results.map(({ title, warm }) =>
      figure(title, warm, { unit: 'events/CPU s', target: TARGET, aim: AIM, atLeast: true }),
    ),
    tables: [
      {
        header: ['stream', 'size', 'find-text', 'its first pass', 'python3-audit', 'libauparse in C', 'x in C'],
        rows: results.map(({ title, size, warm, first, python, c }) => [
          title,
          size,
          warm,
          first,
          python,
          c,
          c && warm / c,
        ]),
      },
    ],
    checks: results.map(({ title, wrong }) => ({
      name: `all counts are right: ${title}`,
      isOk: wrong.length === 0,
      detail: wrong.join(', '),
    })),
    notes: [...new Set(results.flatMap(({ missing }) => missing))],
    raw: results,
  };
}
