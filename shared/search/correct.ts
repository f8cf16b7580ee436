/** The text of a query with the corrections made: only in the words that were corrected, as the parser sees them. Pure. */
import { FIELDS, isFieldName } from './fields.js';
import { type Correction, replaceIn } from './repair.js';
import { type Item, scanQuery, type Token, type Value } from './scan-query.js';

/** No excluded word, no phrase, no value of a condition is touched. */
export function correct(text: string, corrections: readonly Correction[]): string {
  let corrected = '';
  let done = 0;
  for (const { at, end } of scanQuery(text).filter(isOfWords).flatMap(wordsIn)) {
    corrected += text.slice(done, at) + replaced(text.slice(at, end), corrections);
    done = end;
  }
  return corrected + text.slice(done);
}

function replaced(words: string, corrections: readonly Correction[]): string {
  return corrections.reduce((corrected, { from, to }) => replaceIn(corrected, from, to), words);
}

function isOfWords(token: Token): token is Item {
  if (token.kind !== 'item' || token.isExcluded) return false;
  const spec = isFieldName(token.field) ? FIELDS[token.field] : undefined;
  return !spec || ('place' in spec && spec.place !== 'property');
}

function wordsIn({ field, values }: Item): Value[] {
  const takesFolder = isFieldName(field) && FIELDS[field].takes === 'folder';
  return values.filter(
    ({ isQuoted, text }) => !isQuoted && !text.endsWith('*') && !(takesFolder && /^[~./]/.test(text)),
  );
}
