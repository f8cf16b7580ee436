/** Words of texts, cut by ICU, with the documents that hold them. */

/** Words of at least two letters that three to forty documents hold, always the same ones. @returns [word, paths] of each. */
export function sampleWords(language, documents, count) {
  const common = [...wordHolders(language, documents)].filter(([, paths]) => paths.size >= 3 && paths.size <= 40);
  return common.sort(([a], [b]) => hash(a) - hash(b)).slice(0, count);
}

function wordHolders(language, documents) {
  const segmenter = new Intl.Segmenter(language.replace('_', '-'), { granularity: 'word' });
  const holders = new Map();
  for (const [path, text] of documents) {
    for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC'))) {
      const word = segment.toLowerCase();
      if (!isWordLike || !/^[\p{L}\p{M}]{2,}$/u.test(word)) continue;
      if (!holders.has(word)) holders.set(word, new Set());
      holders.get(word).add(path);
    }
  }
  return holders;
}

function hash(text) {
  return [...text].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) >>> 0, 7);
}
