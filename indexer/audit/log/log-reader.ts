/**
 * Tails the change log of one root for the daemon, which commits the cursor together with the work it led to. Follows
 * the log from slot to slot; what cannot be read any more, because it was overwritten, removed or cut off, becomes a
 * gap. A line that is not complete yet waits for its end.
 */
import { fstatSync, readSync } from 'node:fs';
import { MAX_CHANGE_LINE_BYTES } from '../changes/read-change-line.js';
import type { Gap, GapReason } from './gap.js';
import { isStillGeneration, type OpenSlot, trustedUids, withSlots } from './log-slots.js';
import { LogWatch } from './log-watch.js';
import { type LogItem, tryReadLogLine } from './read-log-line.js';

/** Before the first byte that was not read yet. Survives as JSON. */
export interface LogCursor {
  readonly generation: number;
  readonly offset: number;
}

export interface LogBatch {
  readonly items: readonly LogItem[];
  /** Undefined while there is no log. */
  readonly cursor: LogCursor | undefined;
}

const LINE_FEED = 0x0a;
/** How often a slot that is overwritten while it is read is looked for anew, at most. */
const MAX_TRIES = 3;

export class ChangeLogReader {
  /** Lines that were not what the plugin writes. */
  refused = 0;

  #cursor: LogCursor | undefined;
  #isInLongLine = false;
  #watch: LogWatch | undefined;

  /**
   * @param cursor  where to go on. Without one it begins with what comes from now on: who has none has to look at the
   * whole root anyway.
   * @param uids  whom the files may belong to.
   */
  constructor(
    readonly directory: string,
    readonly root: Uint8Array,
    cursor?: LogCursor,
    readonly uids: readonly number[] = trustedUids(),
  ) {
    this.#cursor = cursor ?? this.#endOfLog();
  }

  /** @param maxBytes  about so much is read at most. @returns no items when nothing has come. Never fails. */
  async read(maxBytes = 256 * 1024): Promise<LogBatch> {
    const items: LogItem[] = [];
    const readOn = (slots: readonly OpenSlot[]) => this.#readSlots(slots, maxBytes, items);
    for (let tries = 0; tries < MAX_TRIES && !withSlots(this.directory, this.uids, readOn); tries++);
    return { items, cursor: this.#cursor };
  }

  /** Calls back when there may be more to read. */
  onMore(callback: () => void): void {
    this.#watch?.close();
    this.#watch = new LogWatch(this.directory, callback);
  }

  close(): void {
    this.#watch?.close();
  }

  /** @returns false when a slot was overwritten meanwhile. */
  #readSlots(slots: readonly OpenSlot[], maxBytes: number, items: LogItem[]): boolean {
    for (let budget = maxBytes; budget > 0 || items.length === 0; ) {
      const slot = this.#currentSlot(slots, items);
      if (!slot) return true;
      const length = this.#readSlot(slot, Math.max(budget, MAX_CHANGE_LINE_BYTES), items);
      if (length === undefined) return false;
      if (length === 0 && !this.#goOn(slots, slot, items)) return true;
      budget -= length;
    }
    return true;
  }

  #endOfLog(): LogCursor | undefined {
    return withSlots(this.directory, this.uids, (slots) => {
      const last = slots.at(-1);
      return last && { generation: last.generation, offset: endOfLines(last.fd) };
    });
  }

  /** The slot the cursor points into; after a hole in the log, the one to go on with. */
  #currentSlot(slots: readonly OpenSlot[], items: LogItem[]): OpenSlot | undefined {
    const cursor = this.#cursor;
    const current = slots.find(({ generation }) => generation === cursor?.generation);
    if (current) return current;
    const next = slots.find(({ generation }) => generation > (cursor?.generation ?? 0)) ?? slots[0];
    if (cursor) items.push(gap('log-lost'));
    this.#cursor = next && { generation: next.generation, offset: 0 };
    return next;
  }

  /** @returns how many bytes the cursor has moved; undefined when the slot has become another generation's. */
  #readSlot(slot: OpenSlot, maxBytes: number, items: LogItem[]): number | undefined {
    const offset = this.#cursor?.offset ?? 0;
    const { size } = fstatSync(slot.fd);
    const buffer = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(size - offset, 0)));
    const bytes = buffer.subarray(0, readSync(slot.fd, buffer, 0, buffer.length, offset));
    if (!isStillGeneration(slot)) return undefined;
    if (size < offset) return this.#passCut(slot, size, items);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end === 0 && bytes.length === maxBytes) return this.#passLongLine(slot, bytes.length, items);
    this.#takeLines(bytes.subarray(0, end), items);
    this.#cursor = { generation: slot.generation, offset: offset + end };
    return end;
  }

  #passCut({ generation }: OpenSlot, size: number, items: LogItem[]): number {
    items.push(gap('log-lost'));
    this.#cursor = { generation, offset: size };
    return 0;
  }

  #passLongLine(slot: OpenSlot, length: number, items: LogItem[]): number {
    if (!this.#isInLongLine) this.#refuse(items, 1);
    this.#isInLongLine = true;
    this.#cursor = { generation: slot.generation, offset: (this.#cursor?.offset ?? 0) + length };
    return length;
  }

  #takeLines(bytes: Buffer, items: LogItem[]): void {
    let refused = 0;
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(LINE_FEED, start);
      const line = bytes.subarray(start, end);
      start = end + 1;
      if (this.#isInLongLine || line.length === 0) {
        this.#isInLongLine = false;
        continue;
      }
      const item = tryReadLogLine(line, this.root);
      if (item) items.push(item);
      else if (item === undefined) refused++;
    }
    if (refused > 0) this.#refuse(items, refused);
  }

  #refuse(items: LogItem[], count: number): void {
    this.refused += count;
    items.push(gap('unparsable', count));
  }

  /** At the end of a slot: to the next, if there is one; then nothing more comes into this one. */
  #goOn(slots: readonly OpenSlot[], slot: OpenSlot, items: LogItem[]): boolean {
    const next = slots.find(({ generation }) => generation > slot.generation);
    if (!next) return false;
    if (next.generation !== slot.generation + 1) items.push(gap('log-lost'));
    this.#isInLongLine = false;
    this.#cursor = { generation: next.generation, offset: 0 };
    return true;
  }
}

/** Behind the last line feed. */
function endOfLines(fd: number): number {
  const { size } = fstatSync(fd);
  const bytes = Buffer.alloc(Math.min(size, MAX_CHANGE_LINE_BYTES));
  const from = size - bytes.length;
  return from + bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from)).lastIndexOf(LINE_FEED) + 1;
}

function gap(reason: GapReason, count = 0): Gap {
  return { kind: 'gap', reason, sinceMs: 0, count };
}
