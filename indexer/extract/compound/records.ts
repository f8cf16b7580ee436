/** The records of a workbook of Excel before 2007: a number, a length, and so many bytes. Pure. */

const HEAD_BYTES = 4;
const CONTINUE = 0x3c;

export interface WorkbookRecord {
  readonly type: number;
  readonly data: Buffer;
}

/** Those from a place on, as far as they are whole. */
export function* recordsFrom(stream: Buffer, from: number): Generator<WorkbookRecord> {
  let at = from;
  while (at + HEAD_BYTES <= stream.length) {
    const end = at + HEAD_BYTES + stream.readUInt16LE(at + 2);
    if (end > stream.length) return;
    yield { type: stream.readUInt16LE(at), data: stream.subarray(at + HEAD_BYTES, end) };
    at = end;
  }
}

/** A record that goes on in others behind it becomes one with several parts. */
export function* withContinued(
  records: Iterable<WorkbookRecord>,
): Generator<WorkbookRecord & { readonly parts: readonly Buffer[] }> {
  let last: { type: number; data: Buffer; parts: Buffer[] } | undefined;
  for (const { type, data } of records) {
    if (type === CONTINUE && last) last.parts.push(data);
    else {
      if (last) yield last;
      last = { type, data, parts: [data] };
    }
  }
  if (last) yield last;
}

const WIDE = 1;
const PHONETIC = 4;
const RICH = 8;

/** Reads on through the parts of a record. Where there is no more, numbers are 0 and texts are empty. */
export class PartReader {
  #part = 0;
  #at = 0;

  constructor(private readonly parts: readonly Buffer[]) {}

  get isAtEnd(): boolean {
    while (this.#part < this.parts.length && this.#at >= this.#bytes.length) this.#next();
    return this.#part >= this.parts.length;
  }

  /** Bytes of the last part. */
  get left(): number {
    return this.isAtEnd ? 0 : this.#bytes.length - this.#at;
  }

  skip(bytes: number): void {
    for (let left = bytes; left > 0 && !this.isAtEnd; ) {
      const step = Math.min(left, this.#bytes.length - this.#at);
      this.#at += step;
      left -= step;
    }
  }

  uint(bytes: 1 | 2 | 4): number {
    let value = 0;
    for (let i = 0; i < bytes && !this.isAtEnd; i++) value += (this.#bytes[this.#at++] as number) * 256 ** i;
    return value;
  }

  /** With its length in front, and what else belongs to it. */
  string(lengthBytes: 1 | 2): string {
    const length = this.uint(lengthBytes);
    const flags = this.uint(1);
    const runs = (flags & RICH) !== 0 ? this.uint(2) : 0;
    const phonetic = (flags & PHONETIC) !== 0 ? this.uint(4) : 0;
    const text = this.characters(length, (flags & WIDE) !== 0);
    this.skip(runs * 4 + phonetic);
    return text;
  }

  /** Each part begins with the width of its characters. */
  characters(length: number, isWide: boolean): string {
    let text = '';
    let wide = isWide;
    while (text.length < length && this.#part < this.parts.length) {
      const width = wide ? 2 : 1;
      const count = Math.min(length - text.length, Math.floor((this.#bytes.length - this.#at) / width));
      text += this.#bytes.toString(wide ? 'utf16le' : 'latin1', this.#at, this.#at + count * width);
      this.#at += count * width;
      if (text.length === length) break;
      this.#next();
      wide = this.#part < this.parts.length && (this.uint(1) & WIDE) !== 0;
    }
    return text;
  }

  get #bytes(): Buffer {
    return this.parts[this.#part] as Buffer;
  }

  #next(): void {
    this.#part++;
    this.#at = 0;
  }
}
