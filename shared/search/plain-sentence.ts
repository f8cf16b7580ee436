/**
 * A sentence, typed or pasted, has signs that mean something else in a query: `the string *src`, `(-d or --data)`, `it is
 * NOT a clone`. There they are signs, and it is said. Used by parse-query only; pure.
 */
import { functionWordsIn } from '../words/function-words.js';
import { toWords } from '../words/words.js';
import { isNamePattern } from './name-pattern.js';
import type { Misread } from './query.js';
import type { Item, Operator, Token, Value } from './scan-query.js';

/** So many words, and so many of them that any text has, are a sentence. */
const MIN_WORDS = 8;
const MIN_FUNCTION_WORDS = 3;

/** Names that are looked for in a sentence have an ending: `*.jpg` is meant. */
const NO_ENDING = /^[^.]*\.?$/;

export interface PlainSentence {
  readonly tokens: readonly Token[];
  readonly misread: readonly Misread[];
}

/** @returns the tokens as they are, but for what is only a sign in a sentence without fields. */
export function asPlainSentence(tokens: readonly Token[]): PlainSentence {
  const functionWords = functionWordsOf(tokens);
  if (functionWords.size < MIN_FUNCTION_WORDS) return { tokens, misread: [] };
  const isIdle = (token: Token | undefined) => token?.kind === 'item' && tellsNothing(token, functionWords);
  const read = tokens.map((token, i): PlainSentence => {
    const isAfterNot = tokens[i - 1]?.kind === 'NOT';
    if (token.kind === 'NOT' && !isAfterNot && isIdle(tokens[i + 1])) return withoutOperator(token);
    const isLeftOut = token.kind === 'item' && (token.isExcluded || isAfterNot) && !isIdle(token);
    return token.kind === 'item' && !isLeftOut ? asWords(token) : { tokens: [token], misread: [] };
  });
  return { tokens: read.flatMap((one) => one.tokens), misread: read.flatMap((one) => one.misread) };
}

/** None where it is no sentence. */
function functionWordsOf(tokens: readonly Token[]): ReadonlySet<string> {
  const items = tokens.filter((token) => token.kind === 'item');
  const hasField = tokens.some((token) => 'field' in token && token.field !== '');
  if (items.length < MIN_WORDS || hasField) return new Set();
  return functionWordsIn(items.flatMap(({ source }) => toWords(source)));
}

/** No text can be told from others by a function word, a letter or a digit. */
function tellsNothing({ values }: Item, functionWords: ReadonlySet<string>): boolean {
  const words = values.flatMap(({ text }) => toWords(text));
  const isPlain = words.length > 0 && values.every(({ isQuoted }) => !isQuoted);
  return isPlain && words.every((word) => word.length === 1 || functionWords.has(word));
}

function withoutOperator({ source, at, isSign }: Operator): PlainSentence {
  return { tokens: [], misread: isSign ? [] : [{ kind: 'idle', source, at }] };
}

/** @param item  What is left out in earnest is none: whoever writes `-*lock` means names. */
function asWords(item: Item): PlainSentence {
  const values = item.values.map(withoutStars);
  const isSign = item.isExcluded || values.some((value, i) => value !== item.values[i]);
  if (!isSign) return { tokens: [item], misread: [] };
  const instead = item.isExcluded ? `-"${item.values[0]?.text}" leaves it out of a sentence` : NAME_INSTEAD;
  return {
    tokens: [{ ...item, isExcluded: false, values }],
    misread: [{ kind: 'operator', source: item.source, instead }],
  };
}

const NAME_INSTEAD = 'name: looks for parts of names in a sentence, too';

function withoutStars(value: Value): Value {
  if (value.isQuoted || !NO_ENDING.test(value.text) || !isNamePattern(value.text)) return value;
  return { ...value, text: value.text.replace(/[*?]+/g, ' ').trim() };
}
