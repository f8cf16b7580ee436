/**
 * What the index has of a file before it is read: so that only what is new of its text is taken, and nothing when
 * nothing is. Pure. Digests are of 128 bits: nobody can make a file that passes for another.
 */
import { createHash, type Hash, hash as hashOf } from 'node:crypto';
import type { Content, Extraction } from '../../shared/types.js';
import { isBlank } from '../../shared/word-borders.js';
import { HEAD_BYTES } from './decode.js';
import { EXTRACTOR_VERSIONS } from './extractor-versions.js';

/** Of a document whose extractor is still of that version. */
export interface KnownContent {
  /** As in Extraction. */
  readonly input: string;
  readonly output?: string;
  /** The size of the file at that time. */
  readonly bytes: number;
  readonly extractor: string;
  /** Where in the file the appended parts begin, in order. */
  readonly begins: readonly number[];
}

/** What the text depends on beside the bytes. */
export interface ReadLimits {
  readonly maxBytes: number;
  readonly isTruncated: boolean;
}

const DIGEST = 'sha256';
const DIGEST_BYTES = 16;
/** What is smaller is copied behind one another and hashed in one call, which takes half as long. */
const SMALL_BYTES = 64 * 1024;
/** JSON in a text of JSON. */
const VERSIONS = JSON.stringify(JSON.stringify(EXTRACTOR_VERSIONS));
const scratch = Buffer.allocUnsafeSlow(2 * SMALL_BYTES);
/** More parts than this, or more bytes in them than a share of the rest: the text is taken as a whole again. */
const MAX_PARTS = 24;
const MAX_APPENDED_SHARE = 0.5;
/** What is smaller is always replaced by a larger one. */
const MIN_PART_BYTES = 4096;
/**
 * A part is replaced while it is not larger than the new one so many times: few parts, and each byte is written few
 * times.
 */
const GROWTH = 2;

export interface InputDigests {
  readonly input: string;
  /** Of the bytes that the index knows, when there are more now. */
  readonly known?: string;
}

export function digestInput(bytes: Buffer, limits: ReadLimits, knownBytes = bytes.length): InputDigests {
  if (knownBytes >= bytes.length && bytes.length <= SMALL_BYTES) return { input: digestSmall(bytes, limits) };
  const hash = createHash(DIGEST);
  if (knownBytes >= bytes.length) return { input: endInput(hash.update(bytes), limits) };
  const known = endInput(hash.update(bytes.subarray(0, knownBytes)).copy(), { ...limits, isTruncated: false });
  return { known, input: endInput(hash.update(bytes.subarray(knownBytes)), limits) };
}

function endInput(hash: Hash, limits: ReadLimits): string {
  return end(hash.update(limitsText(limits)));
}

function digestSmall(bytes: Buffer, limits: ReadLimits): string {
  bytes.copy(scratch);
  const length = bytes.length + scratch.write(limitsText(limits), bytes.length, 'latin1');
  const hex = hashOf(DIGEST, scratch.subarray(0, length), 'hex');
  return Buffer.from(hex.slice(0, 2 * DIGEST_BYTES), 'hex').toString('base64url');
}

function limitsText({ maxBytes, isTruncated }: ReadLimits): string {
  return `[${maxBytes},${isTruncated},${VERSIONS}]`;
}

/** @returns undefined where the input tells as much. The documents in it have their digests. */
export function digestOutput({ isFileText, children = [], ...own }: Extraction): string | undefined {
  if (isFileText) return undefined;
  const hash = createHash(DIGEST).update(digestContent(own));
  for (const { innerPath, digest = '' } of children) {
    hash.update(JSON.stringify([innerPath.length, digest])).update(innerPath);
  }
  return end(hash);
}

export function digestContent(content: Content): string {
  const { text, markup, type, title, extractor, extractorVersion, isTruncated, properties = [] } = content;
  const head = [type, title, extractor, extractorVersion, isTruncated, text.length, markup.length, properties];
  return end(createHash(DIGEST).update(JSON.stringify(head)).update(text).update(markup));
}

function end(hash: Hash): string {
  return hash.digest().toString('base64url', 0, DIGEST_BYTES);
}

/** Only files whose head stays the same: it decides about encoding, extractor and title. */
export function canGrow(bytes: number): boolean {
  return bytes >= HEAD_BYTES;
}

/**
 * Where the part begins that stands for what was appended to the known text; parts from there on are replaced.
 * @returns undefined when the text is better taken as a whole, or has to be.
 */
export function appendedFrom(known: KnownContent, { text, isFileText, extractor }: Extraction): number | undefined {
  const isAlike = isFileText && known.output === undefined && extractor === known.extractor;
  if (!isAlike || !canGrow(known.bytes) || text.length <= known.bytes) return undefined;
  const wholeBytes = known.begins[0] ?? known.bytes;
  if (known.begins.length > MAX_PARTS || text.length - wholeBytes > wholeBytes * MAX_APPENDED_SHARE) return undefined;
  const begins = [...known.begins];
  let from = known.bytes;
  while (!isBlank(text[from - 1]) || isReplaced(from - (begins.at(-1) ?? 0), text.length - from)) {
    const last = begins.pop();
    if (last === undefined) return isBlank(text[from - 1]) ? from : undefined;
    from = last;
  }
  return from;
}

function isReplaced(bytes: number, newBytes: number): boolean {
  return bytes < MIN_PART_BYTES || bytes <= newBytes * GROWTH;
}
