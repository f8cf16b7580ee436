/**
 * The best documents for common words, by their champion lists (store/champions.ts). A document that holds several
 * words best is among the best for one of them. The score of a word in a document that is not on its list is a guess.
 * Used by full-text.ts for words that are in so many documents that scoring all of them takes too long.
 */
import {
  type Champions,
  COMMON,
  championsBegunBy,
  championsOf,
  lastListed,
  rewrittenIds,
  type Source,
} from '../store/champions.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { type Expression, expressionText, readExpression, withoutBeginnings } from './expression.js';
import { stem } from './stem.js';

/** Words that are in so many documents together are scored in all of them: 50 ms. With a filter that takes longer. */
const FEW = 100_000;
/** Of one list so large a share of what is wanted will do: nothing behind it is better. */
const ENOUGH = 0.4;
/** So many of the likeliest documents are asked whether they hold all the words: 60 µs each for two words, */
const MAX_ASKED = 600;
/** and before all that match are looked up, in order to know it of each. */
const FIRST_ASKED = 150;
/** Of more words that takes milliseconds each. */
const FEW_WORDS = 2;
/** What a word may add in a document that is not on its list, as a share of the last score on it. */
const GUESS = 0.7;

export type Scores = Map<number, number>;

/** What FullText does for it. */
export interface Asking {
  /** Documents and scores, exactly; `further` is a condition in SQL. */
  exact(source: Source, expression: string, limit: number, further: string): [id: number, score: number][];
  /** Those of `ids` that match, in their order; as many as are wanted. */
  holding(source: Source, expression: string, ids: readonly number[], limit: number): number[];
  /** Of those that match, unless they are more: then undefined. Whatever the condition. */
  unscored(source: Source, expression: string, max: number): number[] | undefined;
  /** Not every document will do. */
  readonly isFiltered: boolean;
}

type OneWord = Pick<Expression & { kind: 'words' }, 'words' | 'isBeginning'>;

interface Found {
  readonly scores: Scores;
  /** Nothing else matches. */
  readonly isWhole: boolean;
  /** All of these match. */
  readonly isCertain: boolean;
  /** The score of the last one on the list. */
  readonly floor: number;
}

interface Ordered extends Found {
  /** Best first. */
  readonly ids: readonly number[];
}

export class CommonWords {
  readonly #lists = new Map<string, Champions | undefined>();
  #rewrittenIds: ReadonlySet<number> | undefined;

  private constructor(
    private readonly db: Db,
    private readonly asking: Asking,
    private readonly lastListed: number,
  ) {}

  /** @returns undefined for an index without champion lists. */
  static of(db: Db, asking: Asking): CommonWords | undefined {
    const last = lastListed(db);
    return last === undefined ? undefined : new CommonWords(db, asking, last);
  }

  /** How many documents match, of one common word. */
  holders(source: Source, expression: string): number | undefined {
    const read = readExpression(expression);
    return read?.kind === 'words' && read.words.length === 1 ? this.#list(source, read)?.holders : undefined;
  }

  /** Of a single word, or the beginning of one: so many documents have it at least. */
  atLeast(source: Source, expression: string): number {
    const read = readExpression(expression);
    return read?.kind === 'words' && read.words.length === 1 ? this.#holders(source, read) : 0;
  }

  /** About how many entries of the full text are looked at to answer it; what is not common counts nothing. */
  cost(source: Source, expression: string): number {
    const read = readExpression(expression);
    return read ? this.#cost(source, read) : 0;
  }

  /** @returns undefined when the words are not so common, or too few of their best match. */
  best(source: Source, expression: string, limit: number): [id: number, score: number][] | undefined {
    const read = readExpression(expression);
    if (!read || this.#cost(source, read) < (this.asking.isFiltered ? COMMON : FEW)) return undefined;
    if (this.#isNowhere(source, expression, read)) return [];
    const found = this.#find(source, read);
    if (!found) return undefined;
    const ids = [...found.scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    const holding = this.#holding(source, expression, { ...found, ids }, limit);
    if (!holding) return undefined;
    const listed = holding.map((id): [number, number] => [id, found.scores.get(id) as number]);
    return [...listed, ...this.#later(source, expression, limit)].sort((a, b) => b[1] - a[1]).slice(0, limit);
  }

  /** Whether no document has all of several words: quicker to know than which have each of them. */
  #isNowhere(source: Source, expression: string, read: Expression): boolean {
    if (read.kind !== 'all') return false;
    const whole = expression.includes('*') ? withoutBeginnings(read) : undefined;
    if (whole && this.asking.unscored(source, expressionText(whole), 0)?.length === 0) return true;
    const max = isAskedQuickly(expression) ? 0 : COMMON;
    return this.asking.unscored(source, expression, max)?.length === 0;
  }

  #holding(source: Source, expression: string, found: Ordered, limit: number): number[] | undefined {
    const { asking } = this;
    const { ids } = found;
    if (found.isCertain) {
      const holding = asking.holding(source, '', ids, limit);
      return holding.length >= limit * ENOUGH || found.isWhole ? holding : undefined;
    }
    const first = isAskedQuickly(expression) ? FIRST_ASKED : 0;
    const asked = first > 0 ? asking.holding(source, expression, ids.slice(0, first), limit) : [];
    if (asked.length === limit) return asked;
    const all = asking.unscored(source, expression, COMMON);
    if (!all) return this.#askOneByOne(source, expression, { asked, next: ids.slice(first, MAX_ASKED) }, limit);
    const matching = new Set(all);
    const known = ids.filter((id) => matching.has(id));
    const isAll = known.length === matching.size;
    const holding = asking.holding(source, '', known, limit);
    return holding.length === limit || isAll ? holding : undefined;
  }

  /** @param asked  those that match of the ones that come before `next`. */
  #askOneByOne(
    source: Source,
    expression: string,
    { asked, next }: { readonly asked: readonly number[]; readonly next: readonly number[] },
    limit: number,
  ): number[] | undefined {
    if (expression.includes('*')) return undefined;
    const holding = [...asked, ...this.asking.holding(source, expression, next, limit - asked.length)];
    return holding.length === limit ? holding : undefined;
  }

  /** What has come or changed since the lists were made. */
  #later(source: Source, expression: string, limit: number): [number, number][] {
    const last = prepared<number | null>(this.db, 'SELECT max(id) FROM part').pluck().get() ?? 0;
    const isLater = `AND rowid > ${this.lastListed}`;
    const later = last > this.lastListed ? this.asking.exact(source, expression, limit, isLater) : [];
    if (this.#rewritten.size === 0) return later;
    return [...later, ...this.asking.exact(source, expression, limit, 'AND +rowid IN (SELECT id FROM rewritten)')];
  }

  #cost(source: Source, expression: Expression): number {
    if (expression.kind !== 'words') return sum(expression.parts.map((part) => this.#cost(source, part)));
    const { words, isBeginning } = expression;
    if (isBeginning && words.length > 1) return 0;
    return sum(words.map((word) => this.#entries(source, { words: [word], isBeginning })));
  }

  /** Of a beginning all words that begin like this are gone through. */
  #entries(source: Source, words: OneWord): number {
    return this.#list(source, words)?.holders ?? sum(this.#begun(source, words).map(({ holders }) => holders));
  }

  #holders(source: Source, words: OneWord): number {
    const known = this.#list(source, words)?.holders;
    return known ?? Math.max(0, ...this.#begun(source, words).map(({ holders }) => holders));
  }

  /** Of a text, the common words that begin like this stand for all that do. */
  #begun(source: Source, { words, isBeginning }: OneWord): Champions[] {
    if (source !== 'body' || !isBeginning) return [];
    return championsBegunBy(this.db, source, words[0] as string);
  }

  #find(source: Source, expression: Expression): Found | undefined {
    if (expression.kind === 'words') return this.#findWords(source, expression);
    const parts = expression.parts.map((part) => this.#find(source, part));
    if (parts.some((part) => part === undefined)) return undefined;
    return expression.kind === 'any' ? anyOf(parts as Found[]) : this.#allOf(parts as Found[]);
  }

  #findWords(source: Source, words: Expression & { kind: 'words' }): Found | undefined {
    // Which documents hold a phrase best says nothing of its words.
    if (words.words.length > 1) return undefined;
    const list = this.#list(source, words);
    if (list) return this.#fromList(list);
    const begun = this.#begun(source, words).map((each) => this.#fromList(each));
    if (words.isBeginning) return begun.length > 0 ? anyOf(begun) : undefined;
    const all = this.asking.exact(source, `"${words.words[0]}"`, COMMON + 1, '');
    return { scores: new Map(all), isWhole: true, isCertain: true, floor: 0 };
  }

  #fromList({ ids, scores }: Champions): Found {
    const changed = this.#rewritten;
    const known: Scores = new Map();
    ids.forEach((id, at) => {
      if (!changed.has(id)) known.set(id, scores[at] as number);
    });
    return { scores: known, isWhole: false, isCertain: true, floor: scores.at(-1) ?? 0 };
  }

  /** Of all words: a document that is not on the list of one may hold it all the same. */
  #allOf(parts: readonly Found[]): Found {
    const whole = parts.filter(({ isWhole }) => isWhole);
    const scores: Scores = new Map();
    for (const { scores: some } of whole.length > 0 ? whole : parts) for (const id of some.keys()) scores.set(id, 0);
    for (const id of scores.keys()) {
      if (!whole.every((part) => part.scores.has(id))) scores.delete(id);
      else scores.set(id, sum(parts.map((part) => part.scores.get(id) ?? part.floor * GUESS)));
    }
    return {
      scores,
      isWhole: whole.length > 0,
      isCertain: parts.length === 1 || whole.length === parts.length,
      floor: 0,
    };
  }

  /** Read when it is needed: few queries have common words. */
  get #rewritten(): ReadonlySet<number> {
    this.#rewrittenIds ??= new Set(rewrittenIds(this.db));
    return this.#rewrittenIds;
  }

  #list(source: Source, { words, isBeginning }: OneWord): Champions | undefined {
    const term = stem(words[0] as string) + (isBeginning ? '*' : '');
    const key = `${source} ${term}`;
    if (!this.#lists.has(key)) this.#lists.set(key, championsOf(this.db, source, term));
    return this.#lists.get(key);
  }
}

/** Of one document: FTS5 need not put a beginning together, and looks up few words. */
function isAskedQuickly(expression: string): boolean {
  return !expression.includes('*') && expression.split('"').length <= 1 + 2 * FEW_WORDS;
}

function anyOf(parts: readonly Found[]): Found {
  const scores: Scores = new Map();
  for (const part of parts) for (const [id, score] of part.scores) scores.set(id, (scores.get(id) ?? 0) + score);
  return {
    scores,
    isWhole: parts.every(({ isWhole }) => isWhole),
    isCertain: parts.every(({ isCertain }) => isCertain),
    floor: Math.max(...parts.map(({ floor }) => floor)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
