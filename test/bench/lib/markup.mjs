/** Is a word of an HTML file shown to its reader? A crude second opinion, independent of the extractor it judges. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const HIDDEN = /<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1\s*>/gi;
const TAG = /<[!?/a-z][^>]*>/gi;

/** True when the file is markup and the whole word is gone once tags, comments, scripts and styles are. */
export function onlyInMarkup(folder, path, word) {
  const source = readFileSync(join(folder, path), 'utf8');
  if (!/^\s*(<\?xml|<!doctype|<[a-z])/i.test(source)) return false;
  const shown = source.replace(HIDDEN, ' ').replace(TAG, ' ');
  return !new RegExp(`(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, 'iu').test(shown);
}
