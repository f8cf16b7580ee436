import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, toWords, wordSpans } from '../../../shared/search/words.js';
import { openForWriting } from '../../../shared/store/open.js';

function tokensOfSqlite(texts: readonly string[]): string[][] {
  const db = openForWriting(':memory:');
  db.exec(`CREATE VIRTUAL TABLE temp.one USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
           CREATE VIRTUAL TABLE temp.one_term USING fts5vocab ('temp', 'one', 'instance')`);
  const insert = db.prepare('INSERT INTO temp.one (rowid, text) VALUES (?, ?)');
  for (const [i, text] of texts.entries()) insert.run(i + 1, text);
  const rows = db.prepare<[], [number, string]>('SELECT doc, term FROM temp.one_term ORDER BY doc, offset').raw().all();
  db.close();
  const tokens: string[][] = texts.map(() => []);
  for (const [doc, term] of rows) tokens[doc - 1]?.push(term);
  return tokens;
}

/** Letters, digits and signs of the languages people write in; SQLite knows Unicode 6.1, Node a newer one. */
const CHARACTERS = [
  ...'abzABZ019 _-./:;()«»„“”–—…€§',
  ...'äöüßéèêçñøåłőžŠÅÉİıœ×÷',
  ...'абвйЖΑαςΣάόμ',
  ...'漢字かなカナ한글אבجد',
  ...['\u0301', '\u00b5', '\u017f', '\t', '\n', '\u00a0', '😀'],
];
const text = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 60 });

describe('toWords', () => {
  it('cuts and folds as the tokenizer of the index', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 60 }), (texts) => {
        expect(texts.map(toWords)).toEqual(tokensOfSqlite(texts));
      }),
      { numRuns: 100 },
    );
  });

  it('folds every Latin letter with a diacritic as SQLite does, but two with both macron and dot', () => {
    const letters = Array.from({ length: 0x250 - 0xc0 }, (_, i) => String.fromCharCode(0xc0 + i));
    const extended = Array.from({ length: 0x100 }, (_, i) => String.fromCharCode(0x1e00 + i));
    const all = [...letters, ...extended].filter((letter) => !'ǠǡᾹ'.includes(letter));
    const expected = tokensOfSqlite(all);
    all.forEach((letter, i) => {
      expect([letter, toWords(letter)]).toEqual([letter, expected[i]]);
    });
  });
});

describe('foldText', () => {
  it('keeps the length of any text', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        expect(foldText(any)).toHaveLength(any.length);
      }),
    );
  });
});

describe('wordSpans', () => {
  it('tells where each word stands', () => {
    const source = 'Ein Résumé, zwei';
    expect(wordSpans(source).map(({ start, end }) => source.slice(start, end))).toEqual(['Ein', 'Résumé', 'zwei']);
  });
});
