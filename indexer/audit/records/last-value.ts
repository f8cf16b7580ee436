/**
 * Values that mostly repeat from record to record (device, program, key): decoded once, then only compared.
 */
export class LastValue<T> {
  #raw = Buffer.alloc(0);
  #value: T | undefined;

  /**
   * @param decode  gets a copy of the raw bytes; its result is shared by all records that follow with the same bytes.
   */
  constructor(readonly decode: (raw: Buffer) => T) {}

  read(bytes: Buffer, from: number, to: number): T {
    if (this.#value === undefined || !this.#isSame(bytes, from, to)) {
      this.#raw = Buffer.from(bytes.subarray(from, to));
      this.#value = this.decode(this.#raw);
    }
    return this.#value;
  }

  #isSame(bytes: Buffer, from: number, to: number): boolean {
    const known = this.#raw;
    if (known.length !== to - from) return false;
    for (let i = 0; i < known.length; i++) {
      if (bytes[from + i] !== known[i]) return false;
    }
    return true;
  }
}

export function latin1(raw: Buffer): string {
  return raw.toString('latin1');
}
