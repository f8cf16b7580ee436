/** Of several words some decide which documents are best: what is found by them is what is found by all. */
import { describe, expect, it } from 'vitest';
import { decidingWords } from '../../../shared/search/deciding-words.js';
import { toSqlCondition } from '../../../shared/search/filter-sql.js';
import { FullText } from '../../../shared/search/full-text.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { Documents } from '../../../shared/store/documents.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import type { Extraction } from '../../../shared/types.js';

const word = (expression: string, documents: number, isPhrase = true) => ({ expression, documents, isPhrase });

describe('decidingWords', () => {
  const of20000 = { all: 20_000, wanted: 50 };

  it.each([
    [
      'a word that a third have does not decide',
      [word('"drivers"', 7000), word('"lio"', 40), word('"tool"', 90)],
      '("lio" OR "tool")',
    ],
    ['nor do two', [word('"the"', 18_000), word('"x"', 200), word('"of"', 17_000)], '"x"'],
    ['too few have the rare one', [word('"the"', 9000), word('"x"', 90)], undefined],
    ['what they add may be more', [word('"a"', 4000), word('"x"', 3000)], undefined],
    ['what a part adds is not known', [word('("a" OR "b")', 9000, false), word('"x"', 200)], undefined],
    ['there is little to spare', [word('"a"', 600), word('"x"', 200)], undefined],
    ['a single word', [word('"the"', 9000)], undefined],
  ])('%s', (_, words, expected) => {
    expect(decidingWords(words, of20000)?.expression).toBe(expected);
  });

  it('says how much the others add at most', () => {
    const { mostOfOthers } = decidingWords([word('"the"', 9000), word('"x"', 200)], of20000) ?? {};
    expect(mostOfOthers).toBeCloseTo(2.2 * Math.log(11_000.5 / 9000.5), 6);
  });
});

/** Each is in one of so many documents. */
const WORDS = { apple: 1.3, berry: 1.7, cedar: 3, delta: 9, ember: 20, flint: 70, grove: 200 };
const DOCUMENTS = 4000;

describe('the best of any of several words', () => {
  const db = filled();
  const names = Object.keys(WORDS);
  const expressions = names.flatMap((a, i) =>
    names.slice(i + 1).flatMap((b, j) => [
      [a, b],
      [a, b, names[j] as string],
      ['grove', a, `${b} ${a}`],
    ]),
  );

  it.each(['', 'size:>400', 'name:doc1'])('is found as if all documents were scored, with the filter %j', (filter) => {
    const condition = toSqlCondition(parseQuery(filter || 'apple', { nowMs: 0 }), db);
    for (const words of expressions) {
      const expression = `(${words.map((one) => `"${one}"`).join(' OR ')})`;
      for (const limit of [10, 50]) {
        const all = db
          .prepare<unknown[], [number, number]>(
            `SELECT rowid, -bm25(body, 5, 1, 0.05) AS score FROM body
             WHERE body MATCH :expression ${condition.sql('body.rowid')} ORDER BY score DESC LIMIT :limit`,
          )
          .raw()
          .all({ expression, limit, ...condition.parameters });
        const fullText = new FullText(db, condition);
        for (const one of words) fullText.frequency('body', `"${one}"`);
        expect(fullText.best('body', expression, limit), expression).toEqual(all);
      }
    }
  });

  it('is among those that have a deciding word', () => {
    const counted = (one: string) => {
      const documents = new FullText(db, toSqlCondition(parseQuery('x', { nowMs: 0 }), db)).frequency('body', one);
      return { expression: one, documents, isPhrase: true };
    };
    const words = ['"apple"', '"flint"', '"grove"'].map(counted);
    expect(decidingWords(words, { all: DOCUMENTS, wanted: 10 })?.expression).toBe('("grove" OR "flint")');
  });
});

function filled(): Db {
  const db = openForWriting(':memory:');
  const documents = new Documents(db);
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  db.transaction(() => {
    for (let at = 0; at < DOCUMENTS; at++) {
      const held = Object.entries(WORDS).flatMap(([one, each]) =>
        random() < 1 / each ? Array<string>(1 + Math.floor(3 * random())).fill(one) : [],
      );
      const text = [...held, ...Array<string>(Math.floor(90 * random())).fill('filler')].join(' ');
      const content = { type: 'text/plain', title: '', text: Buffer.from(text), markup: Buffer.alloc(0) };
      const how = { extractor: 'text', extractorVersion: 1, isTruncated: false, isFileText: true };
      const stat = { dev: 1, ino: at, size: text.length, mtimeMs: at, ctimeMs: at };
      documents.put(Buffer.from(`/r/doc${at}.txt`), stat, { ...content, ...how } satisfies Extraction);
    }
  })();
  return db;
}
