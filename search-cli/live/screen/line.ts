/** A line of text that is edited, with a cursor between two characters. Pure. */
import type { KeyName } from './keys.js';
import { clusters } from './width.js';

export interface Line {
  readonly text: string;
  /** In UTF-16 units; never inside of what a reader sees as one character. */
  readonly cursor: number;
}

/** A query of any length is answered; what somebody pastes by mistake need not be. */
const MAX_LENGTH = 4096;
/** Line breaks and tabs of a pasted text, and what a terminal could obey. */
const CONTROLS = /[\0-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

export function insert(line: Line, text: string): Line {
  const clean = text.replace(CONTROLS, ' ');
  if (line.text.length + clean.length > MAX_LENGTH) return line;
  return between(line.text.slice(0, line.cursor) + clean, line.text.slice(line.cursor));
}

/** @returns the same line when the key is none that edits. */
export function edit(line: Line, key: KeyName): Line {
  const [before, after] = [line.text.slice(0, line.cursor), line.text.slice(line.cursor)];
  switch (key) {
    case 'left':
      return { ...line, cursor: before.length - lastLength(before) };
    case 'right':
      return { ...line, cursor: line.cursor + firstLength(after) };
    case 'word left':
      return { ...line, cursor: before.length - lastWord(before) };
    case 'word right':
      return { ...line, cursor: line.cursor + firstWord(after) };
    case 'home':
      return { ...line, cursor: 0 };
    case 'end':
      return { ...line, cursor: line.text.length };
    case 'backspace':
      return between(before.slice(0, before.length - lastLength(before)), after);
    case 'delete':
      return between(before, after.slice(firstLength(after)));
    case 'delete word':
      return between(before.slice(0, before.length - lastWord(before)), after);
    case 'delete word right':
      return between(before, after.slice(firstWord(after)));
    case 'delete to start':
      return between('', after);
    case 'delete to end':
      return between(before, '');
    default:
      return line;
  }
}

function between(before: string, after: string): Line {
  return { text: before + after, cursor: before.length };
}

function firstLength(text: string): number {
  return clusters(text)[0]?.text.length ?? 0;
}

function lastLength(text: string): number {
  return clusters(text).at(-1)?.text.length ?? 0;
}

function firstWord(text: string): number {
  return /^\s*\S*/.exec(text)?.[0].length ?? 0;
}

function lastWord(text: string): number {
  return /\S*\s*$/.exec(text)?.[0].length ?? 0;
}
