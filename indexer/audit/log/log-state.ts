/** How a change log is, for `audit status`: its size, the last change, the last gap. Reads its end only. */
import { fstatSync, readSync } from 'node:fs';
import type { Gap } from './gap.js';
import { type OpenSlot, withSlots } from './log-slots.js';
import { type LogItem, tryReadLogLine } from './read-log-line.js';

export interface LogState {
  /** Of all slots. */
  readonly bytes: number;
  /** Milliseconds since 1970; undefined when none is in the end of the log. */
  readonly lastChangeMs: number | undefined;
  readonly lastGap: Gap | undefined;
  /** The gap is the last that was written: nothing has come since. */
  readonly endsInGap: boolean;
}

const END_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** @returns undefined without a log. */
export function readLogState(directory: string, root: Uint8Array, uids: readonly number[]): LogState | undefined {
  return withSlots(directory, uids, (slots) => {
    if (slots.length === 0) return undefined;
    const items = slots.slice(-2).flatMap((slot) => itemsAtEnd(slot, root));
    const gap = items.findLast((item) => item.kind === 'gap') as Gap | undefined;
    const change = items.findLast((item) => item.kind !== 'gap');
    return {
      bytes: slots.reduce((sum, { fd }) => sum + fstatSync(fd).size, 0),
      lastChangeMs: change?.timestampMs,
      lastGap: gap,
      endsInGap: gap !== undefined && items.at(-1) === gap,
    };
  });
}

function itemsAtEnd({ fd }: OpenSlot, root: Uint8Array): LogItem[] {
  const { size } = fstatSync(fd);
  const from = Math.max(size - END_BYTES, 0);
  const buffer = Buffer.alloc(Math.min(END_BYTES, size));
  const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from));
  const items: LogItem[] = [];
  for (let start = from === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0) break;
    const item = tryReadLogLine(bytes.subarray(start, end), root);
    if (item) items.push(item);
    start = end + 1;
  }
  return items;
}
