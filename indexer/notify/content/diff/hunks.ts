/** From the output of a diff to what is shown: pairs of changed lines, long ones cut, and no more than has room. Pure. */
import { cleanText } from '../../../../shared/path-text.js';
import type { ChangedWords } from './diff-result.js';
import { changedWords, cutLine, cutPair, type LongLines, MAX_LINE } from './long-lines.js';

export interface ShownLimits {
  readonly lines: number;
  readonly bytes: number;
}

export interface Shown {
  readonly text: string;
  readonly words: readonly ChangedWords[];
  readonly isTruncated: boolean;
}

const MAX_CHANGED_WORDS = 10;
/** Room for the last line. */
const MORE_BYTES = 32;
const HEAD = /^(?:---|\+\+\+) [ab]$/;

/** @param hunks  a unified diff, with or without its two head lines. */
export function showHunks(hunks: string, longLines: LongLines, limits: ShownLimits): Shown {
  const lines = hunks.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const isHeaded = HEAD.test(lines[0] ?? '') && HEAD.test(lines[1] ?? '');
  const { shown, words, isCut } = pairUp(isHeaded ? lines.slice(2) : lines, longLines);
  const { text, isTruncated } = firstOf(shown, limits);
  return { text, words, isTruncated: isTruncated || isCut };
}

/** The first removed line of a run belongs to the first added one, and so on. */
function pairUp(lines: readonly string[], longLines: LongLines) {
  const shown: string[] = [];
  const words: ChangedWords[] = [];
  let isCut = false;
  for (let at = 0; at < lines.length; ) {
    const removed = runOf('-', lines, at, longLines);
    const added = runOf('+', lines, at + removed.length, longLines);
    const plain = removed.length + added.length === 0 ? [longLines.restore(lines[at]?.slice(1) ?? '')] : [];
    isCut ||= [...removed, ...added, ...plain].some((line) => line.length > MAX_LINE);
    if (plain.length > 0) shown.push(showPlain(lines[at] as string, longLines));
    shown.push(...removed.map((line, index) => showLine('-', pairOf(line, added[index])[0])));
    shown.push(...added.map((line, index) => showLine('+', pairOf(line, removed[index])[0])));
    words.push(...removed.flatMap((line, index) => wordsOf(line, added[index]) ?? []));
    at += plain.length + removed.length + added.length;
  }
  return { shown, words: words.slice(0, MAX_CHANGED_WORDS), isCut };
}

function pairOf(line: string, other: string | undefined): readonly [string, string] {
  return other === undefined ? [cutLine(line), ''] : cutPair(line, other);
}

function wordsOf(before: string, after: string | undefined): ChangedWords | undefined {
  const words = after === undefined ? undefined : changedWords(before, after);
  return words && { before: clean(words.before), after: clean(words.after) };
}

function runOf(sign: '-' | '+', lines: readonly string[], start: number, longLines: LongLines): string[] {
  let end = start;
  while (lines[end]?.startsWith(sign)) end++;
  return lines.slice(start, end).map((line) => longLines.restore(line.slice(1)));
}

/** A line of context, the head of a hunk, or `\ No newline at end of file`. */
function showPlain(line: string, longLines: LongLines): string {
  return line.startsWith(' ') ? showLine(' ', cutLine(longLines.restore(line.slice(1)))) : clean(cutLine(line));
}

function showLine(sign: string, line: string): string {
  return sign + clean(line);
}

/** Nothing that a terminal obeys, or that turns the order of characters round. */
function clean(line: string): string {
  return line.replace(/\r$/, '').split('\t').map(cleanText).join('\t');
}

function firstOf(lines: readonly string[], limits: ShownLimits): Omit<Shown, 'words'> {
  let bytes = 0;
  let count = 0;
  while (count < lines.length && count < limits.lines) {
    bytes += Buffer.byteLength(lines[count] as string) + 1;
    if (bytes > limits.bytes - MORE_BYTES) break;
    count++;
  }
  const shown = lines.slice(0, count);
  const rest = lines.length - count;
  if (rest > 0) shown.push(`… ${rest} more ${rest === 1 ? 'line' : 'lines'}`);
  return { text: shown.join('\n'), isTruncated: rest > 0 };
}
