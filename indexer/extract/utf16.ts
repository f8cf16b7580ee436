/**
 * UTF-16 and UTF-32. With a byte order mark they tell themselves; UTF-16 without one is recognised by what it says:
 * read the right way round it is letters and blanks, read the wrong way or from a binary file it soon is not.
 */

export type WideEncoding = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Files of fewer ordinary characters than one in 20 are taken for binary. */
const MIN_ORDINARY = 0.05;

export function wideEncodingByMark(bytes: Buffer): WideEncoding | undefined {
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfeff) return 'utf-32le';
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0xfeff) return 'utf-32be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** @param head  the beginning of a file that holds NUL bytes. */
export function guessUtf16(head: Buffer): WideEncoding | undefined {
  const little = ordinaryShare(head, 0);
  const big = ordinaryShare(head, 1);
  if (Math.max(little, big) < MIN_ORDINARY) return undefined;
  return little >= big ? 'utf-16le' : 'utf-16be';
}

/**
 * Share of ASCII letters, digits, blanks, kana and CJK punctuation among the code units; -1 as soon as one unit cannot
 * be text.
 * @param low  offset of the low byte within a unit: 0 for little endian.
 */
function ordinaryShare(bytes: Buffer, low: 0 | 1): number {
  const units = bytes.length >> 1;
  let ordinary = 0;
  let isHighSurrogate = false;
  for (let at = 0; at < units; at++) {
    const unit = (bytes[2 * at + low] as number) | ((bytes[2 * at + 1 - low] as number) << 8);
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== isHighSurrogate || isNeverText(unit)) return -1;
    isHighSurrogate = unit >= 0xd800 && unit <= 0xdbff;
    if (isOrdinary(unit)) ordinary++;
  }
  return units === 0 ? -1 : ordinary / units;
}

function isNeverText(unit: number): boolean {
  return (unit < 0x20 && !(unit >= 0x09 && unit <= 0x0d)) || (unit >= 0x7f && unit < 0xa0) || unit >= 0xfffe;
}

function isOrdinary(unit: number): boolean {
  if (unit >= 0x80) return (unit >= 0x3000 && unit <= 0x30ff) || unit === 0xff0c;
  const lower = unit | 0x20;
  return unit === 0x20 || unit === 0x0a || (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}

/** @param isCut  the end of the file is missing: half a character there is not an error. */
export function decodeWide(bytes: Buffer, encoding: WideEncoding, isCut: boolean): Buffer {
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeUtf32(bytes, encoding === 'utf-32le');
  return Buffer.from(new TextDecoder(encoding).decode(bytes, { stream: isCut }));
}

function decodeUtf32(bytes: Buffer, isLittle: boolean): Buffer {
  const parts: string[] = [];
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    parts.push(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
  }
  return Buffer.from(parts.join(''));
}
