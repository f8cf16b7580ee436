/**
 * Champion lists: of a word that very many documents hold, those that hold it best, so that a search need not score all
 * of them. The writer makes them in idle time, a slice at a time, and notes which documents were written since. The
 * search asks the full text about those. An index of fewer documents has none.
 *
 * A list is one row: `best` is null until it is made. Of names there are also lists of short beginnings of words
 * (`co*`).
 */
import type { Db } from './open.js';
import { prepared } from './prepared.js';

/** A word in fewer documents is scored in all of them: 10 ms. */
export const COMMON = 20_000;
/** The best of a filtered search are among so many, unless the filter is narrow: then it is asked first. */
const KEPT = 2000;
/** When so large a share of the documents has come or changed, the lists are made anew. */
const CHANGED_SHARE = 1 / 20;
/** Of names, all beginnings up to this length are tried. */
const LONGEST_TRIED = 3;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

export type Source = 'body' | 'names';

/** BM25 by column, as in the search. */
export const SCORES: Readonly<Record<Source, string>> = {
  body: 'bm25(body, 5, 1, 0.05)',
  names: 'bm25(names, 10, 2, 5)',
};

export interface Champions {
  /** Documents that held it. */
  readonly holders: number;
  /** Best first. */
  readonly ids: Uint32Array;
  readonly scores: Float32Array;
}

/** The last document that the lists know. @returns undefined when there are no lists */
export function lastListed(db: Db): number | undefined {
  return prepared<number>(db, 'SELECT last_id FROM listed').pluck().get();
}

/** Earlier ones that were written since. */
export function rewrittenIds(db: Db): number[] {
  return prepared<number>(db, 'SELECT id FROM rewritten').pluck().all();
}

/** @param term  as the full text has it; with a star: the beginning of one. */
export function championsOf(db: Db, source: Source, term: string): Champions | undefined {
  const sql = 'SELECT holders, best FROM champion WHERE source = ? AND term = ? AND best IS NOT NULL';
  const row = prepared<{ holders: number; best: Buffer }>(db, sql).get(source, term);
  return row && { holders: row.holders, ...unpack(row.best) };
}

/** Of the words that begin like this. */
export function championsBegunBy(db: Db, source: Source, beginning: string): Champions[] {
  const sql = `SELECT holders, best FROM champion
               WHERE source = ? AND term >= ? AND term < ? AND best IS NOT NULL AND term NOT GLOB '*[*]'`;
  return prepared<{ holders: number; best: Buffer }>(db, sql)
    .all(source, beginning, `${beginning}\u{10ffff}`)
    .map(({ holders, best }) => ({ holders, ...unpack(best) }));
}

interface Scored {
  readonly id: number;
  readonly score: number;
}

function pack(best: readonly Scored[]): Buffer {
  const ids = Uint32Array.from(best, ({ id }) => id);
  const scores = Float32Array.from(best, ({ score }) => score);
  return Buffer.concat([new Uint8Array(ids.buffer), new Uint8Array(scores.buffer)]);
}

function unpack(best: Buffer): Pick<Champions, 'ids' | 'scores'> {
  const { buffer } = new Uint8Array(best);
  const count = best.length / 8;
  return { ids: new Uint32Array(buffer, 0, count), scores: new Float32Array(buffer, 4 * count, count) };
}

/** Are there so many documents, and so many new ones, that lists are worth making? */
export function areChampionsDue(db: Db): boolean {
  const documents = db.prepare<[], number>('SELECT count(*) FROM part').pluck().get() ?? 0;
  if (documents <= COMMON) return false;
  const listed = lastListed(db);
  if (listed === undefined) return true;
  const changed = db
    .prepare<[number], number>('SELECT (SELECT count(*) FROM part WHERE id > ?) + (SELECT count(*) FROM rewritten)')
    .pluck()
    .get(listed);
  return (changed ?? 0) > documents * CHANGED_SHARE;
}

/** Until they are made, searches do without. */
export function beginChampions(db: Db): void {
  db.transaction(() => {
    db.exec(`
      DELETE FROM champion; DELETE FROM rewritten; DELETE FROM listed;
      INSERT INTO listed (last_id) SELECT max(id) FROM part`);
    const wish = db.prepare("INSERT INTO champion (source, term, holders) VALUES ('names', ?, 0)");
    for (const letter of LETTERS) wish.run(`${letter}*`);
  }).immediate();
}

/** Of names: people type the beginnings of their words, too. Those of up to three letters are tried anyway. */
export function wishBeginnings(db: Db, term: string): void {
  for (let length = LONGEST_TRIED + 1; length <= term.length; length++)
    wishChampions(db, 'names', `${term.slice(0, length)}*`, 0);
}

/** A word of which a list is to be made. */
export function wishChampions(db: Db, source: Source, term: string, holders: number): void {
  db.prepare('INSERT OR IGNORE INTO champion (source, term, holders) VALUES (?, ?, ?)').run(source, term, holders);
}

interface Making {
  readonly source: Source;
  readonly term: string;
  readonly expression: string;
  readonly isBeginning: boolean;
  /** A share of the documents, so that a slice takes its time. */
  readonly step: number;
  from: number;
  holders: number;
  best: Scored[];
}

/** Makes the lists that are wished for. What was begun when the program ended begins again. */
export class ChampionMaker {
  #making: Making | undefined;

  /** @param wordOf  a word that has this term; undefined: there is none, and no list of it. */
  constructor(
    private readonly db: Db,
    private readonly wordOf: (term: string) => string | undefined,
  ) {}

  /** One slice. @returns false when all are made. */
  step(scoredInSlice: number): boolean {
    const making = this.#making ?? this.#next(scoredInSlice);
    if (!making) return false;
    this.#making = making;
    this.#scoreSome(making);
    if (making.from <= this.#lastId()) return true;
    this.#making = undefined;
    this.#keep(making);
    return true;
  }

  #next(scoredInSlice: number): Making | undefined {
    const row = this.db
      .prepare<[], { source: Source; term: string }>('SELECT source, term FROM champion WHERE best IS NULL LIMIT 1')
      .get();
    if (!row) return undefined;
    const { source, term } = row;
    const isBeginning = term.endsWith('*');
    const word = this.wordOf(isBeginning ? term.slice(0, -1) : term);
    const expression = `"${word ?? ''}"${isBeginning ? ' *' : ''}`;
    const holders = word === undefined ? 0 : this.#count(source, expression);
    const best = holders < COMMON ? [] : this.#sameAs(source, term, holders);
    const from = best === undefined ? 0 : Infinity;
    const step = Math.ceil((this.#lastId() * scoredInSlice) / Math.max(holders, 1));
    return { source, term, expression, isBeginning, step, from, holders, best: best ?? [] };
  }

  /** What all begins `linu` begins `linux`, too, when that is in as many documents. */
  #sameAs(source: Source, term: string, holders: number): Scored[] | undefined {
    const shorter = term.endsWith('*') ? championsOf(this.db, source, `${term.slice(0, -2)}*`) : undefined;
    if (shorter?.holders !== holders) return undefined;
    return Array.from(shorter.ids, (id, at) => ({ id, score: shorter.scores[at] as number }));
  }

  #count(source: Source, expression: string): number {
    const sql = `SELECT count(*) FROM ${source} WHERE ${source} MATCH ?`;
    return this.db.prepare<[string], number>(sql).pluck().get(expression) ?? 0;
  }

  #scoreSome(making: Making): void {
    const { source, expression, from, step } = making;
    if (from === Infinity) return;
    const sql = `SELECT rowid AS id, -${SCORES[source]} AS score FROM ${source}
                 WHERE ${source} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY score DESC LIMIT ${KEPT}`;
    const found = this.db
      .prepare<[string, number, number], Scored>(sql)
      .all(expression, from, Math.min(from + step, this.#lastId() + 1));
    making.best = [...making.best, ...found].sort((a, b) => b.score - a.score).slice(0, KEPT);
    making.from += step;
  }

  /** What is not common after all has no list; what may begin longer beginnings that are, is looked into. */
  #keep({ source, term, isBeginning, holders, best }: Making): void {
    this.db
      .transaction(() => {
        if (holders < COMMON) return this.#drop(source, term);
        this.db
          .prepare('UPDATE champion SET holders = ?, best = ? WHERE source = ? AND term = ?')
          .run(holders, pack(best), source, term);
        const beginning = term.slice(0, -1);
        if (!isBeginning || beginning.length >= LONGEST_TRIED) return;
        for (const letter of LETTERS) wishChampions(this.db, source, `${beginning}${letter}*`, 0);
      })
      .immediate();
  }

  #drop(source: Source, term: string): void {
    this.db.prepare('DELETE FROM champion WHERE source = ? AND term = ?').run(source, term);
  }

  #lastId(): number {
    return lastListed(this.db) ?? 0;
  }
}
