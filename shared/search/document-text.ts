/**
 * The text of a found document, for its snippet, and whether the file is still the one that was indexed. Reads the file
 * itself when it is plain text, else the copy in the index. Never waits for a FIFO, never follows a link, reads a
 * bounded part. A long text comes as its first part, and then piece by piece for those who have not found there what
 * they look for.
 */
import { isAscii } from 'node:buffer';
import { closeSync, constants as fsConstants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { systemCode } from '../errors.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { type FoldedText, foldText } from '../words/fold.js';
import { zlib } from '../zlib.js';
import { type FoundDocument, pathOf } from './found-documents.js';

/**
 * `changed`: another file stands there, it has been written since, or it may not be looked at any more. `unverified`:
 * its volume does not answer.
 */
export type FileState = 'same' | 'changed' | 'gone' | 'unverified';

/** False: a look at this file might never return. */
export type CanLook = (path: Uint8Array) => boolean;

const BEGINNING_CHARACTERS = 4096;

export class DecodedText {
  #folded: FoldedText | undefined;

  constructor(readonly text: string) {}

  /** Made when it is asked for: it takes longer than to read the text. */
  get folded(): FoldedText {
    this.#folded ??= foldText(this.text);
    return this.#folded;
  }

  /** Up to a blank, so that it is folded as in the whole text; undefined where that takes about as long. */
  foldedBeginning(): FoldedText | undefined {
    const { text } = this;
    if (this.#folded || text.length < 2 * BEGINNING_CHARACTERS) return undefined;
    const end = text.lastIndexOf(' ', BEGINNING_CHARACTERS);
    return end > 0 && text.charCodeAt(end + 1) < 0x80 ? foldText(text.slice(0, end)) : undefined;
  }
}

export class DocumentText extends DecodedText {
  constructor(
    text: string,
    readonly isWhole: boolean,
    /** It was read from the file just now, not from the index. */
    readonly isPresent: boolean,
  ) {
    super(text);
  }
}

/** Most files are shorter; of the others more is read only if this part does not hold the words. */
export const FIRST_BYTES = 64 * 1024;
export const MOST_BYTES = 256 * 1024;
/** Deflated text is at least three times shorter. */
const DEFLATED_SHARE = 3;
/** Of what lies behind, so much at a time. */
const PIECE_BYTES = 1024 * 1024;
/** A piece begins before the last one ends, so that what stands at the border is whole in one of them. */
const OVERLAP_BYTES = 8 * 1024;
/** No more of a text is ever indexed: the most that extract.maxFileMiB can be. */
const MOST_INDEXED_BYTES = 64 * 1024 * 1024;
/** Text that deflates better than a hundred to one is not worth showing. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
/** Documents of these extractors have no text. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['none', 'name', 'failed']);

const OPEN_FLAGS = fsConstants.O_RDONLY | fsConstants.O_NOFOLLOW | fsConstants.O_NONBLOCK;

export function fileState(file: FoundDocument, canLook: CanLook = () => true): FileState {
  const path = pathOf(file);
  if (!canLook(path)) return 'unverified';
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return 'gone';
    const isSame = stat.ino === file.ino && stat.size === file.size && stat.mtimeMs === file.mtimeMs;
    const isUntouched = file.ctimeMs === 0 || stat.ctimeMs === file.ctimeMs;
    return isSame && isUntouched && stat.isFile() ? 'same' : 'changed';
  } catch {
    return 'changed';
  }
}

/** @returns undefined when the document has no text, or its file cannot be read, or must not be looked at. */
export function readDocumentText(
  db: Db,
  file: FoundDocument,
  maxBytes: number,
  state: FileState,
): DocumentText | undefined {
  if (WITHOUT_TEXT.has(file.extractor)) return undefined;
  if (file.isStored) return readStoredText(db, file.id, maxBytes);
  if (file.innerPath || state === 'unverified') return undefined;
  return readFileText(pathOf(file), maxBytes, state);
}

/**
 * The lines that editors and compilers count are those of the file, whatever was taken out of it as its text.
 * @returns undefined when there is no text with lines.
 */
export function readLines(db: Db, file: FoundDocument, maxBytes: number, state: FileState): string | undefined {
  const isOwn = file.isStored && file.extractor !== 'text' && !file.innerPath && state !== 'unverified';
  const text = isOwn ? readFileText(pathOf(file), maxBytes, 'changed') : undefined;
  return (text ?? readDocumentText(db, file, maxBytes, state))?.text;
}

/**
 * What follows the part that readDocumentText gives of `MOST_BYTES`, in pieces that overlap and begin and end between
 * words. The file is open while they are read.
 */
export function* laterPieces(db: Db, file: FoundDocument, state: FileState): Generator<DecodedText> {
  if (file.isStored) yield* piecesOf(inflatedText(db, file.id));
  else if (!file.innerPath && state !== 'unverified') yield* filePieces(pathOf(file), state);
}

function* filePieces(path: Buffer, state: FileState): Generator<DecodedText> {
  const open = tryOpen(path);
  if (!open) return;
  const { fd, size } = open;
  try {
    yield* piecesOf({ size, read: (from, length) => readPart(fd, from, Buffer.allocUnsafe(length), state) });
  } catch {
    // It was cut off, or its disk fails: what was found so far is shown.
  } finally {
    closeSync(fd);
  }
}

interface Source {
  readonly size: number;
  /** @returns undefined when there is no more text. */
  readonly read: (from: number, length: number) => Buffer | undefined;
}

function* piecesOf({ size, read }: Source): Generator<DecodedText> {
  const end = Math.min(size, MOST_INDEXED_BYTES);
  for (let from = MOST_BYTES - OVERLAP_BYTES; from + OVERLAP_BYTES < end; from += PIECE_BYTES - OVERLAP_BYTES) {
    const bytes = read(from, Math.min(PIECE_BYTES, end - from));
    if (bytes === undefined || bytes.length === 0) return;
    yield new DecodedText(decode(betweenWords(bytes, from + bytes.length >= end)));
  }
}

/** Without the word, or the character, that either end has cut in two; whole when there is no blank near it. */
function betweenWords(bytes: Buffer, isLast: boolean): Buffer {
  const first = Math.max(0, bytes.subarray(0, OVERLAP_BYTES / 2).findIndex(isBlank));
  const border = Math.max(first, bytes.length - OVERLAP_BYTES / 2);
  const last = isLast ? -1 : bytes.subarray(border).findLastIndex(isBlank);
  return bytes.subarray(first, last < 0 ? bytes.length : border + last);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function inflatedText(db: Db, id: number): Source {
  const deflated = prepared<Buffer>(db, 'SELECT deflated FROM stored_text WHERE part_id = ?').pluck().get(id);
  const text = deflated ? inflate(deflated, MOST_INDEXED_BYTES) : undefined;
  return { size: text?.length ?? 0, read: (from, length) => text?.subarray(from, from + length) };
}

function readStoredText(db: Db, id: number, maxBytes: number): DocumentText | undefined {
  const maxDeflated = maxBytes / DEFLATED_SHARE;
  const sql = 'SELECT substr(deflated, 1, ?) FROM stored_text WHERE part_id = ?';
  const deflated = prepared<Buffer>(db, sql)
    .pluck()
    .get(maxDeflated + 1, id);
  if (!deflated) return undefined;
  const text = inflate(deflated, MAX_INFLATED_BYTES) ?? Buffer.alloc(0);
  const isWhole = deflated.length <= maxDeflated && text.length <= MOST_BYTES;
  return new DocumentText(decode(text.subarray(0, MOST_BYTES)), isWhole, false);
}

/** What has arrived of a deflated text. @returns undefined when it is longer than `maxBytes`. */
function inflate(deflated: Buffer, maxBytes: number): Buffer | undefined {
  const { inflateRawSync, constants } = zlib();
  try {
    return inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxBytes });
  } catch (error) {
    if (systemCode(error) !== 'ERR_BUFFER_TOO_LARGE') throw error;
    return undefined;
  }
}

function readFileText(path: Buffer, maxBytes: number, state: FileState): DocumentText | undefined {
  const open = tryOpen(path);
  if (!open) return undefined;
  const { fd, size } = open;
  try {
    const bytes = readPart(fd, 0, bufferFor(Math.min(maxBytes, size)), state);
    return bytes && new DocumentText(decode(bytes), size <= maxBytes, true);
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** @returns undefined when no regular file can be opened there. */
function tryOpen(path: Buffer): { readonly fd: number; readonly size: number } | undefined {
  try {
    const fd = openSync(path, OPEN_FLAGS);
    const stat = fstatSync(fd);
    if (stat.isFile()) return { fd, size: stat.size };
    closeSync(fd);
  } catch {
    // Gone, or not to be read.
  }
  return undefined;
}

/** What is read is decoded before anything else is read: of most files the same memory will do. */
let shared: Buffer | undefined;

function bufferFor(length: number): Buffer {
  if (length > FIRST_BYTES) return Buffer.allocUnsafe(length);
  shared ??= Buffer.allocUnsafeSlow(FIRST_BYTES);
  return shared.subarray(0, length);
}

/** @returns undefined when it has NUL bytes, though nobody has found it to be text since it changed. */
function readPart(fd: number, from: number, buffer: Buffer, state: FileState): Buffer | undefined {
  const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from));
  return state === 'changed' && bytes.includes(0) ? undefined : bytes;
}

function decode(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8').replace(/^\ufffd{1,3}|\ufffd$/g, '');
}
