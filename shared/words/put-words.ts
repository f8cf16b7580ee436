/** The words of a folded text, each followed by a blank, as bytes: those of words.ts, without a list of them. */
import type { ByteOutput } from './byte-output.js';
import { classOf, DIGIT, LETTER, NONE } from './letters.js';
import { classAt, isAlphanumeric, isEscapeLetter, nextPiece } from './split.js';
import { wordsOfPiece } from './words.js';

const BLANK = new Uint8Array([0x20]);
const [PLUS, HASH] = [0x2b, 0x23];

export function putWords(folded: string, output: ByteOutput): void {
  for (let at = 0; at < folded.length; ) {
    const end = plainEnd(folded, at);
    if (end > at) {
      output.putText(folded, at, end);
      output.put(BLANK);
      at = end;
    } else if (isBorder(folded.charCodeAt(at))) at++;
    else at = putNextPiece(folded, at, output);
  }
}

/** Where the word of letters alone, or digits alone, ends that begins here; the same place when none does. */
function plainEnd(folded: string, start: number): number {
  const kind = classOf(folded.charCodeAt(start));
  if ((kind !== LETTER && kind !== DIGIT) || isEscapeLetter(folded, start)) return start;
  let at = start + 1;
  while (at < folded.length && classOf(folded.charCodeAt(at)) === kind) at++;
  return isAlphanumeric(classAt(folded, at)) ? start : at;
}

function isBorder(unit: number): boolean {
  const isSurrogate = unit >= 0xd800 && unit < 0xe000;
  return !isSurrogate && unit !== PLUS && unit !== HASH && classOf(unit) === NONE;
}

/** @returns where it ends. */
function putNextPiece(folded: string, at: number, output: ByteOutput): number {
  const piece = nextPiece(folded, at);
  if (!piece) return folded.length;
  for (const word of wordsOfPiece(folded, piece)) {
    output.putText(word, 0, word.length);
    output.put(BLANK);
  }
  return piece.end;
}
