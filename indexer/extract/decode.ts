/**
 * From the bytes of a file to UTF-8, whatever encoding it is in, or to the verdict that it is binary.
 * Most files are UTF-8: for them the answer is their own bytes, and nothing is copied.
 */
import { isUtf8 } from 'node:buffer';
import { decodeCharset, detectCharset } from './charset.js';
import { afterNuls, isTextWithNuls, nulsToBlanks } from './stray-nuls.js';
import { decodeWide, guessUtf16, type WideEncoding, wideEncodingByMark } from './utf16.js';

export interface Decoded {
  /** UTF-8 without byte order mark and without NULs. */
  readonly text: Buffer;
  /** True when `text` is the file's own bytes, from the first one on. */
  readonly isFileBytes: boolean;
}

/** How much of a file decides whether it is binary, and what its encoding is. */
export const HEAD_BYTES = 65_536;
/** More control characters than this, and it is no text in any 8-bit encoding (noise has 9 %). */
const MAX_CONTROL_SHARE = 0.02;
/** UTF-8 with a few bad bytes stays UTF-8: at most this share of the characters beyond ASCII. */
const MAX_BAD_SHARE = 0.2;

/** A NUL at the beginning means binary, unless it belongs to UTF-16 or UTF-32, or has strayed into a text. */
export function isBinary(head: Buffer): boolean {
  const start = head.subarray(0, HEAD_BYTES);
  if (!start.includes(0) || wideEncodingByMark(start) !== undefined) return false;
  const isEmpty = afterNuls(start).length === 0;
  if (isEmpty) return start.length < HEAD_BYTES;
  return kindWithNuls(start, dropPartialCharacter(start)) === undefined;
}

/**
 * UTF-8 first: a list of short names has as many NULs as Japanese in UTF-16, which is no UTF-8.
 * @param head  the beginning of the file, with NULs in it.
 * @param text  what follows the NULs at its beginning.
 */
function kindWithNuls(head: Buffer, text: Buffer): WideEncoding | 'text' | undefined {
  const isText = isTextWithNuls(text);
  if (isText && isUtf8(text)) return 'text';
  return guessUtf16(head) ?? (isText ? 'text' : undefined);
}

/**
 * @param isCut  the end of the file is missing: an incomplete character there is dropped.
 * @returns undefined for binary content.
 */
export function decodeText(bytes: Buffer, isCut: boolean): Decoded | undefined {
  const marked = wideEncodingByMark(bytes);
  if (marked !== undefined) return converted(decodeWide(bytes, marked, isCut));
  const head = bytes.subarray(0, HEAD_BYTES);
  if (head.includes(0)) {
    const kind = kindWithNuls(head, dropPartialCharacter(afterNuls(bytes).subarray(0, HEAD_BYTES)));
    if (kind !== 'text') return kind && converted(decodeWide(bytes, kind, isCut));
  }
  const cut = isCut ? dropPartialCharacter(bytes) : bytes;
  const whole = nulsToBlanks(cut);
  if (isUtf8(whole)) return decodeUtf8(whole, head, isCut, whole === cut);
  return isMostlyControls(head) ? undefined : converted(decodeLegacy(whole, head, isCut));
}

function converted(text: Buffer): Decoded {
  const isMarked = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return { text: nulsToBlanks(isMarked ? text.subarray(3) : text), isFileBytes: false };
}

function decodeUtf8(bytes: Buffer, head: Buffer, isCut: boolean, isFileBytes: boolean): Decoded {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return converted(bytes);
  // ISO-2022-JP is 7-bit, so it passes for ASCII: `ESC $ B` switches to kanji.
  if (head.includes(0x1b) && /\x1b\$[@B]/.test(head.toString('latin1'))) {
    return converted(decodeCharset(bytes, 'iso-2022-jp', isCut));
  }
  return { text: bytes, isFileBytes };
}

/** Cuts a UTF-8 sequence whose rest lies beyond the end. */
function dropPartialCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (length > back) return bytes.subarray(0, bytes.length - back);
    if (length > 0) break;
  }
  return bytes;
}

function decodeLegacy(bytes: Buffer, head: Buffer, isCut: boolean): Buffer {
  const sample = sampleBeyondAscii(bytes);
  if (isMostlyUtf8(sample)) return Buffer.from(bytes.toString('utf8'));
  return decodeCharset(bytes, detectCharset(head, sample), isCut);
}

/** The 64 kB from the first byte above 127 on: ASCII before it only dilutes what the frequencies tell. */
function sampleBeyondAscii(bytes: Buffer): Buffer {
  let first = 0;
  while (first < bytes.length && (bytes[first] as number) < 0x80) first++;
  return bytes.subarray(first, first + HEAD_BYTES);
}

function isMostlyUtf8(sample: Buffer): boolean {
  const text = sample.toString('utf8');
  const bad = text.match(/\ufffd/g)?.length ?? 0;
  const beyondAscii = text.match(/[^\x00-\x7f]/gu)?.length ?? 0;
  return bad <= beyondAscii * MAX_BAD_SHARE;
}

function isMostlyControls(head: Buffer): boolean {
  let controls = 0;
  for (const byte of head) {
    if (byte > 0 && byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b) controls++;
  }
  return controls > head.length * MAX_CONTROL_SHARE;
}
