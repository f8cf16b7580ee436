/** The queries of the benchmark: queries.json (`{kind, q}`), and the known items of test/bench/known-items. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evenly } from './stats.mjs';

const HERE = join(import.meta.dirname, '..');

export const QUERIES = JSON.parse(readFileSync(join(HERE, 'queries.json'), 'utf8'));

export const COMMON_WORDS = QUERIES.filter(({ kind }) => kind === 'common').map(({ q }) => q[0]);

/** As a person types it to find-text. */
export function ourQuery({ kind, q }) {
  return kind === 'phrase' ? `"${q.join(' ')}"` : q.join(' ');
}

/** Evenly spaced over the kinds of known-item queries; none when that folder is not there. */
export function knownItemTexts(corpus, count) {
  const file = join(HERE, 'known-items', corpus, 'queries.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return evenly(lines, count).map((line) => JSON.parse(line).text);
}
