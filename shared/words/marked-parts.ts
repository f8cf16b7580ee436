/**
 * The parts of a text, from blank to blank, that may hold a word which is written in other ways too. Most hold none, and
 * the expressions that decide cost ten times as much as this look at each character. Pure.
 */
import { LetterPattern } from './letter-pattern.js';

const [BLANK, APOSTROPHE, BACKSLASH] = [0x20, 0x27, 0x5c];

const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
/** Of ASCII, for words that a sign joins. */
const PLAIN = 8;
const APOSTROPHES = 16;
const JOINT = 32;
const SEPARATOR = 64;
/** It is enough by itself: an umlaut, a backslash. */
const MARKED = 128;

/** What is longer without a blank is looked at in pieces: V8 gives up on an expression that repeats for megabytes. */
export const MAX_PART = 65_536;

/** What a unit of UTF-16 is. */
const kinds = asciiKinds();
/** Of those beyond ASCII, whether it is known already. */
const areKnown = new Uint8Array(0x10000);

function asciiKinds(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let unit = 0x61; unit <= 0x7a; unit++) table[unit] = LOWER | PLAIN;
  for (let unit = 0x41; unit <= 0x5a; unit++) table[unit] = UPPER | PLAIN;
  for (let unit = 0x30; unit <= 0x39; unit++) table[unit] = DIGIT;
  for (const sign of '-./') table[sign.charCodeAt(0)] = JOINT;
  for (const sign of ',_') table[sign.charCodeAt(0)] = SEPARATOR;
  table[APOSTROPHE] = APOSTROPHES;
  table[BACKSLASH] = MARKED;
  return table;
}

const CAPITAL = new LetterPattern(String.raw`\p{Lu}`);
const SMALL = new LetterPattern(String.raw`\p{Ll}`);
const MARKS = /[äöüåøÄÖÜÅØ]|\u0308|\u030a/;
/** Halves of letters that have capitals; not those of emoji. */
const HALVES = /[\ud800-\ud83a]/;

function kindOf(unit: number): number {
  if (unit < 0x80 || areKnown[unit] === 1) return kinds[unit] as number;
  areKnown[unit] = 1;
  kinds[unit] = classify(String.fromCharCode(unit));
  return kinds[unit] as number;
}

function classify(letter: string): number {
  if (letter === '’' || letter === 'ʼ') return APOSTROPHES;
  if (MARKS.test(letter) || HALVES.test(letter)) return MARKED;
  if (CAPITAL.test(letter)) return UPPER;
  return SMALL.test(letter) ? LOWER : 0;
}

export function* partsToLookAt(text: string): Generator<string> {
  let start = 0;
  let isMarked = false;
  let [before, last] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= BLANK || at - start === MAX_PART) {
      if (isMarked) yield text.slice(start, at);
      start = unit <= BLANK ? at + 1 : at;
      isMarked = false;
      before = last = 0;
      continue;
    }
    const kind = kindOf(unit);
    isMarked ||= isMark(before, last, kind) || ((kind & APOSTROPHES) !== 0 && at > start);
    before = last;
    last = kind;
  }
  if (isMarked) yield text.slice(start);
}

/** Of three in a row the last one is looked at, with the two before it. */
function isMark(before: number, last: number, kind: number): boolean {
  if ((kind & MARKED) !== 0) return true;
  if ((last & LOWER) !== 0 && (kind & UPPER) !== 0) return true;
  if ((before & UPPER) !== 0 && (last & UPPER) !== 0 && (kind & LOWER) !== 0) return true;
  if ((last & JOINT) !== 0) return (before & PLAIN) !== 0 && (kind & PLAIN) !== 0;
  return (last & SEPARATOR) !== 0 && (before & DIGIT) !== 0 && (kind & DIGIT) !== 0;
}
