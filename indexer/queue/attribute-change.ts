/** A change of attributes alone is an event and a hint, told as one. Pure. */
import type { ReportedEvent } from '../../shared/file-event.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import type { AttributeChange, WriteOp } from '../words.js';

/** @param isBulk  it belongs to a flood. */
export function hintOf({ path }: AttributeChange, isBulk: boolean): ChangeHint {
  if (!isBulk) return { path, scope: 'path', priority: PRIORITY.interactive, isAttributes: true };
  return { path, scope: 'path', priority: PRIORITY.bulk, isFresh: true, isAttributes: true };
}

export function eventOf({ path, atMs }: AttributeChange): ReportedEvent {
  return { event: { kind: 'attrib', path, atMs, origin: 'inotify' }, paths: [path], isFolder: false };
}

/** By way of the queue. */
export function toQueue(change: AttributeChange): WriteOp[] {
  return [
    { kind: 'event', ...eventOf(change) },
    { kind: 'enqueue', hint: hintOf(change, true) },
  ];
}
