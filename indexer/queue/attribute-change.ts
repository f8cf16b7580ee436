/** A change of attributes alone is an event and a hint, told as one. Pure. */
import type { ReportedEvent } from '../../shared/file-event.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';
import type { AttributeChange, WriteOp } from '../words.js';

/** @param events  of its path. @returns undefined when there is more to it, or somebody may wait for it. */
export function toAttributeChange(
  hint: ChangeHint,
  events: readonly ReportedEvent[] | undefined = [],
): AttributeChange | undefined {
  const [reported] = events;
  if (!hint.isAttributes || hint.priority !== PRIORITY.bulk || events.length > 1) return undefined;
  if (!reported) return { path: hint.path };
  const { event, paths } = reported;
  const isPlain = event.kind === 'attrib' && event.origin === 'inotify' && paths.length === 1;
  return isPlain ? { path: hint.path, atMs: event.atMs } : undefined;
}

export function eventOf({ path, atMs }: AttributeChange): ReportedEvent | undefined {
  if (atMs === undefined) return undefined;
  return { event: { kind: 'attrib', path, atMs, origin: 'inotify' }, paths: [path], isFolder: false };
}

/** By way of the queue. */
export function toQueue(change: AttributeChange): WriteOp[] {
  const event = eventOf(change);
  const { path } = change;
  const hint = { path, scope: 'path', priority: PRIORITY.bulk, isFresh: true, isAttributes: true } as const;
  return [...(event ? [{ kind: 'event', ...event } as const] : []), { kind: 'enqueue', hint }];
}
