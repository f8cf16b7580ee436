/**
 * NUL bytes in what is text otherwise: a log after a power cut, a list separated by NULs, a source file with a stray
 * one. Pure. decode.ts asks it for what is not UTF-16; NULs are blanks for every extractor and for the index.
 */
import { isUtf8 } from 'node:buffer';

/**
 * Between two runs of NULs stand this many bytes of text on average. In UTF-16 and in tables of numbers there are
 * fewer.
 */
const MIN_BYTES_PER_RUN = 4;
/** Of the bytes beside the NULs. Numbers of a binary format are control characters more often than this. */
const MAX_CONTROL_SHARE = 0.005;
/** Of a legacy encoding: even in KOI8-R blanks, digits and marks are a sixth of a text. */
const MIN_ASCII_SHARE = 0.15;
const SPACE = 0x20;

/** Formats with much text in them: archives of tar, cpio and ar, compiled Python, FITS and RIFF. */
const BINARY_FORMATS: readonly (readonly [offset: number, magic: string])[] = [
  [257, 'ustar'],
  [0, '070701'],
  [0, '070702'],
  [0, '!<arch>\n'],
  [1, '\r\r\n'],
  [0, 'SIMPLE  ='],
  [0, 'RIFF'],
];
/** Where other binary formats have their magic numbers, sizes and versions. */
const HEADER_BYTES = 16;

/** @param head  the beginning of a file from its first other byte on; there are NULs in it, or before it. */
export function isTextWithNuls(head: Buffer): boolean {
  if (hasBinaryHeader(head)) return false;
  let runs = 0;
  let others = 0;
  let controls = 0;
  let ascii = 0;
  let before = -1;
  for (const byte of head) {
    if (byte === 0) runs += before === 0 ? 0 : 1;
    else others++;
    if (isControl(byte)) controls++;
    else if (byte > 0 && byte < 0x80) ascii++;
    before = byte;
  }
  const areTooMany = runs > 1 && others < runs * MIN_BYTES_PER_RUN;
  if (others === 0 || areTooMany || controls > others * MAX_CONTROL_SHARE) return false;
  return ascii >= others * MIN_ASCII_SHARE || isUtf8(head);
}

function hasBinaryHeader(head: Buffer): boolean {
  return (
    head.subarray(0, HEADER_BYTES).some(isControl) ||
    isOldTar(head) ||
    BINARY_FORMATS.some(([offset, magic]) => head.toString('latin1', offset, offset + magic.length) === magic)
  );
}

/** Before POSIX: a name and NULs up to byte 100, then the mode in octal. */
function isOldTar(head: Buffer): boolean {
  return head[99] === 0 && /^[0-7 ]{6,7} ?\0/.test(head.toString('latin1', 100, 108));
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0 && byte !== 0x1b && !(byte >= 0x08 && byte <= 0x0d)) || byte === 0x7f;
}

/** @returns the same buffer when there is nothing to replace, else a copy. */
export function nulsToBlanks(text: Buffer): Buffer {
  let at = text.indexOf(0);
  if (at < 0) return text;
  const copy = Buffer.from(text);
  for (; at >= 0; at = copy.indexOf(0, at + 1)) copy[at] = SPACE;
  return copy;
}

/** NULs at the beginning of a file say nothing of what follows. */
export function afterNuls(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return bytes.subarray(start);
}
