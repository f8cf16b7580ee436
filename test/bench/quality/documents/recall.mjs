/** How many of the words that one program reads of a document another one reads, too. Pure. Used by documents.mjs. */

/** Written without blanks, or cut into words otherwise by each program: letter by letter. */
const LETTERS =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]|[\p{L}\p{N}\p{M}]+/gu;
/** What a sheet shows when it is computed, and the file does not say. */
const NO_VALUE = /#(?:N\/A|DIV\/0!|VALUE!|REF!|NAME\?|NUM!|NULL!)|\bErr:\d{3}\b/g;
const LACKING = 8;

/**
 * Each word counts as often as it stands there.
 * @param isPrinted  the other program has laid it out: numbers of pages and dates of today are made then, so numbers do not
 * count.
 * @param seconds  what a second program reads, in each way it has: where there is one, a word counts that it has in one
 * of these, too.
 */
export function recallOf({ own, other, isPrinted, seconds = [] }) {
  const have = countsOf(wordsOf(own));
  const first = countsOf(wordsOf(other).filter((word) => !isPrinted || /^[\p{L}\p{M}]+$/u.test(word)));
  const want = seconds.length === 0 ? first : inBoth(first, seconds.map(wordsOf).map(countsOf));
  let [found, words] = [0, 0];
  const lacking = [];
  for (const [word, count] of want) {
    const there = Math.min(count, have.get(word) ?? 0);
    found += there;
    words += count;
    if (there < count && lacking.length < LACKING) lacking.push(word);
  }
  return { found, words, recall: found / words, lacking };
}

function inBoth(first, seconds) {
  const most = (word) => Math.max(...seconds.map((counts) => counts.get(word) ?? 0));
  return new Map([...first].map(([word, count]) => [word, Math.min(count, most(word))]));
}

/** A word that is parted at the end of a line is one. */
function wordsOf(text) {
  const whole = text
    .replace(NO_VALUE, ' ')
    .normalize('NFKC')
    .replace(/(?<=\p{L})[-\u00ad\u2010]\s*\n\s*(?=\p{Ll})/gu, '');
  return whole.replaceAll('\u00ad', '').toLowerCase().match(LETTERS) ?? [];
}

function countsOf(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
