/**
 * A question in a whole sentence: hardly any document has all of its words, and not all of them tell what it is about.
 * Which ones do, which are asked twice, and which stand side by side. Used by candidates.ts; pure.
 */
import { functionWordsIn } from '../words/function-words.js';
import { asTyped, toWords } from '../words/words.js';
import { MAX_GROUPS } from './plan-query.js';
import type { Group, Query, Term } from './query.js';

/** In so many words people describe what they look for; in fewer they name it, */
const MIN_WORDS = 5;
/** unless they ask: */
const MIN_ASKING_WORDS = 3;
const ASKING = /^(?:how|what|when|where|which|who|whom|whose|why)(?:'s|’s)?$/i;
/** Of words that are joined (`keyboard/screen/mouse`) each is asked for. */
const MAX_ASKED = 64;
/** A long text has lost its function words to the limit of groups: they are among so many of its words. */
const MAX_READ = 200;

/** Words as they were typed. */
export interface Question {
  /** Those that tell what it is about. */
  readonly telling: readonly string[];
  /** Those of them that are asked for twice. */
  readonly repeated: readonly string[];
  /** Those that stand side by side: first and second. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** @returns undefined when the query is none. */
export function toQuestion({ groups, sentence = [], hints = [] }: Query): Question | undefined {
  const texts = groups.map((group) => (group.length === 1 ? plainText(group[0] as Term) : undefined));
  const minWords = ASKING.test(texts[0] ?? '') ? MIN_ASKING_WORDS : MIN_WORDS;
  if (groups.length < minWords || hints.length > 0 || !texts.every((text) => text !== undefined)) return undefined;
  const functionWords = functionWordsIn([...texts, ...textsBeyond(groups, sentence)].flatMap(toWords));
  if (functionWords.size === 0) return undefined;
  const isTelling = (word: string) => toWords(word).some((one) => !functionWords.has(one));
  const all = unique(texts.flatMap(wordsIn));
  const telling = all.filter(isTelling);
  if (telling.length === 0 && groups.length < MIN_WORDS) return undefined;
  const asked = (telling.length > 0 ? telling : all).slice(0, MAX_ASKED);
  const said = sentence.flatMap(({ text }) => wordsIn(text)).map(keyOf);
  return { telling: asked, repeated: asked.filter((word) => isTwice(said, keyOf(word))), pairs: pairsOf(asked, said) };
}

function textsBeyond(groups: readonly Group[], sentence: readonly Term[]): string[] {
  return groups.length < MAX_GROUPS ? [] : sentence.slice(0, MAX_READ).map(({ text }) => text);
}

function plainText({ kind, field, text }: Term): string | undefined {
  return kind !== 'near' && field === 'any' ? text : undefined;
}

/** A single one as it was typed: others may write it in other ways. */
function wordsIn(text: string): string[] {
  const words = asTyped(toWords(text));
  return words.length > 1 ? words : [text];
}

function keyOf(text: string): string {
  return toWords(text).join(' ');
}

function unique(words: readonly string[]): string[] {
  return [...new Map(words.map((word) => [keyOf(word), word])).values()];
}

function pairsOf(asked: readonly string[], said: readonly string[]): [string, string][] {
  const byKey = new Map(asked.map((word) => [keyOf(word), word]));
  const pairs = new Map<string, [string, string]>();
  said.forEach((key, i) => {
    const [first, second] = [byKey.get(said[i - 1] ?? ''), byKey.get(key)];
    if (first !== undefined && second !== undefined) pairs.set(`${said[i - 1]} ${key}`, [first, second]);
  });
  return [...pairs.values()].slice(0, MAX_ASKED);
}

function isTwice(all: readonly string[], one: string): boolean {
  return all.indexOf(one) !== all.lastIndexOf(one);
}
