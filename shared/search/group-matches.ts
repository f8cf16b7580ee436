/**
 * The groups of a query as the full-text tables see them: what to ask each table for, and how many documents have it.
 * Tells which groups are worth asking for when documents are scored; used by candidates.ts only.
 */
import { toWords } from '../words/words.js';
import type { FullText, Table } from './full-text.js';
import {
  all,
  bodyExpression,
  either,
  type GroupExpressions,
  groupExpressions,
  namesExpression,
  phraseOf,
} from './match-expression.js';
import { type Group, MAX_PHRASE, type Query, type Term } from './query.js';
import { stem } from './stem.js';

export interface GroupMatch extends GroupExpressions {
  readonly bodyCount: number;
  readonly namesCount: number;
  /** It was counted, and there is none of it. */
  readonly isNowhere: Readonly<Record<Table, boolean>>;
}

/** Words, of which a document has any or each. */
export interface Asked {
  readonly any: string;
  readonly every: string;
}

interface Counted {
  readonly expression: string;
  readonly count: number;
}

interface InText extends Counted {
  /** The same for `type` and `types`. */
  readonly term: string;
}

interface Part extends Counted {
  readonly isNowhere: boolean;
}

/** Any of several words is asked for: the rarest, that are in about this many documents together. */
const MAX_EITHER = 10_000;

/** The words of a question that are asked for are in about so many documents together, */
const MAX_ASKED = 40_000;
/** and the rarer ones of the neighbours in so many. */
const MAX_NEIGHBOURS = 6000;

/** So few words may stand in one sentence by intent, */
const MAX_CLOSE = 5;
/** with so many others between them. */
const CLOSE = 10;

/** In a small index a word that most documents hold is asked for too: it costs nothing there. */
const ALWAYS_TELLING = 1000;

export class GroupMatches {
  readonly groups: readonly GroupMatch[];
  readonly #words = new Map<string, InText>();

  constructor(
    private readonly query: Query,
    private readonly fullText: FullText,
    private readonly documents: number,
  ) {
    const expressions = groupExpressions(query);
    this.groups = query.groups.map((group, i) => this.#matchOf(group, expressions[i] as GroupExpressions));
  }

  /** Documents per group, in the table where they are more. */
  get frequencies(): number[] {
    return this.groups.map((group) => Math.max(group.bodyCount, group.namesCount));
  }

  /** So many texts at least are looked into for those that have all groups. */
  get fewestInTexts(): number {
    return Math.min(...this.groups.map(({ bodyCount }) => bodyCount));
  }

  /** Then nothing can match the whole query. The last word may be the beginning of one. */
  get hasUnknownWord(): boolean {
    return this.groups.slice(0, -1).some((group) => group.bodyCount + group.namesCount === 0);
  }

  /** All groups in the text, the last one also as a beginning; undefined when a group is in no text. */
  get wholeBegunBody(): string | undefined {
    const groups = this.#rarestInTextsFirst();
    const expressions = groups.flatMap(({ begunBody, isNowhere }) => (isNowhere.body ? [] : (begunBody ?? [])));
    return expressions.length === this.groups.length && expressions.length > 0 ? all(expressions) : undefined;
  }

  /** Does the last word as a beginning match more texts than the word itself? */
  get isBegun(): boolean {
    return this.groups.some(({ body, begunBody }) => body !== begunBody);
  }

  /** All groups in one table; undefined when a group is nowhere in it. */
  whole(table: Table): string | undefined {
    const groups = table === 'body' ? this.#rarestInTextsFirst() : this.groups;
    const expressions = groups.flatMap((group) => (group.isNowhere[table] ? [] : (group[table] ?? [])));
    return expressions.length === this.groups.length && expressions.length > 0 ? all(expressions) : undefined;
  }

  /** The groups of texts that tell documents apart, all of them; undefined when a group is in no text. */
  get tellingTexts(): string | undefined {
    if (this.groups.some(({ isNowhere }) => isNowhere.body)) return undefined;
    const parts = this.#telling('body').map((part) => part.expression);
    return parts.length > 0 ? all(parts) : undefined;
  }

  /** Any of the rarest groups; at least two, if so many are asked of this table. No expression: none of them is there. */
  some(table: Table): { readonly expression: string | undefined; readonly isEveryGroup: boolean } {
    let sum = 0;
    const parts = this.#telling(table).filter((part, i) => {
      sum += part.count;
      return i < 2 || sum <= MAX_EITHER;
    });
    const asked = parts.flatMap(({ expression, isNowhere }) => (isNowhere ? [] : expression));
    return {
      expression: asked.length > 0 ? either(asked) : undefined,
      isEveryGroup: parts.length === this.groups.length,
    };
  }

  /** All words as one phrase, when there are several; beside the text stand the parts of its names. */
  get phrase(): string | undefined {
    const terms = inARow(this.query);
    const isPhrase = terms.every((term) => term && term.kind !== 'prefix' && term.field === 'any');
    if (terms.length < 2 || !isPhrase || this.groups.some(({ bodyCount }) => bodyCount === 0)) return undefined;
    return `{title text markup} : ${phraseOf(terms.map((term) => term?.text).join(' '))}`;
  }

  /** Two or more words within a sentence; undefined when there are too many for one, or none but names are searched. */
  get closeTogether(): string | undefined {
    const texts = this.query.groups.flatMap(([term, ...more]) =>
      term?.kind === 'word' && term.field === 'any' && more.length === 0 ? term.text : [],
    );
    if (texts.length < 2 || texts.length > MAX_CLOSE || texts.length < this.groups.length) return undefined;
    if (this.groups.some(({ bodyCount }) => bodyCount === 0)) return undefined;
    return bodyExpression([{ text: texts.join(' '), kind: 'near', field: 'any', near: { texts, words: CLOSE } }]);
  }

  /** Any of these words in a text: the rarest, that cost no more than can be afforded; at least two that differ. */
  affordable(words: readonly string[]): Asked | undefined {
    let sum = 0;
    const terms = new Set<string>();
    const asked = this.#inTexts(words).filter(({ count, term }) => {
      sum += count;
      const isAsked = sum <= MAX_ASKED || (terms.size < 2 && !terms.has(term));
      if (isAsked) terms.add(term);
      return isAsked;
    });
    const expressions = asked.map(({ expression }) => expression);
    return asked.length > 0 ? { any: either(expressions), every: all(expressions) } : undefined;
  }

  /** Any of these pairs of words, one behind the other in a text. */
  neighbours(pairs: readonly (readonly [string, string])[]): string | undefined {
    const rarer = (pair: readonly string[]) => Math.min(...pair.map((word) => this.#inText(word).count));
    let sum = 0;
    const asked = [...pairs]
      .sort((a, b) => rarer(a) - rarer(b))
      .filter((pair) => {
        sum += rarer(pair);
        return rarer(pair) > 0 && sum <= MAX_NEIGHBOURS;
      });
    const phrases = asked.map((pair) => phraseOf(pair.join(' ')));
    return phrases.length > 0 ? `{title text} : ${either(phrases)}` : undefined;
  }

  /** Those of `ids` that hold the group in either table. */
  holdersAmong({ body, names, isNowhere }: GroupMatch, ids: readonly number[]): number[] {
    return this.fullText.amongEither(isNowhere.body ? undefined : body, isNowhere.names ? undefined : names, ids);
  }

  /** As the telling ones are asked for: the same question is not asked twice. */
  #rarestInTextsFirst(): GroupMatch[] {
    return [...this.groups].sort((a, b) => a.bodyCount - b.bodyCount);
  }

  /** The rarest first. */
  #inTexts(words: readonly string[]): InText[] {
    const asked = words.map((word) => this.#inText(word)).filter(({ count }) => count > 0);
    return asked.sort((a, b) => a.count - b.count);
  }

  /** It may be a part of a group. */
  #inText(word: string): InText {
    const known = this.#words.get(word);
    if (known) return known;
    const at = this.query.groups.findIndex(([term]) => term?.kind === 'word' && term.text === word);
    const expression = bodyExpression([{ text: word, kind: 'word', field: 'any' }]) ?? '';
    const count = this.groups[at]?.bodyCount ?? this.fullText.frequency('body', expression);
    const inText = { ...this.#besideMarkup({ expression, count }), term: toWords(word).map(stem).join(' ') };
    this.#words.set(word, inText);
    return inText;
  }

  /**
   * bm25 gives nothing to what half of the documents have, as all pages have html, head and title in their markup. A word
   * that a quarter have in their texts tells little anyway.
   */
  #besideMarkup(word: Counted): Counted {
    if (word.count <= this.documents / 2) return word;
    const expression = `{title text} : ${word.expression}`;
    const count = this.fullText.frequency('body', expression);
    return count <= this.documents / 4 ? { expression, count } : word;
  }

  /** A single group is not weighed against others: nothing is counted. */
  #matchOf(group: Group, expressions: GroupExpressions): GroupMatch {
    const { body, begunBody, names } = expressions;
    if (this.query.groups.length === 1)
      return { ...expressions, bodyCount: 0, namesCount: 0, isNowhere: { body: false, names: false } };
    const namesAsTyped = namesExpression(group);
    const bodyCount = body ? this.fullText.frequency('body', body) : 0;
    const namesCount = this.fullText.frequency('names', namesAsTyped);
    const isNowhere = {
      body: bodyCount === 0 && body !== undefined && body === begunBody,
      names: namesCount === 0 && names === namesAsTyped,
    };
    return { ...expressions, bodyCount, namesCount, isNowhere };
  }

  /**
   * Groups that tell documents apart, the rarest first. BM25 gives a word that half of the documents hold a weight of
   * nothing, and documents that hold the other words mostly hold it too.
   */
  #telling(table: Table): Part[] {
    const parts = this.groups.flatMap(({ body, names, bodyCount, namesCount, isNowhere }): Part[] => {
      if (table === 'names') return [{ expression: names, count: namesCount, isNowhere: isNowhere.names }];
      return body === undefined ? [] : [{ expression: body, count: bodyCount, isNowhere: isNowhere.body }];
    });
    parts.sort((a, b) => a.count - b.count);
    return parts.filter((part, i) => i === 0 || part.count <= Math.max(this.documents / 2, ALWAYS_TELLING));
  }
}

/** The words as they were typed, those too that are repeated or too many to be asked for, unless some were replaced. */
function inARow({ groups, sentence = [] }: Query): readonly (Term | undefined)[] {
  const terms = groups.map((group) => (group.length === 1 ? group[0] : undefined));
  const said = new Set(sentence.map(({ text }) => text));
  return terms.every((term) => term && said.has(term.text)) ? sentence.slice(0, MAX_PHRASE) : terms;
}
