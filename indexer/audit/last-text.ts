/**
 * Text of byte ranges that mostly repeat from record to record (device, program, key): decoded once, then only compared.
 */
export class LastText {
  #bytes = Buffer.alloc(0);
  #text = '';

  /** The range as latin1 text, the caller's own string to keep. */
  read(bytes: Buffer, from: number, to: number): string {
    if (!this.#isSame(bytes, from, to)) {
      this.#text = bytes.toString('latin1', from, to);
      this.#bytes = Buffer.from(bytes.subarray(from, to));
    }
    return this.#text;
  }

  #isSame(bytes: Buffer, from: number, to: number): boolean {
    const known = this.#bytes;
    if (known.length !== to - from) return false;
    for (let i = 0; i < known.length; i++) {
      if (bytes[from + i] !== known[i]) return false;
    }
    return true;
  }
}
