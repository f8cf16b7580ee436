/** What one file may give, with all documents in it, whatever an archive promises. Used by extract-content.ts. */

/** No text leaves an extractor that is longer than this, whatever the limit on the input. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** An archive in an archive in an archive is opened, not more. */
export const MAX_DEPTH = 3;
export const MAX_CHILDREN = 2000;
/** Titles, properties and inner paths, which travel in the header of a frame. */
export const MAX_LABEL_BYTES = 1024 * 1024;
/** What is unpacked, whether it holds text or not: half a second of gzip, ten of bzip2. */
export const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

export class TreeLimits {
  #textBytes = MAX_TEXT_BYTES;
  #unpackedBytes = MAX_UNPACKED_BYTES;
  #labelBytes = MAX_LABEL_BYTES;
  #children = MAX_CHILDREN;

  /** As much of a text as there is room for. It ends before a character, not within it. */
  takeText(text: Buffer): Buffer {
    const taken = text.length <= this.#textBytes ? text : cut(text, this.#textBytes);
    this.#textBytes -= taken.length;
    return taken;
  }

  /** Is there room for one document more, with a label of so many bytes? */
  takeChild(labelBytes: number): boolean {
    return --this.#children >= 0 && this.takeLabel(labelBytes);
  }

  /** So much may be unpacked of one file. */
  roomToUnpack(maxBytes: number): number {
    return Math.min(maxBytes, this.#unpackedBytes);
  }

  takeUnpacked(bytes: number): void {
    this.#unpackedBytes = Math.max(this.#unpackedBytes - bytes, 0);
  }

  takeLabel(bytes: number): boolean {
    if (bytes > this.#labelBytes) return false;
    this.#labelBytes -= bytes;
    return true;
  }
}

function cut(text: Buffer, bytes: number): Buffer {
  let end = bytes;
  while (end > 0 && ((text[end] as number) & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}
