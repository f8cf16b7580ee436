/**
 * What other programs show of a workbook. LibreOffice computes formulas anew, writes 1 for TRUE, and knows other
 * functions than the program that wrote the file: a second reader, Gnumeric, tells what does not depend on the reader.
 * Used by others.mjs.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const SHEET_ENDINGS = ['xls', 'xlsx', 'ods'];
const csv = (asShown) => `csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,${asShown},false,false,-1`;
export const AS_SHOWN = csv(true);
export const AS_STORED = csv(false);
/** '02/22/2014 09:00:00', as LibreOffice writes it for the United States. */
const DAY = /^\d\d\/\d\d\/\d{4}/;
const WAYS = ['automatic', 'preserve'];

/**
 * A cell as a person sees it. A day is taken whole: its short form depends on the country of the reader.
 * @param shown, stored  the same sheets as CSV, all cells in the same order.
 */
export function textOfCells(shown, stored) {
  const whole = cellsOf(stored);
  return cellsOf(shown)
    .map((cell, i) => (DAY.test(whole[i] ?? '') ? whole[i] : cell))
    .join('\n');
}

function cellsOf(text) {
  const cells = text.matchAll(/"((?:[^"]|"")*)"(?:,|\n|$)|([^,\n]*)(?:,|\n|$)/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

/** @returns what Gnumeric shows, and what it stores; nothing for what it does not read. @throws when it is not there. */
export function byGnumeric(file, work) {
  return WAYS.map((way) => convert(file, way, join(work, 'gnumeric'))).filter((text) => text.trim() !== '');
}

function convert(file, way, place) {
  mkdirSync(place);
  const options = ['-S', '-T', 'Gnumeric_stf:stf_assistant', '-O', `separator=, format=${way}`];
  const { error } = spawnSync('ssconvert', [...options, file, join(place, '%n.txt')], { stdio: 'ignore' });
  if (error) throw new Error('measure documents: install Gnumeric, whose ssconvert is missing', { cause: error });
  const text = readdirSync(place).map((name) => readFileSync(join(place, name), 'utf8'));
  rmSync(place, { recursive: true });
  return text.join('\n');
}
