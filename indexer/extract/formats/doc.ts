/** Documents of Word from 1997 to 2003: the text, then notes, comments and boxes. */
import { decodeCharset } from '../charset.js';
import { type CompoundText, compoundExtractor } from '../compound/compound-extractor.js';
import { type CompoundFile, NO_STREAM, type Stream } from '../compound/compound-file.js';
import { encrypted, failed } from '../compound/failures.js';
import { DocText } from './doc-text.js';

const IDENT = 0xa5ec;
const OLD_IDENT = 0xa5dc;
const ENCRYPTED = 0x0100;
/** The pieces are told in `1Table`, not in `0Table`. */
const SECOND_TABLE = 0x0200;
const PIECES_AT = 0x01a2;
const MAX_PIECES = 1_000_000;

export const docExtractor = compoundExtractor({
  id: 'doc',
  version: 3,
  type: 'application/msword',
  extensions: ['doc', 'dot'],
  streams: ['WordDocument'],
  what: 'document of Word',
  read: readDocument,
});

function readDocument(file: CompoundFile, document: Stream): CompoundText {
  const ident = document.bytes.length < PIECES_AT + 8 ? undefined : document.bytes.readUInt16LE(0);
  if (ident === OLD_IDENT) throw failed('it was written by Word 95 or before, whose documents are not read');
  if (ident !== IDENT) throw damaged();
  const flags = document.bytes.readUInt16LE(10);
  if ((flags & ENCRYPTED) !== 0) throw encrypted();
  const table = file.stream((flags & SECOND_TABLE) !== 0 ? '1Table' : '0Table') ?? NO_STREAM;
  const text = readText(document.bytes, table.bytes);
  if (text === undefined || (text === '' && table.isCut)) throw damaged();
  return { text, isCut: table.isCut };
}

function damaged(): Error {
  return failed('the document is damaged: its text cannot be found');
}

/**
 * Piece by piece: 8-bit ones in the code page of Windows, others in UTF-16.
 * @returns undefined when it does not tell where they are.
 */
function readText(document: Buffer, table: Buffer): string | undefined {
  const out = new DocText();
  const list = piecesOf(document, table);
  const count = Math.min(Math.floor((list.length - 4) / 12), MAX_PIECES);
  for (let i = 0; i < count && !out.isFull; i++) {
    const length = list.readUInt32LE((i + 1) * 4) - list.readUInt32LE(i * 4);
    const place = list.readUInt32LE((count + 1) * 4 + i * 8 + 2);
    if (length > 0) out.add(pieceAt(document, place, length));
  }
  return count > 0 ? out.toString() : undefined;
}

const NARROW = 0x40000000;

function pieceAt(document: Buffer, place: number, length: number): string {
  const offset = place & ~NARROW;
  if ((place & NARROW) === 0) return document.toString('utf16le', offset, offset + length * 2);
  return decodeCharset(document.subarray(offset / 2, offset / 2 + length), 'windows-1252', true).toString();
}

/** Behind the formats (1) stands the list of pieces (2). */
function piecesOf(document: Buffer, table: Buffer): Buffer {
  const begin = document.readUInt32LE(PIECES_AT);
  const list = table.subarray(begin, begin + document.readUInt32LE(PIECES_AT + 4));
  let at = 0;
  while (at + 5 <= list.length && list[at] === 1) at += 3 + list.readUInt16LE(at + 1);
  return at + 5 <= list.length && list[at] === 2
    ? list.subarray(at + 5, at + 5 + list.readUInt32LE(at + 1))
    : Buffer.alloc(0);
}
