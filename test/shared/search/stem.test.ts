import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stem } from '../../../shared/search/stem.js';
import { openForWriting } from '../../../shared/store/open.js';

/** What SQLite's own tokenizers make of each word: without and with porter. */
function termsOfSqlite(words: readonly string[]): { token: string; term: string }[] {
  const db = openForWriting(':memory:');
  const read = (tokenize: string): string[] => {
    db.exec(`CREATE VIRTUAL TABLE temp.one USING fts5 (word, tokenize = '${tokenize}');
             CREATE VIRTUAL TABLE temp.one_term USING fts5vocab ('temp', 'one', 'instance')`);
    const insert = db.prepare('INSERT INTO temp.one (rowid, word) VALUES (?, ?)');
    for (const [i, word] of words.entries()) insert.run(i + 1, word);
    const terms = db.prepare<[], string>('SELECT term FROM temp.one_term ORDER BY doc, offset').pluck().all();
    db.exec('DROP TABLE temp.one_term; DROP TABLE temp.one');
    return terms;
  };
  const tokens = read('unicode61 remove_diacritics 2');
  const terms = read('porter unicode61 remove_diacritics 2');
  db.close();
  return tokens.map((token, i) => ({ token, term: terms[i] as string }));
}

const ENDINGS = [
  ...['s', 'es', 'ies', 'sses', 'ed', 'eed', 'ing', 'ated', 'izing', 'ational', 'tional', 'izer', 'ization', 'ation'],
  ...['alism', 'iveness', 'fulness', 'ousness', 'aliti', 'biliti', 'icate', 'ative', 'ical', 'ness', 'ement', 'ment'],
  ...['ent', 'ion', 'tion', 'sion', 'able', 'ible', 'ance', 'y', 'e', 'll', 'lle', 'w', 'x', 'ouli', 'logi', 'bli', ''],
];
const roots = fc.string({ unit: fc.constantFrom(...'aeiouybcdlstngzwxr'), minLength: 0, maxLength: 9 });
const asciiWord = fc.tuple(roots, fc.constantFrom(...ENDINGS)).map((parts) => parts.join(''));
const anyWord = fc.string({ unit: fc.constantFrom(...'aeiysdgn', 'é', 'я', 'ß', '設', '9'), maxLength: 40 });

describe('stem', () => {
  it('gives the same term as SQLite for words of English endings and of other scripts', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(asciiWord, anyWord), { minLength: 50, maxLength: 200 }), (words) => {
        for (const { token, term } of termsOfSqlite(words)) expect([token, stem(token)]).toEqual([token, term]);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves tokens of more than 64 bytes and of less than three as they are', () => {
    expect(stem(`${'a'.repeat(60)}ations`)).toBe(`${'a'.repeat(60)}ations`);
    expect(stem('as')).toBe('as');
    expect(stem('яs')).toBe('я');
  });
});
