/** Queries from the texts of documents: six words in a row of one line, and four telling words. One document answers each. Pure. */
const IN_A_ROW = 6;
const TELLING = 4;

/** @param texts  by path. @returns `{ kind, text, path }`, at most one of each kind a document. */
export function documentQueries(texts) {
  const words = new Map([...texts].map(([path, text]) => [path, new Set(wordsOf(text))]));
  const plain = new Map([...texts].map(([path, text]) => [path, ` ${wordsOf(text).join(' ')} `]));
  const counts = countsOf(words);
  return [...texts].flatMap(([path, text]) => [
    ...first(
      rowsOf(text),
      (row) => holders(plain, (one) => one.includes(` ${row} `)) === 1,
      'six words in a row',
      path,
    ),
    ...first(tellingOf(text, counts), (four) => isOnlyIn(words, four.split(' ')), 'four telling words', path),
  ]);
}

function first(texts, isWanted, kind, path) {
  const text = texts.find(isWanted);
  return text === undefined ? [] : [{ kind, text, path }];
}

function isOnlyIn(words, wanted) {
  return holders(words, (own) => wanted.every((word) => own.has(word))) === 1;
}

function holders(texts, isHolder) {
  return [...texts.values()].filter(isHolder).length;
}

function wordsOf(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** From the middle of the text on, where no title page is. Only of letters, as nothing else reads the same everywhere. */
function rowsOf(text) {
  const lines = text.split('\n');
  const fromMiddle = [...lines.slice(lines.length / 2), ...lines.slice(0, lines.length / 2)];
  const plain = fromMiddle.filter((line) => /^[A-Za-z ,]+$/.test(line)).map((line) => wordsOf(line));
  return plain.filter((words) => words.length >= IN_A_ROW + 1).map((words) => words.slice(0, IN_A_ROW).join(' '));
}

/** Words of the document that few others have, but not it alone. */
function tellingOf(text, counts) {
  const own = new Map();
  for (const word of wordsOf(text)) if (/^[a-z]{5,14}$/.test(word)) own.set(word, (own.get(word) ?? 0) + 1);
  const known = [...own].filter(([word]) => counts.get(word) > 1);
  const weighed = known.map(([word, count]) => [word, (1 + Math.log(count)) / Math.log(1 + counts.get(word))]);
  const best = weighed.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
  return Array.from({ length: 5 }, (_, at) => best.slice(at * TELLING, (at + 1) * TELLING))
    .filter((four) => four.length === TELLING)
    .map((four) => four.join(' '));
}

function countsOf(words) {
  const counts = new Map();
  for (const own of words.values()) for (const word of own) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
