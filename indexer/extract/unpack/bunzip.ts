/** Unpacks bzip2 up to a limit; of a damaged or cut file the blocks before the damage are kept. */
import { Collected, type Unpacked } from './collected.js';

const CHUNK_BYTES = 1 << 16;

export async function bunzip(input: Buffer, maxBytes: number): Promise<Unpacked | undefined> {
  const { decode } = (await import('seek-bzip')).default;
  const source = new ByteSource(input);
  const output = new ByteSink(maxBytes);
  try {
    while (!source.isAtEnd) decode(source, output);
    return output.end(false);
  } catch {
    return output.end(true);
  }
}

/** Without the `eof` that the library looks for: it would take each end for a right one. */
class ByteSource {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  readByte(): number {
    if (this.isAtEnd) throw new Error('the end is missing');
    return this.bytes[this.#at++] as number;
  }

  read(buffer: Buffer, offset: number, length: number): number {
    const copied = this.bytes.copy(buffer, offset, this.#at, this.#at + length);
    this.#at += copied;
    return copied;
  }
}

class ByteSink {
  readonly #collected: Collected;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #length = 0;

  constructor(maxBytes: number) {
    this.#collected = new Collected(maxBytes);
  }

  writeByte(byte: number): void {
    if (this.#length === CHUNK_BYTES) this.#pass();
    this.#chunk[this.#length++] = byte;
  }

  end(isCut: boolean): Unpacked | undefined {
    const isWhole = this.#collected.add(this.#chunk.subarray(0, this.#length));
    return this.#collected.end(isCut || !isWhole);
  }

  #pass(): void {
    const length = this.#length;
    this.#length = 0;
    if (!this.#collected.add(this.#chunk.subarray(0, length))) throw new Error('the limit is reached');
  }
}
