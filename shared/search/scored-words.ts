/**
 * Of very many alternatives, those by which documents are scored: the ones that tell most. What bm25 costs grows with
 * every place where one of them stands; all 1,500 common words of M took 15 s. Pure.
 */
import { type Expression, expressionText, readExpression } from './expression.js';

/** So few are always scored. */
const FEW = 8;
const MOST = 64;
/** In about so many documents together: 0.1 s for common words. */
const MAX_HOLDERS = 150_000;

/**
 * @param holdersOf  for each of some words, about how many documents hold it.
 * @returns an expression that matches no more than `text`; the same one where nothing is too much.
 */
export function scoredWords(text: string, holdersOf: (words: readonly string[]) => readonly number[]): string {
  const read = mayBeLong(text) ? readExpression(text) : undefined;
  const shortened = read && shorten(read, holdersOf);
  return shortened && shortened !== read ? expressionText(shortened) : text;
}

function mayBeLong(text: string): boolean {
  return text.split(' OR ', FEW + 1).length > FEW;
}

function shorten(expression: Expression, holdersOf: (words: readonly string[]) => readonly number[]): Expression {
  if (expression.kind === 'words') return expression;
  const parts = expression.parts.map((part) => shorten(part, holdersOf));
  const kept = expression.kind === 'any' && parts.length > FEW ? telling(parts, holdersOf) : parts;
  const isSame = kept.length === parts.length && parts.every((part, i) => part === expression.parts[i]);
  return isSame ? expression : { ...expression, parts: kept };
}

/** In the order in which they stand. */
function telling(
  parts: readonly Expression[],
  holdersOf: (words: readonly string[]) => readonly number[],
): readonly Expression[] {
  const words = parts.map(wordsIn);
  const holders = holdersOf(words.flat());
  let from = 0;
  const counted = words.map((some, at) => {
    const all = holders.slice(from, from + some.length);
    from += some.length;
    return { at, holders: all.reduce((sum, one) => sum + one, 0) };
  });
  let sum = 0;
  const kept = counted
    .sort((a, b) => a.holders - b.holders)
    .slice(0, MOST)
    .filter((one, i) => {
      sum += one.holders;
      return i < 2 || sum <= MAX_HOLDERS;
    });
  const isKept = new Set(kept.map(({ at }) => at));
  return parts.filter((_, at) => isKept.has(at));
}

function wordsIn(expression: Expression): readonly string[] {
  if (expression.kind !== 'words') return expression.parts.flatMap(wordsIn);
  return expression.words.map((word, i) => {
    const isBeginning = expression.isBeginning && i === expression.words.length - 1;
    return isBeginning ? `${word}*` : word;
  });
}
