/**
 * From the bytes of a file to its Extraction: unpack, decode, choose the extractor, run it. Pure; called by job.ts in the child.
 * Binary content is no failure: it gives an empty text, so that the file is found by its name.
 */
import { FindTextError } from '../../shared/errors.js';
import type { Extraction } from '../../shared/types.js';
import { decodeText, HEAD_BYTES, isBinary } from './decode.js';
import { gunzip, isGzip } from './gunzip.js';
import { binaryTypeOf } from './media-type.js';
import { NO_EXTRACTOR, type Registry } from './registry.js';

/** No text leaves an extractor that is longer than this, whatever the limit on the input. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;

const NO_BYTES = Buffer.alloc(0);

export interface FileContent {
  /** Last part of the path. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The file is longer than `bytes`. */
  readonly isTruncated: boolean;
  /** Limit for what is unpacked from `bytes`. */
  readonly maxBytes: number;
}

/** Whether reading on after the first 64 kB makes sense: not for binary content, packed or not. */
export function isWorthReading(head: Buffer): boolean {
  if (!isGzip(head)) return !isBinary(head);
  const unpacked = gunzip(head, HEAD_BYTES * 4);
  return unpacked !== undefined && !isBinary(unpacked.bytes);
}

/** @throws FindTextError FT_EXTRACT_FAILED for a gzip file that is damaged from the beginning. */
export function extractContent(registry: Registry, file: FileContent): Extraction {
  const isPacked = isGzip(file.bytes);
  const unpacked = isPacked ? unpack(file) : { bytes: file.bytes, isCut: file.isTruncated };
  const decoded = decodeText(unpacked.bytes, unpacked.isCut);
  if (decoded === undefined) return binaryExtraction(file.name);
  const name = isPacked ? innerName(file.name) : file.name;
  const { extractor, type } = registry.choose(name, decoded.text);
  const { title, text, markup = NO_BYTES } = extractor.extract({ name, bytes: decoded.text });
  return {
    type,
    title,
    text: text.length <= MAX_TEXT_BYTES ? text : cutText(text),
    markup: markup.length <= MAX_TEXT_BYTES ? markup : cutText(markup),
    isFileText: text === decoded.text && decoded.isFileBytes && !isPacked,
    isTruncated: unpacked.isCut || file.isTruncated || text.length > MAX_TEXT_BYTES,
    extractor: extractor.id,
    extractorVersion: extractor.version,
  };
}

function unpack(file: FileContent): { bytes: Buffer; isCut: boolean } {
  const unpacked = gunzip(file.bytes, file.maxBytes);
  if (unpacked !== undefined) return unpacked;
  throw new FindTextError('FT_EXTRACT_FAILED', 'the gzip data is damaged from its beginning on');
}

export function binaryExtraction(name: string): Extraction {
  return {
    type: binaryTypeOf(name),
    title: '',
    text: NO_BYTES,
    markup: NO_BYTES,
    isFileText: false,
    isTruncated: false,
    extractor: NO_EXTRACTOR.id,
    extractorVersion: NO_EXTRACTOR.version,
  };
}

/** 'ls.1.gz' → 'ls.1'; 'a.svgz' → 'a.svg'. */
function innerName(name: string): string {
  return name.replace(/\.gz$/i, '').replace(/\.svgz$/i, '.svg');
}

/** Ends before a character, not within it. */
function cutText(text: Buffer): Buffer {
  let end = MAX_TEXT_BYTES;
  while (end > 0 && ((text[end] as number) & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}
