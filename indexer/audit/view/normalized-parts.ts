/**
 * What normalize.ts and normalize-record.ts take from a record.
 */
import type { Interpreted } from './interpret.js';
import type { RecordView } from './record-view.js';

/** Programs that run others: their command name says more than their path. */
const INTERPRETER = /\/(?:ba)?sh$|\/(?:python|perl|ruby|node|php|lua|java)[\d.]*$/;

/** The program, be it the command that an interpreter runs; null when the record does not tell. */
export function howOf(record: RecordView): Interpreted {
  const exe = fieldOf(record, 'exe');
  const isProgram = typeof exe === 'string' && !INTERPRETER.test(exe);
  return isProgram ? exe : (fieldOf(record, 'comm') ?? exe);
}

export function part(name: string, record: RecordView, field: string): Readonly<Record<string, Interpreted>> {
  return { [name]: fieldOf(record, field), [`${name}.field`]: field };
}

export function fieldOf(record: RecordView, field: string): Interpreted {
  return (record[field] as Interpreted | undefined) ?? null;
}
