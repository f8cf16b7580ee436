/**
 * Reads the change log of one root as its owner: tails it across the slots of the ring. The daemon commits the cursor with the
 * work it led to, and begins there again. Whatever of the log is gone, or is not what the plugin writes, becomes a gap.
 * Nothing in the files is trusted; they are opened anew for each read, without following links or waiting.
 */
import { constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../../shared/errors.js';
import type { FileChange } from '../file-change.js';
import { MAX_CHANGE_LINE_BYTES, tryReadChange } from '../read-change-line.js';
import { type Gap, type GapReason, tryParseGap } from './gap.js';
import { isSlotName, MAX_HEADER_BYTES, tryParseHeader } from './slot-header.js';

export interface LogCursor {
  readonly generation: number;
  readonly offset: number;
}

export interface LogPart {
  readonly items: readonly (FileChange | Gap)[];
  readonly cursor: LogCursor | undefined;
}

interface OpenSlot {
  readonly handle: FileHandle;
  readonly generation: number;
  readonly headerBytes: number;
  readonly size: number;
}

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const LINE_FEED = 0x0a;
/** Events of a burst are one wake-up. */
const WAKE_AFTER_MS = 5;

export class ChangeLogReader {
  #cursor: LogCursor | undefined;
  #watcher: FSWatcher | undefined;
  #wake: NodeJS.Timeout | undefined;

  /** @param cursor  where the last daemon had come to; undefined begins at the end: what was before has been compared. */
  constructor(
    readonly root: Buffer,
    private readonly directory: string,
    cursor: LogCursor | undefined,
  ) {
    this.#cursor = cursor;
  }

  /** What has come since the last call. An empty list means that nothing has, for now. */
  async read(maxBytes: number): Promise<LogPart> {
    const slots = await this.#openSlots();
    try {
      return await this.#readFrom(slots, Math.max(maxBytes, 2 * MAX_CHANGE_LINE_BYTES));
    } finally {
      for (const { handle } of slots) await handle.close();
    }
  }

  /** Calls back soon after something was written. */
  onMore(callback: () => void): void {
    this.#watcher = watch(this.directory, { persistent: false }, () => {
      this.#wake ??= setTimeout(() => {
        this.#wake = undefined;
        callback();
      }, WAKE_AFTER_MS);
    });
    this.#watcher.on('error', callback);
  }

  close(): void {
    clearTimeout(this.#wake);
    this.#watcher?.close();
  }

  async #readFrom(slots: readonly OpenSlot[], maxBytes: number): Promise<LogPart> {
    const newest = slots.at(-1);
    if (!newest) return this.#cursor ? this.#restart(undefined, 'log-lost') : { items: [], cursor: undefined };
    const cursor = this.#cursor ?? { generation: newest.generation, offset: newest.size };
    const slot = slots.find(({ generation }) => generation === cursor.generation);
    if (!slot) return this.#restart(startOf(newest), 'log-rotated');
    if (cursor.offset > slot.size) return this.#restart(startOf(slot), 'log-lost');
    const items = await this.#readLines(slot, cursor, maxBytes);
    const isAtEnd = items.length === 0 && slot !== newest;
    if (!isAtEnd) return { items, cursor: this.#cursor };
    const next = slots[slots.indexOf(slot) + 1] as OpenSlot;
    if (next.generation !== slot.generation + 1) return this.#restart(startOf(newest), 'log-rotated');
    this.#cursor = startOf(next);
    return this.#readFrom(slots, maxBytes);
  }

  #restart(cursor: LogCursor | undefined, reason: GapReason): LogPart {
    this.#cursor = cursor;
    return { items: [gap(reason)], cursor };
  }

  /** Whole lines only: what the plugin is writing just now waits. */
  async #readLines(slot: OpenSlot, cursor: LogCursor, maxBytes: number): Promise<(FileChange | Gap)[]> {
    const offset = Math.max(cursor.offset, slot.headerBytes);
    const { buffer, bytesRead } = await slot.handle.read(Buffer.allocUnsafe(maxBytes), 0, maxBytes, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED) + 1;
    if (end === 0 && bytesRead === maxBytes) {
      this.#cursor = { generation: slot.generation, offset: offset + bytesRead };
      return [gap('unparsable')];
    }
    this.#cursor = { generation: slot.generation, offset: offset + end };
    return parseLines(buffer.subarray(0, end));
  }

  /** Oldest first. A folder that is gone has none. */
  async #openSlots(): Promise<OpenSlot[]> {
    const names = await readdir(this.directory).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    const slots = await Promise.all(names.filter(isSlotName).map((name) => this.#openSlot(join(this.directory, name))));
    return slots.filter((slot) => slot !== undefined).sort((a, b) => a.generation - b.generation);
  }

  async #openSlot(path: string): Promise<OpenSlot | undefined> {
    const handle = await open(path, FLAGS).catch(() => undefined);
    if (!handle) return undefined;
    const stat = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
    const header = stat.isFile() ? tryParseHeader(buffer.subarray(0, bytesRead)) : undefined;
    if (!header?.root.equals(this.root)) {
      await handle.close();
      return undefined;
    }
    return { handle, generation: header.generation, headerBytes: buffer.indexOf(LINE_FEED) + 1, size: stat.size };
  }
}

function startOf({ generation, headerBytes }: OpenSlot): LogCursor {
  return { generation, offset: headerBytes };
}

/** Lines that the plugin would not have written are one gap, wherever they stand. */
function parseLines(bytes: Buffer): (FileChange | Gap)[] {
  const items: (FileChange | Gap)[] = [];
  let refused = 0;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, from);
    const line = bytes.subarray(from, end);
    from = end + 1;
    if (line.length === 0) continue;
    const item = tryReadChange(line) ?? tryReadGap(line);
    if (item) items.push(item);
    else refused++;
  }
  if (refused > 0) items.push(gap('unparsable', refused));
  return items;
}

function tryReadGap(line: Buffer): Gap | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null ? tryParseGap(value) : undefined;
  } catch {
    return undefined;
  }
}

function gap(reason: GapReason, count = 0): Gap {
  return { kind: 'gap', reason, sinceMs: 0, count };
}
