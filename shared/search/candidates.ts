/**
 * Query → the documents worth ranking, with what the full-text tables know of each.
 *
 * The words of a query may stand partly in a document's content (`body`) and partly in its place (`names`). So the best
 * by content, the best by place and those with any word in their place are collected. Then each group is looked up in
 * both tables for just these documents. In 20,000 files, reading the rowids of a word that 8,000 of them hold takes 0.5
 * ms, scoring them 4 ms. So scores are asked once, of words that tell documents apart. (Scoring each candidate in both
 * tables moved the MRR of known items by 0.0005.)
 */
import { COMMON } from '../store/champions.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { toSqlCondition } from './filter-sql.js';
import { FullText, type Scored, type Table } from './full-text.js';
import { type GroupMatch, GroupMatches } from './group-matches.js';
import { all, bodyExpression, either, namesExpression } from './match-expression.js';
import type { Query } from './query.js';
import { type Question, toQuestion } from './question.js';

export interface Candidate {
  readonly id: number;
  /** BM25 in content and in name, path and title. Larger is better; 0: not among the best there. */
  bodyScore: number;
  namesScore: number;
  /** Bit i is set when group i matches somewhere in the document. */
  groups: number;
  /** The words stand in the text one after the other, as in the query. */
  hasPhrase: boolean;
  /** Its few words stand close together in the text, in any order, or all of them in the place. */
  isClose: boolean;
}

export interface CandidateSet {
  readonly candidates: readonly Candidate[];
  /** The `groups` of a candidate that matches the whole query. */
  readonly wholeQuery: number;
  /** How many documents hold each group, in the table where they are more. */
  readonly frequencies: readonly number[];
  /** About how many documents there are. */
  readonly documents: number;
  /** Documents that match the whole query; at least so many when it is not exact. */
  readonly total: number;
  readonly isTotalExact: boolean;
  /** Documents that lack words of a question are told apart by their text alone. */
  readonly isQuestion: boolean;
}

const MIN_KEPT = 50;
/** More cost time and change nothing on the known items. */
const MOST_RANKED = 40;
const MAX_COUNTED = 1000;
/** Of words that are in more documents together, those with all of them are not counted one by one. */
const MAX_JOINED = 50_000;
/** About what two rare words give. */
const PHRASE_SCORE = 30;
/** Of a question of common words, so many that have all of them are scored by those that tell most. */
const MAX_WHOLE = 3000;
/** Of a question, as shares of what the words give by themselves. Fitted on judged collections. */
const REPEATED_WORD = 0.5;
const NEIGHBOURS = 0.3;
/** More than all words together. */
const WHOLE_SCORE = 10_000;

/** At most. */
function holdersOf({ bodyCount, namesCount }: GroupMatch): number {
  return bodyCount + namesCount;
}

/** `findWhole` first; `findSome` when that is not enough; `result` at the end. */
export class CandidateSearch {
  readonly #fullText: FullText;
  readonly #documents: number;
  readonly #matches: GroupMatches;
  readonly #wholeQuery: number;
  readonly #limit: number;
  readonly #found = new Map<number, Candidate>();
  /** Whether there may be more matches of the whole query than were collected, */
  #isCut = false;
  /** and whether those with the beginning of the last word in their text are among them. */
  #hasBeginnings = false;
  #hasSome = false;
  readonly #question: Question | undefined;

  /** @param wanted hits that will be shown; more are collected, so that ranking has a choice. */
  constructor(
    db: Db,
    private readonly query: Query,
    private readonly wanted: number,
  ) {
    this.#fullText = new FullText(db, toSqlCondition(query, db));
    this.#documents = prepared<number | null>(db, 'SELECT max(id) FROM part').pluck().get() ?? 0;
    this.#matches = new GroupMatches(query, this.#fullText, this.#documents);
    this.#wholeQuery = (2 ** query.groups.length - 1) | 0;
    this.#limit = Math.max(MIN_KEPT, wanted);
    this.#question = toQuestion(query);
  }

  /** @returns how many documents were found that match the whole query: all there are, or as many as are wanted. */
  findWhole(): number {
    if (this.#isFilterOnly) return this.#collectNewest();
    if (this.#matches.hasUnknownWord) return 0;
    this.#collectWholeInOneTable();
    this.#collectAppended();
    const isShort = this.#found.size < this.wanted;
    if (!this.#isOneGroup) this.#collectSomeByPlace();
    if (isShort && !this.#question) this.#collectSomeByContent();
    this.#markGroups([...this.#found.keys()]);
    if (this.#isTooFew && this.#matches.isBegun) this.#collectByBeginning();
    if (this.#isTooFew && this.#isCut && !this.#isCommonQuestion) this.#collectWhole();
    return this.#whole().length;
  }

  /** Its filter lets nothing through: no other words find more. */
  get isClosed(): boolean {
    return this.#fullText.isClosed;
  }

  /** Each of its words is in very many documents: to know which have all of them would take too long. */
  get #isCommonQuestion(): boolean {
    return this.#question !== undefined && Math.min(...this.#matches.groups.map(holdersOf)) > COMMON;
  }

  /** Of those that were found. */
  wholeIds(): number[] {
    return this.#whole().map(({ id }) => id);
  }

  /** Those of `ids` that match the whole query. */
  wholeAmong(ids: readonly number[]): number[] {
    return this.#matches.groups.reduce((left, group) => this.#matches.holdersAmong(group, left), [...ids]);
  }

  /** Fills up with documents that hold some of the words. */
  findSome(): void {
    if (!this.#isTooFew && !this.#question) return;
    const known = new Set(this.#found.keys());
    if (this.#question) this.#collectByQuestion(this.#question);
    else if (!this.#hasSome) this.#collectSomeByContent();
    if (this.#found.size < this.wanted) this.#collectSomeByBeginning();
    this.#markGroups([...this.#found.keys()].filter((id) => !known.has(id)));
  }

  result(): CandidateSet {
    this.#markClose();
    return {
      candidates: this.#best(),
      wholeQuery: this.#wholeQuery,
      frequencies: this.#matches.frequencies,
      documents: this.#documents,
      isQuestion: this.#question !== undefined,
      ...this.#count(),
    };
  }

  get #isTooFew(): boolean {
    return this.#whole().length < this.wanted;
  }

  get #isFilterOnly(): boolean {
    return this.query.groups.length === 0;
  }

  get #isOneGroup(): boolean {
    return this.query.groups.length === 1;
  }

  /** Filters without words: what was changed last comes first, behind what has words that need not be there. */
  #collectNewest(): number {
    const { hints = [] } = this.query;
    if (hints.length > 0) {
      this.#collect('names', namesExpression(hints), this.#limit);
      this.#collect('body', bodyExpression(hints), this.#limit);
    }
    const newest = this.#fullText.newest(this.#limit);
    for (const id of newest) this.#candidate(id);
    this.#isCut = newest.length === this.#limit;
    return this.#found.size;
  }

  #collectWholeInOneTable(): void {
    this.#collectInNames();
    if (!this.#collectFewOfQuestion()) this.#collect('body', this.#matches.tellingTexts, this.#limit);
    const { phrase } = this.#matches;
    if (!phrase) return;
    for (const [id] of this.#fullText.best('body', phrase, this.#limit)) this.#candidate(id).hasPhrase = true;
  }

  /** A word that is in very many paths tells little by being there: those that have it in their name come first. */
  #collectInNames(): void {
    const expression = this.#matches.whole('names');
    const isOneWord = this.#isOneGroup && expression !== undefined && !this.#fullText.isCommon('names', expression);
    const matches = isOneWord ? this.#fullText.best('names', expression, this.#limit) : [];
    if (matches.length === this.#limit) this.#collect('names', `{name} : (${expression})`, this.#limit);
    if (isOneWord && this.#fullText.isShortened(expression)) this.#isCut = true;
    if (isOneWord) this.#setFound('names', matches, this.#limit);
    else this.#collect('names', expression, this.#limit);
  }

  /** They are scored later, by the words that tell most. @returns whether all that match were collected. */
  #collectFewOfQuestion(): boolean {
    const isCommon = this.#isCommonQuestion;
    const asked = isCommon ? this.#matches.whole('body') : this.#matches.tellingTexts;
    if (!this.#question || asked === undefined) return false;
    const few = this.#fullText.few('body', asked, isCommon ? MAX_WHOLE : this.#limit - 1);
    for (const id of few ?? []) this.#candidate(id).groups = isCommon ? this.#wholeQuery : 0;
    return few !== undefined;
  }

  /**
   * In a document that has grown each word may stand in another part: whether it has all of them is decided with the
   * groups.
   */
  #collectAppended(): void {
    const texts = this.#matches.groups.flatMap(({ body }) => body ?? []);
    if (texts.length === 0) return;
    const parts = this.#fullText.bestAppended(either(texts), this.#limit);
    if (parts.length === this.#limit) this.#isCut = true;
    this.#setScores('body', parts);
    const { phrase } = this.#matches;
    if (!phrase || parts.length === 0) return;
    for (const [id] of this.#fullText.bestAppended(phrase, this.#limit)) this.#candidate(id).hasPhrase = true;
  }

  /** The beginning of the last word may stand in a text too, the other words in the text or the name. */
  #collectByBeginning(): void {
    this.#hasBeginnings = true;
    const inBody = this.#matches.wholeBegunBody;
    const matches = inBody ? this.#fullText.best('body', inBody, this.#limit) : [];
    if (matches.length === this.#limit || (inBody && this.#fullText.isShortened(inBody))) this.#isCut = true;
    for (const [id] of matches) this.#candidate(id).groups = this.#wholeQuery;
    const last = this.#matches.groups.at(-1) as GroupMatch;
    const holders = this.#fullText.among('body', last.begunBody as string, [...this.#found.keys()]);
    for (const id of holders) this.#candidate(id).groups |= 1 << (this.#matches.groups.length - 1);
    if (!this.#isOneGroup) return;
    for (const [id] of this.#fullText.bestAppended(last.begunBody as string, this.#limit)) this.#candidate(id);
  }

  /** What the limits have cut off: of the holders of the rarest group, those that hold the others too. */
  #collectWhole(): void {
    for (const id of this.#allWhole()) this.#candidate(id).groups = this.#wholeQuery;
    this.#isCut = false;
    this.#hasBeginnings = true;
  }

  /** @param most  at least, where so many have all groups; -1: all that do. */
  #allWhole(most = -1): number[] {
    const groups = [...this.#matches.groups].sort((a, b) => holdersOf(a) - holdersOf(b));
    const rarest = groups[0] as GroupMatch;
    const named = this.#wholeOrNamed(holdersOf(rarest));
    const { begunBody: inBody, names, isNowhere } = rarest;
    let ids =
      named ??
      (isNowhere.body && isNowhere.names ? [] : this.#fullText.holders(isNowhere.body ? undefined : inBody, names));
    for (const group of named ? groups : groups.slice(1)) {
      if (ids.length === 0) break;
      const { begunBody, names } = group;
      ids = this.#fullText.amongEither(begunBody, names, ids, group === groups.at(-1) ? most : -1);
    }
    return ids;
  }

  /**
   * A document with all groups has those of any choice in its text, or one of them in its names: of a choice all that do.
   * @returns undefined when these are more than `most`, or not quickly known.
   */
  #wholeOrNamed(most: number): number[] | undefined {
    const { groups, wholeBegunBody } = this.#matches;
    const named = groups.reduce((sum, { namesCount }) => sum + namesCount, 0);
    if (named > most || this.#matches.isBegun || !wholeBegunBody) return undefined;
    const whole = this.#fullText.allInTexts(wholeBegunBody);
    if (!whole) return undefined;
    const rarelyNamed = this.#rarelyNamed;
    const inTexts = this.#fullText.allInTexts(all(rarelyNamed.flatMap(({ begunBody }) => begunBody ?? [])));
    const ids = (inTexts ? rarelyNamed : groups).flatMap(({ names, isNowhere }) =>
      isNowhere.names ? [] : this.#fullText.holders(undefined, names),
    );
    return [...new Set([...(inTexts ?? whole), ...ids])].sort((a, b) => a - b);
  }

  /** Half of the groups. Of the last one very many names may have the beginning. */
  get #rarelyNamed(): readonly GroupMatch[] {
    const isCommon = ({ names }: GroupMatch) => Number(this.#fullText.isCommon('names', names));
    const rarest = [...this.#matches.groups].sort((a, b) => isCommon(a) - isCommon(b) || a.namesCount - b.namesCount);
    return rarest.slice(0, Math.ceil(rarest.length / 2));
  }

  #collectSomeByPlace(): void {
    const some = this.#matches.some('names');
    if (!some.isEveryGroup) this.#isCut = true;
    this.#collect('names', some.expression, 2 * this.#limit);
  }

  #collectSomeByContent(): void {
    this.#hasSome = true;
    const some = this.#isOneGroup ? undefined : this.#matches.some('body').expression;
    if (some) this.#setScores('body', this.#fullText.best('body', some, this.#limit));
  }

  /** What was found before is scored anew: all by the same words. */
  #collectByQuestion({ telling, repeated, pairs }: Question): void {
    const asked = this.#matches.affordable(telling);
    if (asked === undefined) return;
    const all = [...this.#found.keys()];
    const favoured = repeated.length > 0 ? all : all.filter((id) => this.#isFavoured(this.#candidate(id)));
    const answers = this.#fullText.answers(asked, this.#limit, { all, favoured });
    const scores = new Map(answers.sort((a, b) => b[1] - a[1]));
    const more = (expression: string | undefined, share: number) => {
      if (expression === undefined) return;
      for (const [id, score] of this.#fullText.answersAmong(expression, [...scores.keys()]))
        scores.set(id, (scores.get(id) ?? 0) + share * score);
    };
    more(this.#matches.affordable(repeated)?.any, REPEATED_WORD);
    more(this.#matches.neighbours(pairs), NEIGHBOURS);
    for (const candidate of this.#found.values()) candidate.bodyScore = 0;
    this.#setScores('body', [...scores]);
  }

  /** In the order of a question, whatever its text is worth. */
  #isFavoured({ hasPhrase, groups, namesScore }: Candidate): boolean {
    return hasPhrase || (groups === this.#wholeQuery && namesScore > 0);
  }

  #collectSomeByBeginning(): void {
    const begun = this.#matches.isBegun ? this.#matches.groups.at(-1)?.begunBody : undefined;
    if (begun === undefined) return;
    const last = 1 << (this.#matches.groups.length - 1);
    for (const [id] of this.#fullText.best('body', begun, this.#limit)) this.#candidate(id).groups |= last;
  }

  #collect(table: Table, expression: string | undefined, limit: number): void {
    if (expression === undefined) return;
    if (this.#fullText.isCommon(table, expression) || this.#fullText.isShortened(expression)) this.#isCut = true;
    this.#setFound(table, this.#fullText.best(table, expression, limit), limit);
  }

  #setFound(table: Table, matches: readonly Scored[], limit: number): void {
    if (matches.length === limit) this.#isCut = true;
    this.#setScores(table, matches);
  }

  #setScores(table: Table, matches: readonly Scored[]): void {
    for (const [id, score] of matches) {
      const candidate = this.#candidate(id);
      if (table === 'body') candidate.bodyScore ||= score;
      else candidate.namesScore ||= score;
    }
  }

  #candidate(id: number): Candidate {
    const known = this.#found.get(id);
    if (known) return known;
    const groups = this.#isOneGroup ? this.#wholeQuery : 0;
    const candidate = { id, bodyScore: 0, namesScore: 0, groups, hasPhrase: false, isClose: false };
    this.#found.set(id, candidate);
    return candidate;
  }

  /** Which groups these documents hold, in either table. */
  #markGroups(found: readonly number[]): void {
    const ids = found.filter((id) => this.#candidate(id).groups !== this.#wholeQuery);
    if (ids.length === 0 || this.#isOneGroup) return;
    this.#matches.groups.forEach((group, i) => {
      for (const id of this.#matches.holdersAmong(group, ids)) this.#candidate(id).groups |= 1 << i;
    });
  }

  #markClose(): void {
    const { closeTogether } = this.#matches;
    if (this.#question || !closeTogether) return;
    const ids = this.#whole().flatMap(({ id, hasPhrase }) => (hasPhrase ? [] : id));
    const inPlace = this.#matches.whole('names');
    const close = [
      ...this.#fullText.among('body', closeTogether, ids, { entries: this.#lookedAtForClose }),
      ...(inPlace ? this.#fullText.among('names', inPlace, ids) : []),
    ];
    for (const id of close) this.#candidate(id).isClose = true;
  }

  /** FTS5 that is asked for one document goes on to the next that matches: where few can, all are looked through once. */
  get #lookedAtForClose(): number {
    const { tellingTexts, fewestInTexts } = this.#matches;
    return tellingTexts && this.#fullText.isInFew(tellingTexts) ? 0 : fewestInTexts;
  }

  #whole(): Candidate[] {
    return [...this.#found.values()].filter((candidate) => candidate.groups === this.#wholeQuery);
  }

  /** The best by a rough order: ranking looks at each of them closely. */
  #best(): Candidate[] {
    const scored = Array.from(this.#found.values(), (candidate) => ({ candidate, score: this.#roughScore(candidate) }));
    scored.sort((a, b) => b.score - a.score);
    return scored.slice(0, Math.max(this.wanted, MOST_RANKED)).map(({ candidate }) => candidate);
  }

  #roughScore({ groups, hasPhrase, bodyScore, namesScore }: Candidate): number {
    const isWhole = groups === this.#wholeQuery;
    if (this.#question) return (hasPhrase ? WHOLE_SCORE : 0) + bodyScore + (isWhole ? namesScore : 0);
    return (isWhole ? WHOLE_SCORE : 0) + (hasPhrase ? PHRASE_SCORE : 0) + bodyScore + namesScore;
  }

  #count(): Pick<CandidateSet, 'total' | 'isTotalExact'> {
    const known = this.#whole().length;
    if (this.#isCommonQuestion) return { total: Math.min(known, MAX_COUNTED), isTotalExact: false };
    const isAll = !this.#isCut && (this.#hasBeginnings || !this.#matches.isBegun);
    if (isAll || this.#matches.hasUnknownWord) return { total: known, isTotalExact: true };
    const counted = this.#isCheapToJoin ? this.#countWhole() : this.#countInOneTable();
    const isTotalExact = this.#isCheapToJoin && counted <= MAX_COUNTED && !this.#isOneCommon;
    return { total: Math.max(known, Math.min(counted, MAX_COUNTED)), isTotalExact };
  }

  get #isCheapToJoin(): boolean {
    return this.#matches.groups.reduce((rows, group) => rows + holdersOf(group), 0) <= MAX_JOINED;
  }

  /** Then not all that hold it are counted. */
  get #isOneCommon(): boolean {
    if (!this.#isOneGroup) return false;
    const { begunBody, names } = this.#matches.groups[0] as GroupMatch;
    const isCommon = (table: Table, text?: string) => text !== undefined && this.#fullText.isCommon(table, text);
    return isCommon('body', begunBody) || isCommon('names', names);
  }

  #countWhole(): number {
    if (this.#isFilterOnly) return this.#fullText.countThrough(MAX_COUNTED + 1);
    if (!this.#isOneGroup) return this.#allWhole(MAX_COUNTED + 1).length;
    const { begunBody, names } = this.#matches.groups[0] as GroupMatch;
    return this.#fullText.count(begunBody, names, MAX_COUNTED + 1);
  }

  #countInOneTable(): number {
    const [body, begunBody] = [this.#matches.whole('body'), this.#matches.wholeBegunBody];
    if (body !== begunBody && body && this.#fullText.isHeldBy(body, MAX_COUNTED + 1)) return MAX_COUNTED + 1;
    return this.#fullText.count(begunBody, this.#matches.whole('names'), MAX_COUNTED + 1);
  }
}
