/**
 * What of a name, a path and a title goes into the `names` table: the words as they stand, and other ways to write
 * them. Words are once more parted where a person would part them (`HTTPServer.java` → HTTP Server java).
 */
import { pathText } from '../path-text.js';
import { partCamel } from '../words/camel.js';
import { foldText } from '../words/fold.js';
import { indexWords } from '../words/index-form.js';
import { LetterPattern } from '../words/letter-pattern.js';
import { joinedForms, otherForms, speltForms } from '../words/other-forms.js';

const BETWEEN_NAMES = new LetterPattern(String.raw`[^\p{L}\p{M}\p{N}]+`);

/** Text of a name for the full-text table. */
export function nameText(name: Uint8Array): string {
  const text = pathText(name);
  const parted = partCamel(text);
  const words = parted === text ? [text] : [text, parted];
  return together([...words.map(indexWords), ...joinedForms(text), ...speltForms(text)]);
}

/** Of a name, for what stands in the middle of it. */
export function nameLetters(name: Uint8Array): string {
  return foldText(pathText(name)).text;
}

/** Text of a folder's path: parted, and then the names that have parts. */
export function directoryText(directory: Uint8Array): string {
  const text = pathText(directory);
  const names = text.split(BETWEEN_NAMES.for(text)).filter((name) => partCamel(name) !== name);
  return together([indexWords(partCamel(text)), ...names.map(indexWords), ...joinedForms(text), ...speltForms(text)]);
}

export function titleText(title: string): string {
  if (title === '') return '';
  return together([indexWords(title), ...otherForms(title)]);
}

function together(texts: readonly string[]): string {
  return [...new Set(texts)].join(' ');
}
