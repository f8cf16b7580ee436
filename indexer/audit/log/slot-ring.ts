/**
 * The slots of one change log as one endless file: appends, and when a slot is full goes on in the next, whose old
 * content goes. Used by LogWriter, one call at a time. Needs nothing but the open files. A slot that has not the size
 * it was left with was cut or written to by its owner. It is left alone and the next begun.
 */
import type { HeldFile } from './held-file.js';
import { encodeHeader, MAX_HEADER_BYTES, tryParseHeader } from './slot-header.js';

export type Slot = Pick<HeldFile, 'writev' | 'read' | 'truncate' | 'stat' | 'close'>;

/** The folder was removed or emptied: what is written now nobody can find. */
export class LogVanished extends Error {}

const LINE_FEED = Buffer.from('\n');

export class SlotRing {
  #current = 0;
  /** 0 before the log's very first line. */
  #generation = 0;
  /** False at the beginning, and while the disk is too full for a new slot's header. */
  #hasHeader = false;
  #size = 0;
  /** A line was written in part: the next one has to begin on a line of its own. */
  #isLineOpen = false;

  /** @param maxBytes  of one slot; one batch more than that is possible. */
  constructor(
    readonly slots: readonly Slot[],
    readonly root: Buffer,
    readonly maxBytes: number,
    readonly now: () => number,
  ) {}

  /**
   * Goes on where the log ends. @returns when it was last written to, 0 when it is new.
   */
  async resume(): Promise<number> {
    const generations = await Promise.all(this.slots.map((slot) => generationOf(slot, this.root)));
    this.#generation = Math.max(...generations);
    if (this.#generation === 0) return 0;
    this.#hasHeader = true;
    this.#current = generations.indexOf(this.#generation);
    const slot = this.#slot();
    const { size, mtimeMs } = await slot.stat();
    const last = await slot.read(Buffer.alloc(1), 0, 1, size - 1);
    this.#size = size;
    this.#isLineOpen = !last.buffer.equals(LINE_FEED);
    return Math.floor(mtimeMs);
  }

  /** @throws LogVanished, or an error of the system; a part may have been written then. */
  async append(lines: readonly Buffer[]): Promise<void> {
    const { size, nlink } = await this.#slot().stat();
    if (nlink === 0) throw new LogVanished();
    const isUntouched = this.#hasHeader && size === this.#size;
    const bytes = lines.reduce((sum, { length }) => sum + length, 0);
    if (!isUntouched || size + bytes > this.maxBytes) await this.#rotate();
    await this.#write(this.#isLineOpen ? [LINE_FEED, ...lines] : lines);
  }

  async close(): Promise<void> {
    for (const slot of this.slots) await slot.close();
  }

  #slot(): Slot {
    return this.slots[this.#current] as Slot;
  }

  async #rotate(): Promise<void> {
    if (this.#hasHeader) this.#current = (this.#current + 1) % this.slots.length;
    this.#hasHeader = false;
    await this.#slot().truncate(0);
    this.#size = 0;
    this.#isLineOpen = false;
    const generation = this.#generation === 0 ? Math.floor(this.now()) : this.#generation + 1;
    await this.#write([Buffer.from(encodeHeader({ generation, root: this.root }))]);
    this.#generation = generation;
    this.#hasHeader = true;
  }

  async #write(lines: readonly Buffer[]): Promise<void> {
    const slot = this.#slot();
    for (let rest = lines; rest.length > 0; ) {
      const { bytesWritten } = await slot.writev(rest);
      if (bytesWritten === 0) throw new Error('nothing could be written');
      rest = skip(rest, bytesWritten);
      this.#size += bytesWritten;
      this.#isLineOpen = rest.length > 0;
    }
  }
}

function skip(buffers: readonly Buffer[], bytes: number): readonly Buffer[] {
  let left = bytes;
  return buffers.flatMap((buffer) => {
    const rest = buffer.subarray(left);
    left = Math.max(left - buffer.length, 0);
    return rest.length > 0 ? [rest] : [];
  });
}

/** 0 for a slot that is empty, damaged or of another root. */
async function generationOf(slot: Slot, root: Buffer): Promise<number> {
  const { buffer, bytesRead } = await slot.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
  const header = tryParseHeader(buffer.subarray(0, bytesRead));
  return header?.root.equals(root) ? header.generation : 0;
}
