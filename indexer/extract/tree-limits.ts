/** What one file may give, with all documents in it, whatever an archive promises. Used by extract-content.ts. */
import type { Limit } from '../../shared/types.js';
import { workedMs } from './worked-time.js';

/** No text leaves an extractor that is longer than this, whatever the limit on the input. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** Most bytes of a document that is read whole: most of a large one are its pictures, and its end is needed. */
export const MAX_WHOLE_BYTES = 128 * 1024 * 1024;
/** The document attached to a letter in a mailbox in an archive in an archive is read, and what is three times deeper. */
export const MAX_DEPTH = 8;
export const MAX_CHILDREN = 2000;
/** Of a document that has such. */
export const MAX_PAGES = 20_000;
/** Titles, properties and inner paths, which travel in the header of a frame. */
export const MAX_LABEL_BYTES = 1024 * 1024;
/** What is unpacked, at whatever depth, whether it holds text or not: half a second of gzip, ten of bzip2. */
export const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;
/**
 * No document more is begun after so much processor time. The pool gives a file thirty seconds, and more on a busy machine
 * until it has worked for fifteen.
 */
export const MAX_WORK_MS = 12_000;

export class TreeLimits {
  #textBytes = MAX_TEXT_BYTES;
  #untilMs: number | undefined;
  #unpackedBytes = MAX_UNPACKED_BYTES;
  #labelBytes = MAX_LABEL_BYTES;
  #children = MAX_CHILDREN;
  readonly #met = new Set<Limit>();

  /** Those that were met until now. */
  get met(): readonly Limit[] {
    return [...this.#met];
  }

  /** To be called before what may take long. A text is quick, and to ask would cost as much. @returns until when. */
  begin(): number {
    this.#untilMs ??= workedMs() + MAX_WORK_MS;
    return this.#untilMs;
  }

  meet(limit: Limit): void {
    this.#met.add(limit);
  }

  /** What was unpacked ends before its end: at the limit on one file, or on all of them. */
  meetByBytes(): void {
    this.meet(this.#unpackedBytes > 0 ? 'bytes' : 'unpacked');
  }

  /** May there be documents in one that is so deep? */
  takeLevel(depth: number): boolean {
    if (depth >= MAX_DEPTH) this.meet('depth');
    return depth < MAX_DEPTH;
  }

  /** As much of a text as there is room for. It ends before a character, not within it. */
  takeText(text: Buffer): Buffer {
    const taken = text.length <= this.#textBytes ? text : cut(text, this.#textBytes);
    this.#textBytes -= taken.length;
    if (taken.length < text.length) this.meet('text');
    return taken;
  }

  /** Is there room for one document more, with a label of so many bytes? */
  takeChild(labelBytes: number): boolean {
    if (--this.#children < 0) this.meet('members');
    else if (this.begin() <= workedMs()) this.meet('seconds');
    else return this.takeLabel(labelBytes);
    return false;
  }

  /** So much may be unpacked of one file. */
  roomToUnpack(maxBytes: number): number {
    return Math.min(maxBytes, this.#unpackedBytes);
  }

  /** @returns false when that was more than may be. */
  takeUnpacked(bytes: number): boolean {
    const hasRoom = bytes <= this.#unpackedBytes;
    this.#unpackedBytes = hasRoom ? this.#unpackedBytes - bytes : 0;
    if (!hasRoom) this.meet('unpacked');
    return hasRoom;
  }

  takeLabel(bytes: number): boolean {
    const hasRoom = bytes <= this.#labelBytes;
    if (hasRoom) this.#labelBytes -= bytes;
    else this.meet('labels');
    return hasRoom;
  }
}

function cut(text: Buffer, bytes: number): Buffer {
  let end = bytes;
  while (end > 0 && ((text[end] as number) & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}
