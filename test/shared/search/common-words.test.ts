/** Words that very many documents hold: champion lists give the answer that scoring all of them gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandidateSet } from '../../../shared/search/candidates.js';
import { CommonWords } from '../../../shared/search/common-words.js';
import { toSqlCondition } from '../../../shared/search/filter-sql.js';
import { FullText } from '../../../shared/search/full-text.js';
import { GroupMatches } from '../../../shared/search/group-matches.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { understand } from '../../../shared/search/search.js';
import { wordOfTerm } from '../../../shared/search/stem.js';
import { areChampionsDue, beginChampions, ChampionMaker, championsOf } from '../../../shared/store/champions.js';
import { Documents } from '../../../shared/store/documents.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { refreshVocabulary } from '../../../shared/store/vocabulary.js';
import type { Extraction } from '../../../shared/types.js';
import { askedOfDb } from '../../helpers/asked-of-db.js';

/** Each word is in nearly half of them: of more it would tell nothing. */
const DOCUMENTS = 45_000;
/** Of so many documents one has all words, and an ending of its own. */
const RARE = 9000;
const COMMON = ['apple', 'berry', 'cedar', 'cello', 'ember', 'license'];
const ALL = COMMON.map((word) => `"${word}"`).join(' AND ');
const ANY = `(${COMMON.map((word) => `"${word}"`).join(' OR ')})`;

let db: Db;
let documents: Documents;
let state = 7;

function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** One in two hundred is about these words. */
function textOf(at: number): string {
  const most = at % 200 === 0 ? 9 : 2;
  const isHolder = () => at % 200 === 0 || random(100) < 48;
  const words = COMMON.flatMap((word) => (isHolder() ? Array<string>(1 + random(most)).fill(word) : []));
  return [...words, ...Array<string>(60 - words.length).fill('filler'), `only${at}`].join(' ');
}

function put(at: number, text: string, ending = 'txt'): number {
  const content = { type: 'text/plain', title: '', text: Buffer.from(text), markup: Buffer.alloc(0) };
  const how = { extractor: 'text', extractorVersion: 1, isTruncated: false, isFileText: true };
  const stat = { dev: 1, ino: at, size: text.length, mtimeMs: at, ctimeMs: at };
  return documents.put(Buffer.from(`/r/doc${at}.${ending}`), stat, { ...content, ...how } satisfies Extraction);
}

function makeLists(): void {
  beginChampions(db);
  for (let after: string | undefined = ''; after !== undefined; )
    after = refreshVocabulary(db, after, { budgetMs: 100, hasLists: true });
  const maker = new ChampionMaker(db, wordOfTerm);
  while (maker.step(5000));
}

function best(expression: string, filter = 'size:>0', limit = 10): number[] {
  const query = parseQuery(filter, { nowMs: 1e12 });
  const condition = filter === '' ? parseQuery('x', { nowMs: 0 }) : query;
  const text = new FullText(db, toSqlCondition(condition, db));
  return text.best('body', expression, limit).map(([id]) => id);
}

/** Without the lists. */
function exhaustive(expression: string, filter?: string): number[] {
  db.exec('SAVEPOINT without; DELETE FROM listed');
  const found = best(expression, filter, 10);
  db.exec('ROLLBACK TO without; RELEASE without');
  return found;
}

beforeAll(() => {
  db = openForWriting(':memory:');
  documents = new Documents(db);
  db.transaction(() => {
    for (let at = 1; at <= DOCUMENTS; at++) put(at, textOf(at), at % RARE === 0 ? 'rare' : 'txt');
  })();
  expect(areChampionsDue(db)).toBe(true);
  makeLists();
}, 120_000);

afterAll(() => db.close());

/** What a search asks: its parameters, and what it finds. */
function searched(text: string): { found: CandidateSet; asked: string[] } {
  let found: CandidateSet | undefined;
  const asked = askedOfDb(db, (written) => {
    const { candidates } = understand(written, parseQuery(text, { nowMs: 1e12 }), 10);
    candidates.findSome();
    found = candidates.result();
  });
  return { found: found as CandidateSet, asked };
}

describe('a search for common words', () => {
  it('makes one list of what a narrow filter lets through', () => {
    const { found, asked } = searched('apple ext:rare');
    expect(found.total).toBeGreaterThan(0);
    const ofFilterAlone = asked.filter((one) => one.includes('rare') && !/apple|sample/.test(one));
    expect(ofFilterAlone).toHaveLength(1);
  });

  it('ends where a filter lets nothing through', () => {
    const { found, asked } = searched('apple berry ext:none');
    expect(found).toMatchObject({ candidates: [], total: 0 });
    expect(asked.length).toBeLessThan(20);
    expect(asked.length).toBeLessThan(searched('apple berri ext:txt').asked.length);
  });

  it('counts no further than it has to: the total is a bound', () => {
    const { found } = searched('apple size:>0');
    expect(found).toMatchObject({ isTotalExact: false, total: 1000 });
  });

  it('counts where one word is in names alone, and one in texts alone', () => {
    const { found } = searched('txt apple berry cedar');
    expect(found.isTotalExact).toBe(false);
  });

  it('does not look for all that have all words of a question of common words', () => {
    const { found, asked } = searched(`which is the ${COMMON.join(' ')}`);
    expect(found.isQuestion).toBe(true);
    expect(found.candidates.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...asked.map(({ length }) => length))).toBeLessThan(10_000);
  });
});

describe('the full text, asked about some documents', () => {
  const text = (filter: string) => new FullText(db, toSqlCondition(parseQuery(filter, { nowMs: 1e12 }), db));
  const ids = [7, 200, 400, 31_000, 600, 8, DOCUMENTS];

  it('tells of the same ones that words stand near, one by one or looking through all', () => {
    const near = '({title text} : NEAR("apple" "berry", 10))';
    const one = text('x').among('body', near, ids, { entries: 1e9 });
    expect(one.sort()).toEqual(text('x').among('body', near, ids, { entries: 0 }).sort());
    expect(one).toContain(200);
    expect(one).not.toContain(DOCUMENTS + 5);
  });

  it('asks for names what no text has', () => {
    const asked = (body: string | undefined, names: string | undefined) =>
      text('x').amongEither(body, names, ids).sort();
    expect(asked('"only 7"', '"doc 8"')).toEqual([7, 8]);
    expect(asked('"only 7"', '"doc 7"')).toEqual([7]);
    expect(asked(undefined, '"doc 8"')).toEqual([8]);
    expect(asked('"only 7"', undefined)).toEqual([7]);
  });

  it('asks for no more of them than are wanted', () => {
    const many = Array.from({ length: 5000 }, (_, i) => i + 1);
    const all = text('x').amongEither('"apple"', '"txt"', many);
    expect(all.length).toBeGreaterThan(2000);
    const some = text('x').amongEither('"apple"', '"txt"', many, 100);
    expect(some).toHaveLength(100);
    expect(all).toEqual(expect.arrayContaining(some));
  });

  it('scores few documents one by one as it scores more', () => {
    const scored = (some: number[]) =>
      text('x')
        .answersAmong('("apple" OR "berry")', some)
        .sort(([a], [b]) => a - b);
    const [first, second] = scored([200, 400, 600]);
    expect(scored([200])).toEqual([first]);
    expect(scored([400, 200])).toEqual([first, second]);
  });

  it('scores of what is known only what may come before the best that have every word', () => {
    const asked = { any: '("apple" OR "berry" OR "cedar" OR "cello" OR "ember")', every: '"apple" AND "berry"' };
    const ofEvery = text('x')
      .answers(asked, 10, { all: [7, 8], favoured: [7] })
      .map(([id]) => id);
    expect(ofEvery).toHaveLength(11);
    expect(ofEvery).toContain(7);
    const rare = { any: '"only 7"', every: '"only 7"' };
    expect(
      text('x')
        .answers(rare, 10, { all: [7], favoured: [] })
        .map(([id]) => id),
    ).toEqual([7]);
  });

  it('finds all that have all of the words, also where a name has one of them, or several', () => {
    db.exec('SAVEPOINT named');
    const lacking = [...COMMON.map((word) => [word]), COMMON.slice(1, 4)];
    const named = lacking.map((words, i) =>
      put(DOCUMENTS + 2 + i, COMMON.filter((word) => !words.includes(word)).join(' '), words.join('.')),
    );
    let whole: number[] = [];
    const asked = askedOfDb(db, (written) => {
      const { candidates } = understand(written, parseQuery(COMMON.join(' '), { nowMs: 1e12 }), DOCUMENTS);
      whole = candidates.wholeIds();
    });
    const inTexts = db.prepare<[string], number>('SELECT rowid FROM body WHERE body MATCH ?').pluck().all(ALL);
    db.exec('ROLLBACK TO named; RELEASE named');
    expect(whole.sort()).toEqual([...inTexts, ...named].sort());
    // The holders of one word are far more.
    expect(asked.filter((one) => one.includes('"body":'))).toEqual([]);
    expect(asked.filter((one) => one.includes('{"names":'))).toHaveLength(COMMON.length / 2);
  });

  it('looks through all for words near each other where few documents have them all', () => {
    expect(text('x').isInFew(ALL)).toBe(true);
    expect(text('size:>0').isInFew(ALL)).toBe(true);
    expect(text('x').isInFew('"apple"')).toBe(false);
  });

  it('asks of a question for two words that differ, not for two forms of one', () => {
    const asked = (words: string[]) =>
      new GroupMatches(parseQuery('x y', { nowMs: 0 }), text('x'), DOCUMENTS).affordable(words);
    const two = asked(['apple', 'apples', 'berry', 'cedar'])?.every.split(' AND ') ?? [];
    expect(two).toHaveLength(2);
    expect(two.filter((word) => word.includes('apple')).length).toBeLessThan(2);
    expect(asked(['apple', 'apples'])?.any).toBe('"apple"');
  });

  it('knows without counting further that very many have common words', () => {
    expect(text('x').isHeldBy('"apple" AND "berry"', 1001)).toBe(true);
    expect(text('x').isHeldBy('"apple" AND "only 7"', 1001)).toBe(false);
    expect(text('size:>0').isHeldBy('"apple" AND "berry"', 1001)).toBe(false);
  });
});

describe('champion lists', () => {
  it('are made of the common words, in slices, whatever the stemmer makes of a stem', () => {
    for (const word of ['appl', 'berri', 'cedar', 'cello', 'ember', 'licens']) {
      const list = championsOf(db, 'body', word);
      expect([word, list?.ids.length]).toEqual([word, 2000]);
      expect(list?.holders).toBeGreaterThan(20_000);
    }
    expect(championsOf(db, 'body', 'only1')).toBeUndefined();
    expect(areChampionsDue(db)).toBe(false);
  });

  it('hold the best of a word, best first', () => {
    const scored = db
      .prepare<[], [number, number]>(
        `SELECT rowid, -bm25(body, 5, 1, 0.05) AS score FROM body WHERE body MATCH '"apple"' ORDER BY score DESC LIMIT 50`,
      )
      .raw()
      .all();
    const list = championsOf(db, 'body', 'appl');
    expect(Array.from(list?.scores.slice(0, 50) ?? [], (score) => score.toFixed(4))).toEqual(
      scored.map(([, score]) => score.toFixed(4)),
    );
  });

  it.each([
    ['all of the words', ALL],
    ['any of the words', ANY],
  ])('give nearly the same ten for %s as scoring all documents', (_, expression) => {
    const expected = exhaustive(expression);
    const found = best(expression);
    expect(expected.filter((id) => found.includes(id)).length).toBeGreaterThanOrEqual(8);
  });

  it.each(['ext:txt', 'ext:txt -only1', 'size:>0 -cedar'])(
    'give the same ten of what a filter lets through: %s',
    (filter) => {
      const found = best('"apple"', filter);
      expect(found).toEqual(exhaustive('"apple"', filter));
      expect(found).toHaveLength(10);
    },
  );

  it('tell of a beginning what all words that begin like it cost, and how many documents the most common one has', () => {
    const unasked = { exact: () => [], holding: () => [], unscored: () => [], isFiltered: false };
    const words = CommonWords.of(db, unasked);
    const [cedar, cello] = ['cedar', 'cello'].map((word) => championsOf(db, 'body', word)?.holders ?? 0) as [
      number,
      number,
    ];
    expect(words?.cost('body', '"ce" *')).toBe(cedar + cello);
    expect(words?.atLeast('body', '"ce" *')).toBe(Math.max(cedar, cello));
    expect(words?.cost('body', '"cedar"')).toBe(cedar);
  });

  it('leave the answer to a narrow filter whole', () => {
    expect(best(ALL, 'ext:rare').sort()).toEqual(exhaustive(ALL, 'ext:rare').sort());
    expect(best(ALL, 'ext:rare')).toHaveLength(5);
  });

  it('know what has come, changed and gone since they were made', () => {
    const strong = COMMON.flatMap((word) => Array<string>(30).fill(word)).join(' ');
    const before = best(ALL);
    const changed = put(17, strong);
    const added = put(DOCUMENTS + 1, strong);
    expect(best(ALL).slice(0, 2).sort()).toEqual([changed, added].sort());
    put(17, 'nothing of it');
    expect(best(ALL)).not.toContain(changed);
    const gone = before.find((id) => id !== changed) as number;
    const row = documents.find(Buffer.from(`/r/doc${gone}.txt`));
    if (row) documents.remove(row);
    expect(best(ALL)).not.toContain(gone);
  });
});
