/** What the terminal has to be sent so that it shows other rows than before: only those that are different. Pure. */
import type { View } from './view.js';

/** One update, for terminals that know how to show it as one. */
const BEGIN = '\x1b[?2026h\x1b[?25l';
const END = '\x1b[?25h\x1b[?2026l';
/** Before the text: behind it the cursor may stand on the last character. */
const CLEAR_ROW = '\x1b[2K';

/** @param before  what is shown; undefined: nobody knows. */
export function frame(before: View | undefined, { rows, cursor }: View): string {
  const changed = rows.flatMap((text, i) => (text === before?.rows[i] ? [] : [`${at(i, 0)}${CLEAR_ROW}${text}`]));
  return `${BEGIN}${before ? '' : '\x1b[2J'}${changed.join('')}${at(cursor.row, cursor.column)}${END}`;
}

function at(row: number, column: number): string {
  return `\x1b[${row + 1};${column + 1}H`;
}
