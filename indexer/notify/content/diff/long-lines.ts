/**
 * Lines of a megabyte, as minified code has them: each is compared as one short name, and shown as 400 characters around
 * the change. Pure.
 */
import type { ChangedWords } from './diff-result.js';

/** Longer lines are cut when they are shown. */
export const MAX_LINE = 400;
/** What a name begins with; a line that begins so is given a name as well. */
const NAME = '\u0001long line ';
const MAX_WORDS = 200;
/** A tag of a secret is a word. */
const WORD_PART = /[\p{L}\p{N}\p{M}_'’:‹›-]/u;

/** The long lines of both texts. */
export class LongLines {
  readonly #numbers = new Map<string, number>();
  readonly #lines: string[] = [];

  /** Each long line → a name, equal lines → equal names. */
  shorten(text: string): string {
    if (text.length <= MAX_LINE) return text.includes(NAME) ? this.#shortenAll(text) : text;
    return this.#shortenAll(text);
  }

  /** The line that a name stands for. */
  restore(line: string): string {
    return line.startsWith(NAME) ? (this.#lines[Number(line.slice(NAME.length))] ?? line) : line;
  }

  #shortenAll(text: string): string {
    return text
      .split('\n')
      .map((line) => (line.length > MAX_LINE || line.startsWith(NAME) ? NAME + this.#numberOf(line) : line))
      .join('\n');
  }

  #numberOf(line: string): number {
    const known = this.#numbers.get(line);
    if (known !== undefined) return known;
    this.#numbers.set(line, this.#lines.length);
    return this.#lines.push(line) - 1;
  }
}

/** @returns the beginning of a line that is too long. */
export function cutLine(line: string): string {
  return line.length <= MAX_LINE ? line : `${slice(line, 0, MAX_LINE)}…`;
}

/** The same part of two lines, around the first place where they differ. */
export function cutPair(before: string, after: string): readonly [string, string] {
  if (before.length <= MAX_LINE && after.length <= MAX_LINE) return [before, after];
  const { prefix } = commonEnds(before, after);
  const start = Math.max(0, prefix - MAX_LINE / 4);
  return [around(before, start), around(after, start)];
}

function around(line: string, start: number): string {
  const end = Math.min(line.length, start + MAX_LINE);
  return `${start > 0 ? '…' : ''}${slice(line, start, end)}${end < line.length ? '…' : ''}`;
}

/** Cuts no character in two. */
function slice(line: string, start: number, end: number): string {
  const isLow = (at: number) => /^[\udc00-\udfff]/.test(line.charAt(at));
  return line.slice(isLow(start) ? start + 1 : start, isLow(end) ? end - 1 : end);
}

/**
 * The words in which two lines differ. @returns undefined when less than a third of the longer line is in both: then one
 * took the place of the other.
 */
export function changedWords(before: string, after: string): ChangedWords | undefined {
  if (before === after) return undefined;
  let { prefix, suffix } = commonEnds(before, after);
  if (prefix + suffix < Math.max(before.length, after.length) / 3) return undefined;
  while (prefix > 0 && isInWord(before, after, prefix)) prefix--;
  while (suffix > 0 && isInWord(before, after, -suffix)) suffix--;
  const words = { before: middle(before, prefix, suffix), after: middle(after, prefix, suffix) };
  return Math.max(words.before.length, words.after.length) > MAX_WORDS ? undefined : words;
}

function middle(line: string, prefix: number, suffix: number): string {
  return line.slice(prefix, line.length - suffix).trim();
}

/** Does a border at this place, from the beginning or (negative) the end, part a word in one of the lines? */
function isInWord(before: string, after: string, place: number): boolean {
  return [before, after].some((line) => {
    const at = place > 0 ? place : line.length + place;
    return WORD_PART.test(line.charAt(at - 1)) && WORD_PART.test(line.charAt(at));
  });
}

function commonEnds(a: string, b: string): { prefix: number; suffix: number } {
  const shorter = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < shorter && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && a.charCodeAt(a.length - 1 - suffix) === b.charCodeAt(b.length - 1 - suffix))
    suffix++;
  return { prefix, suffix };
}
