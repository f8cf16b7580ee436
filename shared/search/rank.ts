/**
 * Puts candidates in order. The only place that imports flexsearch. It indexes names, titles and folders of the
 * candidates. It tells at which depth of a path a word stands, and which words of the query are neighbours in a name or
 * title.
 *
 * The score is a sum; its weights were fitted on one half of the known items and checked on the other.
 */
import { Index, type IndexOptions } from 'flexsearch';
import { kindWords } from '../words/kind-words.js';
import type { Candidate, CandidateSet } from './candidates.js';
import {
  beginning,
  coverage,
  exactness,
  isAsTyped,
  isMostOf,
  nearness,
  type PlaceQuery,
  toForms,
  toPlaceQuery,
  toUnsplitForms,
  type WordForms,
} from './place.js';
import type { Query } from './query.js';

/** Where a candidate stands, as text. */
export interface Place {
  readonly name: string;
  readonly title: string;
  readonly directory: string;
  /** Media type. */
  readonly type: string;
}

export interface Ranked {
  readonly candidate: Candidate;
  readonly score: number;
  /** What the score was made of when its own words were weighed; what is missing to the sum came later. */
  readonly parts?: () => ScoreParts;
  /** False: some words of the query are missing. Such documents come last. */
  readonly isWhole: boolean;
}

/** What a score is made of. */
export const SCORE_PARTS = {
  text: 'how well its text matches (bm25)',
  names: 'how well its name, folder and title match (bm25), and how many of the words they have',
  phrase: 'the words stand in the text as they were typed, one after the other',
  near: 'its few words stand close together in the text, or all of them in name, folder and title',
  kind: 'a word names its kind, as photo or slides',
  exactName: 'the name has the words, and few others; of a word that is missing, one that is a slip away',
  exactTitle: 'the title has the words, and few others, or is what was typed',
  nameBeginning: 'the name begins with what was typed',
  place: 'words stand deep in the path, or side by side in name and title; signs stand as they were typed',
} as const;
export type ScoreParts = Readonly<Record<Exclude<keyof typeof SCORE_PARTS, 'place'>, number>>;

const WEIGHTS = {
  bodyScore: 0.5,
  namesScore: 0.5,
  /** The full value is for five words or more: a longer phrase is hardly there by chance. */
  phrase: 24,
  near: 8,
  /** Who names a kind, and what is in it, wants no file of another. */
  kind: 25,
  /** Each word of a question that stands in a text as it was typed: such a text is where it comes from. */
  askedWord: 8,
  exactName: 9,
  exactTitle: 7,
  titleAsTyped: 9,
  nameBeginning: 25,
  folder: 6,
  nameNeighbours: 4,
  titleNeighbours: 2,
} as const;

/** A sentence that is a title is hardly a question. */
const WHOLE_TITLE = 3;
const LONG_PHRASE = 5;
/** Slots that FlexSearch puts the positions of a text into. */
const POSITION_SLOTS = 9;
const NEIGHBOURS = { depth: 1, resolution: 3, bidirectional: true };

/** Looked at by FlexSearch: the best by everything else. More cost time and change nothing on the known items. */
const MOST_POSITIONED = 20;

/** @param places by document id; a candidate without one is left out. @returns best first. */
export function rank(query: Query, set: CandidateSet, places: ReadonlyMap<number, Place>): Ranked[] {
  const placeQuery = toPlaceQuery(query, weightsOf(set));
  const isNamedKind = kindFinder(placeQuery);
  const directories = new Directories();
  const scored = set.candidates.flatMap((candidate): Scored[] => {
    const place = places.get(candidate.id);
    if (!place) return [];
    const hasEnding = place.name.includes('.', 1);
    const [name, title] = [toForms(place.name), toUnsplitForms(place.title)];
    const directory = () => directories.formsOf(place.directory);
    const forms = { name, hasEnding, title, directory, isNamedKind: isNamedKind(place.type) };
    const isWhole = candidate.groups === set.wholeQuery;
    const own = (set.isQuestion ? answerParts : ownParts)(candidate, set, forms, placeQuery);
    return [{ candidate, place, forms, score: sumOf(own), parts: () => own, isWhole }];
  });
  const byScore = set.isQuestion ? byScoreAlone : wholeFirst;
  const best = scored.sort(byScore).slice(0, MOST_POSITIONED);
  const positions = set.isQuestion ? new Map<number, number>() : positionScores(best, placeQuery);
  for (const one of best) one.score += positions.get(one.candidate.id) ?? 0;
  return scored.sort(byScore);
}

/** Few types are asked for often. */
function kindFinder({ terms }: PlaceQuery): (type: string) => boolean {
  const known = new Map<string, boolean>();
  return (type) => {
    const before = known.get(type);
    if (before !== undefined) return before;
    const isNamed = toUnsplitForms(kindWords(type)).terms.some((term) => terms.has(term));
    known.set(type, isNamed);
    return isNamed;
  };
}

/** Candidates share folders. */
class Directories {
  readonly #known = new Map<string, WordForms>();

  /** The deepest folder first. */
  formsOf(directory: string): WordForms {
    const known = this.#known.get(directory);
    if (known) return known;
    const forms = toForms(directory.split('/').reverse().join('/'));
    this.#known.set(directory, forms);
    return forms;
  }
}

interface Scored extends Ranked {
  score: number;
  readonly place: Place;
  readonly forms: PlaceForms;
}

interface PlaceForms {
  readonly name: WordForms;
  /** Of the name. */
  readonly hasEnding: boolean;
  readonly title: WordForms;
  /** Made when it is asked for. */
  readonly directory: () => WordForms;
  /** A word of the query is what files of its kind are called. */
  readonly isNamedKind: boolean;
}

function byScoreAlone(a: Ranked, b: Ranked): number {
  return b.score - a.score;
}

function wholeFirst(a: Ranked, b: Ranked): number {
  return Number(b.isWhole) - Number(a.isWhole) || b.score - a.score;
}

/** Inverse document frequency, as shares of the whole query. */
function weightsOf({ frequencies, documents }: CandidateSet): number[] {
  const weights = frequencies.map((frequency) => Math.log(1 + documents / (1 + frequency)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

function ownParts(
  candidate: Candidate,
  { frequencies, wholeQuery }: CandidateSet,
  forms: PlaceForms,
  query: PlaceQuery,
): ScoreParts {
  const { hasPhrase, isClose, bodyScore, groups } = candidate;
  const { name, hasEnding, title, isNamedKind } = forms;
  const nearly = groups === wholeQuery ? 0 : nearness(name, query, (group) => (groups & (1 << group)) === 0);
  return {
    text: WEIGHTS.bodyScore * bodyScore,
    names: namesPart(candidate, forms, query),
    phrase: hasPhrase ? phrasePart(frequencies.length) : 0,
    near: isClose ? WEIGHTS.near : 0,
    kind: isNamedKind ? WEIGHTS.kind : 0,
    exactName: WEIGHTS.exactName * (exactness(name, query, hasEnding) + nearly),
    exactTitle:
      WEIGHTS.exactTitle * exactness(title, query, false) + (isAsTyped(title, query) ? WEIGHTS.titleAsTyped : 0),
    nameBeginning: WEIGHTS.nameBeginning * beginning(name, query),
  };
}

/** A place that has one word of several says little; of half of them it says more than half. */
function namesPart({ namesScore }: Candidate, { name, title, directory }: PlaceForms, query: PlaceQuery): number {
  if (namesScore === 0) return 0;
  const share = query.groups.length === 1 ? 1 : coverage([() => name, () => title, directory], query);
  return WEIGHTS.namesScore * namesScore * Math.sqrt(share);
}

/** Of a question the text tells most, unless the question is a title, or stands there. */
function answerParts(
  { hasPhrase, bodyScore }: Candidate,
  { frequencies }: CandidateSet,
  { title }: PlaceForms,
  query: PlaceQuery,
): ScoreParts {
  return {
    text: bodyScore,
    names: 0,
    phrase: hasPhrase ? WEIGHTS.askedWord * frequencies.length : 0,
    near: 0,
    kind: 0,
    exactName: 0,
    exactTitle: isMostOf(title, query) ? WHOLE_TITLE * WEIGHTS.exactTitle : 0,
    nameBeginning: 0,
  };
}

function phrasePart(words: number): number {
  return (WEIGHTS.phrase * Math.min(words, LONG_PHRASE)) / LONG_PHRASE;
}

function sumOf({ text, names, phrase, near, kind, exactName, exactTitle, nameBeginning }: ScoreParts): number {
  return text + names + phrase + near + kind + exactName + exactTitle + nameBeginning;
}

/**
 * What FlexSearch knows: how deep in the path a word stands, and which words of the query are neighbours. It is given
 * what it can find only: to add a text costs more than all that is asked of it.
 */
function positionScores(best: readonly Scored[], query: PlaceQuery): Map<number, number> {
  const folders = newIndex({ resolution: POSITION_SLOTS });
  const names = newIndex({ context: NEIGHBOURS });
  const titles = newIndex({ context: NEIGHBOURS });
  const sequence = query.groups.flatMap((group) => group.alternatives[1] ?? []);
  for (const { candidate, forms } of best) {
    const deepestFirst = forms.directory().splitTerms;
    if (deepestFirst.some((term) => query.terms.has(term))) folders.add(candidate.id, deepestFirst.join(' '));
    if (hasPair(forms.name.splitTerms, sequence)) names.add(candidate.id, forms.name.splitTerms.join(' '));
    if (hasPair(forms.title.terms, sequence)) titles.add(candidate.id, forms.title.terms.join(' '));
  }
  const scores = new Map<number, number>();
  const add = (id: number, score: number) => scores.set(id, (scores.get(id) ?? 0) + score);
  for (const { alternatives, weight } of query.groups) {
    const terms = new Set(alternatives.flat());
    for (const term of terms) {
      slots(folders, term).forEach((ids, slot) => {
        for (const id of ids) add(id, (WEIGHTS.folder * weight * (1 - slot / POSITION_SLOTS)) / terms.size);
      });
    }
  }
  for (let i = 1; i < sequence.length; i++) {
    const pair = `${sequence[i - 1]} ${sequence[i]}`;
    for (const id of slots(names, pair).flat()) add(id, WEIGHTS.nameNeighbours / (sequence.length - 1));
    for (const id of slots(titles, pair).flat()) add(id, WEIGHTS.titleNeighbours / (sequence.length - 1));
  }
  return scores;
}

/** Any two that follow each other in the sequence, wherever they stand. */
function hasPair(terms: readonly string[], sequence: readonly string[]): boolean {
  return sequence.some((term, i) => i > 0 && terms.includes(term) && terms.includes(sequence[i - 1] as string));
}

/**
 * Words arrive here as terms of our own, so FlexSearch's encoder, which would split 2024 and turn book into bok, is
 * out.
 */
function newIndex(options: IndexOptions): Index {
  return new Index({ tokenize: 'strict', cache: false, encode: (text) => text.split(' '), ...options });
}

/** Ids by slot, the best slot first: FlexSearch's result before it is flattened. */
function slots(index: Index, query: string): number[][] {
  const { result } = index.search({ query, resolve: false }) as unknown as { result: number[][] };
  return Array.from(result, (ids) => ids ?? []);
}
