/**
 * A question in a whole sentence: hardly any document has all of its words, and not all of them tell what it is about.
 * Which ones do, which are asked twice, and which stand side by side. Used by candidates.ts; pure.
 */
import { functionWordsIn } from '../words/function-words.js';
import { toWords } from '../words/words.js';
import type { Query, Term } from './query.js';

/** In so many words people describe what they look for; in fewer they name it. */
const MIN_WORDS = 5;

export interface Question {
  /** Groups that tell what it is about. */
  readonly telling: readonly number[];
  /** Those of them that are asked for twice. */
  readonly repeated: readonly number[];
  /** Those that stand side by side: first and second. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** @returns undefined when the query is none. */
export function toQuestion({ groups, sentence = [], hints = [] }: Query): Question | undefined {
  const texts = groups.map((group) => (group.length === 1 ? plainText(group[0] as Term) : undefined));
  if (groups.length < MIN_WORDS || hints.length > 0 || !texts.every((text) => text !== undefined)) return undefined;
  const functionWords = functionWordsIn(texts.flatMap(toWords));
  if (functionWords.size === 0) return undefined;
  const isTelling = (text: string) => !toWords(text).every((word) => functionWords.has(word));
  const all = texts.map((_, i) => i);
  const telling = all.filter((i) => isTelling(texts[i] as string));
  const asked = telling.length > 1 ? telling : all;
  const said = sentence.map(({ text }) => keyOf(text));
  return {
    telling: asked,
    repeated: asked.filter((i) => isTwice(said, keyOf(texts[i] as string))),
    pairs: asked.flatMap((i) => (asked.includes(i + 1) ? [[i, i + 1] as const] : [])),
  };
}

function plainText({ kind, field, text }: Term): string | undefined {
  return kind !== 'near' && field === 'any' ? text : undefined;
}

function keyOf(text: string): string {
  return toWords(text).join(' ');
}

function isTwice(all: readonly string[], one: string): boolean {
  return all.indexOf(one) !== all.lastIndexOf(one);
}
