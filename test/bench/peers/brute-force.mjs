/** What a search must find, by reading every file, of HTML what can be seen. A word ends where no letter, digit or `_` follows. */
import { readFileSync } from 'node:fs';
import { filesBelow } from '../lib/corpus-pool.mjs';
import { plainHtml } from '../lib/judged/text.mjs';

const HTML = /\.x?html?$/i;

/** @returns by word the paths of the files that hold it, in any case. */
export function filesWithWords(folder, words) {
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words.join('|')})(?![\\p{L}\\p{N}_])`, 'giu');
  const holders = new Map(words.map((word) => [word, new Set()]));
  for (const path of filesBelow(folder)) {
    const text = readFileSync(path, 'utf8');
    for (const [found] of (HTML.test(path) ? plainHtml(text) : text).matchAll(pattern))
      holders.get(found.toLowerCase()).add(path);
  }
  return holders;
}

/** How much of what is right was listed, and how many are right and listed. */
export function compareLists(right, listed) {
  const found = listed.filter((path) => right.has(path)).length;
  return { share: right.size === 0 ? 1 : found / right.size, right: right.size, listed: listed.length };
}
