/**
 * The lines that wait to be written, as bytes in a few buffers used over and over. As strings a flood of them would
 * live long enough to make the heap grow. A helper of LogWriter.
 */
export interface Chunk {
  readonly bytes: Buffer;
  length: number;
  lines: number;
  /** Time of the first line. */
  sinceMs: number;
}

const CHUNK_BYTES = 64 * 1024;
const MAX_BYTES_PER_CHARACTER = 3;

export class LineChunks {
  readonly #waiting: Chunk[] = [];
  readonly #spare: Buffer[] = [];
  #bytes = 0;

  constructor(readonly maxBytes: number) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** @returns false when the line has no room. */
  append(line: string, timestampMs: number): boolean {
    const chunk = this.#chunkFor(line, timestampMs);
    if (!chunk) return false;
    const length = chunk.bytes.write(line, chunk.length);
    chunk.length += length;
    chunk.lines++;
    this.#bytes += length;
    return true;
  }

  /** All that waits, oldest first; `giveBack` it when it is written. */
  take(): Chunk[] {
    this.#bytes = 0;
    return this.#waiting.splice(0);
  }

  giveBack(chunks: readonly Chunk[]): void {
    for (const { bytes } of chunks) if (bytes.length === CHUNK_BYTES) this.#spare.push(bytes);
  }

  #chunkFor(line: string, sinceMs: number): Chunk | undefined {
    const size = line.length * MAX_BYTES_PER_CHARACTER;
    const last = this.#waiting.at(-1);
    if (last && last.length + size <= last.bytes.length) return last;
    if (this.#bytes + size > this.maxBytes) return undefined;
    const bytes = size > CHUNK_BYTES ? Buffer.alloc(size) : (this.#spare.pop() ?? Buffer.alloc(CHUNK_BYTES));
    const chunk: Chunk = { bytes, length: 0, lines: 0, sinceMs };
    this.#waiting.push(chunk);
    return chunk;
  }
}
