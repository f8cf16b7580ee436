/**
 * A file of many documents that is larger than what is read of one: piece by piece, one job after the other. A job takes
 * along what the index has of the file, and reads on from there; so what is appended costs what it is. Whether the rest
 * is as before is seen by samples of it.
 */
import { createHash } from 'node:crypto';
import type { Extraction } from '../../shared/types.js';
import { EXTRACTOR_VERSIONS } from './extractor-versions.js';
import type { KnownContent } from './known-content.js';
import { type OpenFile, readAt } from './read-file.js';
import type { Piecewise } from './registry.js';

const MARK = 'pieces';
const CUT = 'cut';
const PROGRESS = /^pieces:(\d+):([\w-]+):(\d*):(\d+):(cut)?(?::(.*))?$/s;
/** Of one file: each time costs a job more. */
const MAX_TOO_LARGE = 100;
const SAMPLE_BYTES = 4096;
const SAMPLES = 32;
/** At the beginning, and before the place where it is read on. */
const END_BYTES = 65_536;
/** What a mail program changes where it stands, as a message is read: `X-Mozilla-Status: 0001`. */
const FLAGS = /^(?:X-Mozilla-(?:Status2?|Keys)|X?-?Status|X-Keywords):.*$/gm;
const VERSIONS = JSON.stringify(EXTRACTOR_VERSIONS);

/** How far the index has got; its text stands in the place of the digest of the input. */
interface Progress {
  /** Where the next job begins. */
  readonly next: number;
  /** Of all before it. */
  readonly samples: string;
  /** Path of the document that begins there and is in the index already; missing: none is. */
  readonly last?: string;
  /** Of documents in the next piece; missing: as many as the format takes. */
  readonly most?: number;
  /** How often a piece was too large until now. */
  readonly tooLarge: number;
  /** Not all of a document before that place is in the index. */
  readonly isCut?: boolean;
}

/** A piece of a file, and how far the index has got with it. */
export interface FilePiece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
  readonly next: number;
  readonly samples: string;
  /** Is there a document at its end that may go on? */
  readonly hasLast: boolean;
  /** It is one document, or a part of one. */
  readonly isOne: boolean;
  /** How far the index is without it. */
  readonly before: Progress;
  /** As in Piece. */
  readonly inPlaceOf?: string;
}

/** @param bytes  the beginning of the file. */
export function firstPiece(file: OpenFile, format: Piecewise, bytes: Buffer): FilePiece {
  return placed(file, format, { before: { next: 0, samples: samplesOf(file, 0), tooLarge: 0 }, bytes });
}

/** @returns undefined when the file is not known to be read piece by piece, or is another one by now. */
export function nextPiece(file: OpenFile, format: Piecewise, { known, maxBytes }: Continued): FilePiece | undefined {
  const progress = parseProgress(known.input);
  if (!progress || progress.next > file.size || samplesOf(file, progress.next) !== progress.samples) return undefined;
  const bytes = readAt(file, progress.next, maxBytes);
  return { ...placed(file, format, { before: progress, bytes }), inPlaceOf: progress.last ?? '' };
}

export interface Continued {
  readonly known: KnownContent;
  readonly maxBytes: number;
}

function placed(file: OpenFile, format: Piecewise, { before, bytes }: Pick<FilePiece, 'before' | 'bytes'>): FilePiece {
  const { next: from, most } = before;
  const isEnd = from + bytes.length >= file.size;
  const { begin, end, lastBegin } = format.cut(bytes, isEnd, most);
  const isLast = isEnd && (end === bytes.length || end === lastBegin);
  const next = from + (isLast ? lastBegin : end);
  const hasLast = isLast && lastBegin < end;
  const piece = { bytes: bytes.subarray(begin, end), isLast, isOne: lastBegin === begin };
  return { ...piece, next, hasLast, samples: samplesOf(file, next), before };
}

type OfPiece = Extraction & { readonly input: string };

/** What is extracted of a piece, for the index. */
export function withPiece(extraction: Extraction, piece: FilePiece): OfPiece {
  const { isLast, next, samples, isOne, inPlaceOf, before } = piece;
  const isCut = before.isCut === true || extraction.isTruncated;
  // The last one that was taken may not be the last one of the piece.
  const hasLast = piece.hasLast && (isOne || !extraction.isTruncated);
  const last = hasLast ? { last: outerPaths(extraction).at(-1) ?? '' } : {};
  return {
    ...extraction,
    isTruncated: isCut || !isLast,
    input: progressText({ next, samples, isCut, tooLarge: before.tooLarge, ...last }),
    piece: { isLast, ...(inPlaceOf !== undefined && { continues: { inPlaceOf } }) },
  };
}

/** Does it hold more than is taken at once, and would a smaller one help? */
export function isTooLarge({ isTruncated }: Extraction, { isOne, before }: FilePiece): boolean {
  return isTruncated && !isOne && before.tooLarge < MAX_TOO_LARGE;
}

/** Of a piece that is too large: nothing. The next one begins where it does, with fewer documents. */
export function withoutPiece(extraction: Extraction, { before, inPlaceOf }: FilePiece): OfPiece {
  const most = Math.max(outerPaths(extraction).length - 1, 1);
  return {
    ...extraction,
    children: [],
    isTruncated: true,
    input: progressText({ ...before, most, tooLarge: before.tooLarge + 1 }),
    piece: { isLast: false, ...(inPlaceOf !== undefined && { continues: { inPlaceOf: '' } }) },
  };
}

/** Of the documents that are in no other one. */
function outerPaths({ children = [] }: Extraction): string[] {
  const paths = children.map(({ innerPath }) => Buffer.from(innerPath).toString('latin1'));
  return paths.filter((path) => !path.includes('/'));
}

function samplesOf(file: OpenFile, end: number): string {
  const hash = createHash('sha256').update(JSON.stringify([end, VERSIONS]));
  for (const [from, bytes] of samplePlaces(end)) {
    const text = readAt(file, from, bytes).toString('latin1');
    // Lines that the sample cuts may be such flags.
    hash.update(text.slice(text.indexOf('\n') + 1, text.lastIndexOf('\n') + 1).replace(FLAGS, ''));
  }
  return hash.digest('base64url').slice(0, 22);
}

function* samplePlaces(end: number): Generator<readonly [from: number, bytes: number]> {
  yield [0, Math.min(END_BYTES, end)];
  const between = end - 2 * END_BYTES;
  for (let i = 0; i < SAMPLES && between > 0; i++) {
    const from = END_BYTES + Math.floor((between * i) / SAMPLES);
    yield [from, Math.min(SAMPLE_BYTES, end - from)];
  }
  yield [Math.max(end - END_BYTES, 0), Math.min(END_BYTES, end)];
}

function progressText({ next, samples, last, most, tooLarge, isCut = false }: Progress): string {
  return [MARK, next, samples, most, tooLarge, isCut ? CUT : '', ...(last === undefined ? [] : [last])].join(':');
}

function parseProgress(input: string): Progress | undefined {
  const [, next, samples, most, tooLarge, cut, last] = PROGRESS.exec(input) ?? [];
  if (next === undefined || samples === undefined) return undefined;
  const numbers = { next: Number(next), tooLarge: Number(tooLarge), ...(most && { most: Number(most) }) };
  return { ...numbers, samples, isCut: cut === CUT, ...(last !== undefined && { last }) };
}
