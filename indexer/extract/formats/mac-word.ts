/** Documents of Word 4 and 5 for the Macintosh: the text with its notes, headers and footers. */
import { decodeCharset } from '../charset.js';
import type { BytesExtractor } from '../extractor.js';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';
import { DocText } from './doc-text.js';

const HEAD_BYTES = 0x100;
const TEXT_AT = 0x14;
const PIECES_AT = 0xac;
/** Its first character, and where it stands in the file. */
const PIECE_BYTES = 4 + 8;

export const macWordExtractor = {
  id: 'mac-word',
  version: 1,
  takes: 'bytes',
  matches: { extensions: ['mcw'], head: /^\xfe\x37\0[\x1c\x23]/ },
  wholeUpTo: MAX_WHOLE_BYTES,
  type: 'application/msword',
  extract({ bytes }) {
    if (bytes.length < HEAD_BYTES || bytes.readUInt16BE(0) !== 0xfe37) return undefined;
    const text = new DocText();
    let [read, isWhole] = [0, true];
    for (const [begin, end] of placesOf(bytes)) {
      const piece = bytes.subarray(begin, end);
      read += piece.length;
      isWhole &&= piece.length === end - begin && read <= bytes.length && !text.isFull;
      if (!isWhole) break;
      text.add(decodeCharset(piece, 'macintosh', true).toString());
    }
    return { title: '', text: Buffer.from(text.toString()), isTruncated: !isWhole };
  },
} satisfies BytesExtractor;

/** Of a document that was saved in haste the text stands in pieces, in any order; else in one. */
function placesOf(bytes: Buffer): Iterable<readonly [begin: number, end: number]> {
  const pieces = piecesOf(bytes);
  return pieces.length > 0 ? placesOfPieces(pieces) : [[bytes.readUInt32BE(TEXT_AT), bytes.readUInt32BE(TEXT_AT + 4)]];
}

function* placesOfPieces(pieces: Buffer): Generator<readonly [begin: number, end: number]> {
  const count = Math.floor((pieces.length - 4) / PIECE_BYTES);
  for (let i = 0; i < count; i++) {
    const length = pieces.readUInt32BE((i + 1) * 4) - pieces.readUInt32BE(i * 4);
    const begin = pieces.readUInt32BE((count + 1) * 4 + i * 8 + 2);
    if (length > 0) yield [begin, begin + length];
  }
}

/** Behind the formats (1) stands the list of pieces (2). */
function piecesOf(bytes: Buffer): Buffer {
  const begin = bytes.readUInt32BE(PIECES_AT);
  const list = bytes.subarray(begin, begin + bytes.readUInt16BE(PIECES_AT + 4));
  let at = 0;
  while (at + 3 <= list.length && list[at] === 1) at += 3 + list.readUInt16BE(at + 1);
  return at + 3 <= list.length && list[at] === 2
    ? list.subarray(at + 3, at + 3 + list.readUInt16BE(at + 1))
    : Buffer.alloc(0);
}
