/**
 * All that stands in several change logs, oldest first. What one event has left in more than one of them is handed on
 * once.
 */
import type { FoundLog } from './find-logs.js';
import { ChangeLogReader } from './log-reader.js';
import { trustedUids, withSlots } from './log-slots.js';
import type { LogItem } from './read-log-line.js';

export interface LoggedItem {
  readonly root: Buffer;
  readonly item: LogItem;
  /** Of a gap without a beginning, the time of what stands before it. */
  readonly atMs: number;
}

interface Head {
  readonly items: AsyncGenerator<LoggedItem>;
  next: LoggedItem;
}

/** A log that is written to meanwhile is read as far as it is at the end. */
export async function* mergedItems(logs: readonly FoundLog[]): AsyncGenerator<LoggedItem> {
  const heads: Head[] = [];
  for (const log of logs) await take(heads, itemsOf(log));
  while (heads.length > 0) {
    const atMs = Math.min(...heads.map(({ next }) => next.atMs));
    const together: LoggedItem[] = [];
    for (const head of [...heads])
      while (heads.includes(head) && head.next.atMs === atMs) {
        together.push(head.next);
        await advance(heads, head);
      }
    yield* logs.length === 1 ? together : unique(together);
  }
}

async function take(heads: Head[], items: AsyncGenerator<LoggedItem>): Promise<void> {
  const { value, done } = await items.next();
  if (!done) heads.push({ items, next: value });
}

async function advance(heads: Head[], head: Head): Promise<void> {
  const { value, done } = await head.items.next();
  if (done) heads.splice(heads.indexOf(head), 1);
  else head.next = value;
}

async function* itemsOf({ directory, root, uid }: FoundLog): AsyncGenerator<LoggedItem> {
  const uids = [...trustedUids(), ...(uid === undefined ? [] : [uid])];
  const generation = withSlots(directory, uids, (slots) => slots[0]?.generation);
  if (generation === undefined) return;
  const reader = new ChangeLogReader(directory, root, { generation, offset: 0 }, uids);
  for (let atMs = 0; ; ) {
    const { items } = await reader.read();
    if (items.length === 0) return;
    for (const item of items) {
      atMs = Math.max(atMs, item.kind === 'gap' ? item.sinceMs : item.timestampMs);
      yield { root, item, atMs };
    }
  }
}

/** Of one change the fullest: another log may hold it without its names. */
function unique(items: readonly LoggedItem[]): LoggedItem[] {
  const best = new Map<string, LoggedItem>();
  for (const logged of items) {
    const { item, root } = logged;
    const key =
      item.kind === 'gap'
        ? `${item.reason} ${root.toString('latin1')}`
        : `${item.node} ${item.serial} ${item.file?.inode ?? logged.root.toString('latin1')}`;
    const other = best.get(key);
    if (!other || fullness(item) > fullness(other.item)) best.set(key, logged);
  }
  return [...best.values()];
}

function fullness(item: LogItem): number {
  if (item.kind === 'gap') return 0;
  const { from, to, who } = item;
  return [from.path, to?.path, from.name, who.uid].filter((part) => part !== null && part !== undefined).length;
}
