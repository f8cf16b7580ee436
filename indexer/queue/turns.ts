/**
 * Whose turn is it? Everything in the queue waits in one of four lanes. The writer takes what is due by this table. The
 * work loop asks for as much as it has room for, lane by lane.
 */
import { PRIORITY, type Priority } from '../../shared/types.js';
import type { Allowance } from '../budget/allowance.js';
import type { Lane, QueueEntry, Scope, Taken, TakeRequest } from '../words.js';
import type { ChangeQueue } from './change-queue.js';

interface Kind {
  readonly lane: Lane;
  readonly priority: Priority;
  readonly scope: Scope;
}

/** What is taken from the queue, in this order. `vanished` is taken only when nothing but interactive work is due. */
const KINDS: readonly Kind[] = [
  { lane: 'interactive', priority: PRIORITY.interactive, scope: 'tree' },
  { lane: 'interactive', priority: PRIORITY.interactive, scope: 'path' },
  { lane: 'trees', priority: PRIORITY.reconcile, scope: 'tree' },
  { lane: 'trees', priority: PRIORITY.bulk, scope: 'tree' },
  { lane: 'other', priority: PRIORITY.reconcile, scope: 'path' },
  { lane: 'other', priority: PRIORITY.bulk, scope: 'path' },
  { lane: 'vanished', priority: PRIORITY.vanished, scope: 'tree' },
  { lane: 'vanished', priority: PRIORITY.vanished, scope: 'path' },
];
const VANISHED = KINDS.filter(({ lane }) => lane === 'vanished');
const OTHERS = KINDS.filter((kind) => !VANISHED.includes(kind));

/** Batches of interactive entries, and of all others as the allowance says. */
const MAX_INTERACTIVE = 256;
/** Batches of paths side by side. */
export const PATH_SLOTS = 4;

export function laneOf(entry: Pick<QueueEntry, 'priority' | 'scope'>): Lane {
  const kind = KINDS.find(({ priority, scope }) => priority === entry.priority && scope === entry.scope);
  return kind?.lane ?? 'other';
}

/** Takes what is due and has room. */
export function takeDue(queue: Pick<ChangeQueue, 'take' | 'nextDueMs'>, request: TakeRequest, nowMs: number): Taken {
  const earliest = (kinds: readonly Kind[]) =>
    earliestOf(kinds.map((kind) => queue.nextDueMs(kind.priority, kind.scope)));
  const room = { ...request };
  const entries = OTHERS.flatMap(({ lane, priority, scope }) => {
    const taken = queue.take(priority, nowMs, room[lane], [scope]);
    // One priority of folders at a time: they are one job.
    room[lane] -= lane === 'trees' && taken.length > 0 ? room.trees : taken.length;
    return taken;
  });
  const isCalm = () => earliest(OTHERS.filter(({ lane }) => lane !== 'interactive')) > nowMs;
  if (entries.length === 0 && isCalm()) entries.push(...queue.take(PRIORITY.vanished, nowMs, request.vanished));
  const asked = KINDS.filter(({ lane }) => request[lane] > 0);
  // What has vanished, is due and was not taken waits for others, not for its time.
  const nextDueMs = earliest(asked.filter((kind) => kind.lane !== 'vanished' || earliest([kind]) > nowMs));
  return { entries, nextDueMs: nextDueMs < Number.POSITIVE_INFINITY ? nextDueMs : undefined };
}

function earliestOf(due: readonly (number | undefined)[]): number {
  return Math.min(...due.filter((ms) => ms !== undefined));
}

/** How much may be taken now, while so many batches of each lane are worked on. */
export function roomFor(running: Readonly<Record<Lane, number>>, allowance: Allowance): TakeRequest {
  const { isInteractive, otherJobs, entriesPerBatch } = allowance;
  const isComparing = running.trees + running.vanished > 0;
  const trees = otherJobs > 0 && !isComparing ? entriesPerBatch : 0;
  return {
    interactive: isInteractive && running.interactive < PATH_SLOTS ? MAX_INTERACTIVE : 0,
    trees,
    vanished: trees,
    other: Math.max(otherJobs - running.other, 0) * entriesPerBatch,
  };
}

/**
 * More may be due in a lane that gave all there was room for; what else waits does so for its time, or for the end of
 * what was begun.
 */
export function isFull(entries: readonly QueueEntry[], request: TakeRequest): boolean {
  const count = (lane: Lane) => entries.filter((entry) => laneOf(entry) === lane).length;
  return [...new Set(entries.map(laneOf))].some((lane) => count(lane) >= request[lane]);
}

/** Batches hold entries of one lane and priority, in order. */
export function toBatches(entries: readonly QueueEntry[], entriesPerBatch: number): QueueEntry[][] {
  const batches: QueueEntry[][] = [];
  for (const entry of entries) {
    const batch = batches.at(-1);
    const first = batch?.[0];
    const isAlike = first && laneOf(first) === laneOf(entry) && first.priority === entry.priority;
    const limit = entry.priority === PRIORITY.interactive ? MAX_INTERACTIVE : entriesPerBatch;
    if (batch && isAlike && batch.length < limit) batch.push(entry);
    else batches.push([entry]);
  }
  return batches;
}
