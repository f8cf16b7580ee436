/**
 * The text of a found document, for its snippet, and whether the file is still the one that was indexed. Reads the file
 * itself when it is plain text, else the copy in the index. Never waits for a FIFO, never follows a link, reads a bounded part.
 */
import { isAscii } from 'node:buffer';
import { closeSync, constants as fsConstants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { systemCode } from '../errors.js';
import type { Db } from '../store/open.js';
import { zlib } from '../zlib.js';
import { type FoundDocument, pathOf } from './found-documents.js';
import { foldText } from './words.js';

/**
 * `changed`: another file stands there, it has been written since, or it may not be looked at any more. `unverified`: its volume
 * does not answer.
 */
export type FileState = 'same' | 'changed' | 'gone' | 'unverified';

/** False: whoever looks at this file might wait for ever. */
export type CanLook = (path: Uint8Array) => boolean;

export interface DocumentText {
  readonly text: string;
  /** By foldText. */
  readonly folded: string;
  readonly isWhole: boolean;
  /** It was read from the file just now, not from the index. */
  readonly isPresent: boolean;
}

/** Most files are shorter; of the others more is read only if this part does not hold the words. */
export const FIRST_BYTES = 64 * 1024;
export const MOST_BYTES = 256 * 1024;
/** Deflated text is at least three times shorter. */
const DEFLATED_SHARE = 3;
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
  return state === 'unverified' ? undefined : readFileText(pathOf(file), maxBytes);
}

function readStoredText(db: Db, id: number, maxBytes: number): DocumentText | undefined {
  const maxDeflated = maxBytes / DEFLATED_SHARE;
  const deflated = db
    .prepare<[number, number], Buffer>('SELECT substr(deflated, 1, ?) FROM stored_text WHERE doc_id = ?')
    .pluck()
    .get(maxDeflated + 1, id);
  if (!deflated) return undefined;
  const isWhole = deflated.length <= maxDeflated;
  const { inflateRawSync, constants } = zlib();
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_INFLATED_BYTES };
  try {
    return { ...decode(inflateRawSync(deflated, options).subarray(0, MOST_BYTES)), isWhole, isPresent: false };
  } catch (error) {
    if (systemCode(error) !== 'ERR_BUFFER_TOO_LARGE') throw error;
    return { text: '', folded: '', isWhole: true, isPresent: false };
  }
}

function readFileText(path: Buffer, maxBytes: number): DocumentText | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, OPEN_FLAGS);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const buffer = Buffer.allocUnsafe(Math.min(maxBytes, stat.size));
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
    if (bytes.includes(0)) return undefined;
    return { ...decode(bytes), isWhole: stat.size <= maxBytes, isPresent: true };
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Accents that stand apart from their letter are joined with it, as queries have them. */
function decode(bytes: Buffer): { text: string; folded: string } {
  if (isAscii(bytes)) {
    const text = bytes.toString('latin1');
    return { text, folded: text.toLowerCase() };
  }
  const decoded = bytes.toString('utf8').replace(/\ufffd$/, '');
  const text = /[\u0300-\u036f]/.test(decoded) ? decoded.normalize('NFC') : decoded;
  return { text, folded: foldText(text) };
}
