/** Audit events turned into changes per CPU second, beside libauparse through Python: ../audit-parse.mjs as a section. */
import { AIM, measureAll, TARGET } from '../audit-parse.mjs';
import { figure } from '../lib/table.mjs';

export async function run() {
  const results = measureAll();
  return {
    figures: results.flatMap(({ title, warm, python }) => [
      figure(title, warm, { unit: 'events/CPU s', target: TARGET, aim: AIM, atLeast: true }),
      figure(`${title}: times python3-audit`, python && warm / python, {}),
    ]),
    checks: results.map(({ title, wrong }) => ({
      name: `${title}: all counts are right`,
      isOk: wrong.length === 0,
      detail: wrong.join('; '),
    })),
    notes: [...new Set(results.flatMap(({ missing }) => (missing ? [`python3-audit ${missing}`] : [])))],
    raw: { results },
  };
}
