/** Bytes that come in many small parts, and text as UTF-8. */
export class ByteOutput {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  /** Empties it. What it held is overwritten, so it can be used for one text after another. */
  begin(about: number): void {
    this.#length = 0;
    const needed = about + (about >> 4) + 64;
    if (this.#bytes.length < needed || this.#bytes.length > Math.max(KEPT_BYTES, 4 * needed))
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(needed, FIRST_BYTES));
  }

  put(source: Uint8Array, from = 0, to = source.length): void {
    if (this.#length + to - from > this.#bytes.length) this.#grow(to - from);
    if (to - from > FEW_BYTES) this.#bytes.set(source.subarray(from, to), this.#length);
    else for (let at = from, put = this.#length; at < to; ) this.#bytes[put++] = source[at++] as number;
    this.#length += to - from;
  }

  /** UTF-16 from here to there, as UTF-8. */
  putText(text: string, from: number, to: number): void {
    if (this.#length + 3 * (to - from) > this.#bytes.length) this.#grow(3 * (to - from));
    const bytes = this.#bytes;
    let put = this.#length;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      if (unit < 0x80) bytes[put++] = unit;
      else if (unit < 0x800) {
        bytes[put++] = 0xc0 | (unit >> 6);
        bytes[put++] = 0x80 | (unit & 0x3f);
      } else if (unit < 0xd800 || unit >= 0xe000) {
        bytes[put++] = 0xe0 | (unit >> 12);
        bytes[put++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[put++] = 0x80 | (unit & 0x3f);
      } else put += bytes.write(text.slice(at, ++at + 1), put, 'utf8');
    }
    this.#length = put;
  }

  result(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(more: number): void {
    const bytes = Buffer.allocUnsafe(2 * this.#bytes.length + more);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}

/** A new buffer costs more than the copy that goes into it. */
const FIRST_BYTES = 64 * 1024;
const KEPT_BYTES = 1 << 20;
/** So few are copied faster one by one. */
const FEW_BYTES = 100;
