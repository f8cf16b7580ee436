/** In which order what waits is taken, and how much of it: the table of turns on a real queue. */
import { describe, expect, it } from 'vitest';
import { EVERYTHING, INTERACTIVE, NOTHING } from '../../../indexer/budget/allowance.js';
import { ChangeQueue } from '../../../indexer/queue/change-queue.js';
import { isFull, laneOf, roomFor, takeDue, toBatches } from '../../../indexer/queue/turns.js';
import type { Lane, QueueEntry, TakeRequest } from '../../../indexer/words.js';
import { openForWriting } from '../../../shared/store/open.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

const { interactive, reconcile, bulk, vanished } = PRIORITY;
const PLENTY: TakeRequest = { interactive: 9, trees: 9, vanished: 9, other: 9 };
const IDLE: Record<Lane, number> = { interactive: 0, trees: 0, vanished: 0, other: 0 };

type Waiting = readonly [path: string, scope: ChangeHint['scope'], priority: ChangeHint['priority']];

function queueOf(...waiting: readonly Waiting[]): ChangeQueue {
  const queue = new ChangeQueue(openForWriting(':memory:'), { settleMs: 20, maxWaitMs: 2000 });
  for (const [path, scope, priority] of waiting) queue.enqueue({ path: Buffer.from(path), scope, priority }, 0);
  return queue;
}

function entry(scope: ChangeHint['scope'], priority: ChangeHint['priority']): QueueEntry {
  return { path: Buffer.from('/a'), scope, priority, attempt: 0, renamedFrom: null, isAttributes: 0 };
}

function paths({ entries }: { readonly entries: readonly QueueEntry[] }): string[] {
  return entries.map(({ path }) => path.toString());
}

describe('whose turn it is', () => {
  it.each<[ChangeHint['scope'], ChangeHint['priority'], Lane]>([
    ['tree', interactive, 'interactive'],
    ['path', interactive, 'interactive'],
    ['tree', reconcile, 'trees'],
    ['tree', bulk, 'trees'],
    ['path', reconcile, 'other'],
    ['path', bulk, 'other'],
    ['tree', vanished, 'vanished'],
    ['path', vanished, 'vanished'],
  ])('a %s of priority %i waits in the lane %s', (scope, priority, lane) => {
    expect(laneOf(entry(scope, priority))).toBe(lane);
  });

  it('takes what a person waits for first, and one priority of folders at a time', () => {
    const queue = queueOf(
      ['/bulk', 'path', bulk],
      ['/found', 'path', reconcile],
      ['/bulk tree', 'tree', bulk],
      ['/tree', 'tree', reconcile],
      ['/tree too', 'tree', reconcile],
      ['/saved', 'path', interactive],
      ['/new', 'tree', interactive],
    );
    const first = ['/new', '/saved', '/tree', '/tree too', '/found', '/bulk'];
    expect(paths(takeDue(queue, PLENTY, 100))).toEqual(first);
    expect(paths(takeDue(queue, PLENTY, 100))).toEqual(['/bulk tree']);
  });

  it('takes of each lane as much as there is room for', () => {
    const queue = queueOf(['/1', 'path', bulk], ['/2', 'path', bulk], ['/3', 'path', bulk], ['/tree', 'tree', bulk]);
    expect(paths(takeDue(queue, { ...PLENTY, trees: 0, other: 2 }, 100))).toEqual(['/1', '/2']);
  });

  it('takes what has vanished when nothing else is due that is not interactive, and not together with it', () => {
    const queue = queueOf(['/gone', 'tree', vanished], ['/found', 'path', bulk]);
    expect(paths(takeDue(queue, { ...PLENTY, other: 0 }, 100))).toEqual([]);
    expect(paths(takeDue(queue, PLENTY, 100))).toEqual(['/found']);
    expect(paths(takeDue(queue, { ...PLENTY, vanished: 0 }, 100))).toEqual([]);
    expect(paths(takeDue(queue, PLENTY, 100))).toEqual(['/gone']);
  });

  it('tells when the next of the lanes that have room is due; what has vanished and waits for others has no time', () => {
    const queue = queueOf(['/gone', 'tree', vanished], ['/saved', 'path', interactive], ['/found', 'path', bulk]);
    expect(takeDue(queue, { ...PLENTY, other: 0 }, 0).nextDueMs).toBe(20);
    expect(takeDue(queue, { ...PLENTY, interactive: 0, other: 0 }, 0).nextDueMs).toBeUndefined();
  });

  it.each<[string, Partial<Record<Lane, number>>, typeof EVERYTHING, TakeRequest]>([
    ['everything is allowed', {}, EVERYTHING, { interactive: 256, trees: 256, vanished: 256, other: 768 }],
    ['folders are compared', { trees: 1 }, EVERYTHING, { interactive: 256, trees: 0, vanished: 0, other: 768 }],
    [
      'vanished files are looked at',
      { vanished: 1 },
      EVERYTHING,
      { interactive: 256, trees: 0, vanished: 0, other: 768 },
    ],
    [
      'all slots are taken',
      { interactive: 4, other: 3 },
      EVERYTHING,
      { interactive: 0, trees: 256, vanished: 256, other: 0 },
    ],
    ['only interactive work is allowed', {}, INTERACTIVE, { interactive: 256, trees: 0, vanished: 0, other: 0 }],
    ['nothing is allowed', {}, NOTHING, { interactive: 0, trees: 0, vanished: 0, other: 0 }],
  ])('has this room while %s', (_, running, allowance, room) => {
    expect(roomFor({ ...IDLE, ...running }, allowance)).toEqual(room);
  });

  it.each<[Partial<TakeRequest>, boolean]>([
    [{}, false],
    [{ interactive: 2 }, false],
    [{ interactive: 1 }, true],
    [{ other: 2 }, true],
    [{ trees: 0, vanished: 0 }, false],
  ])('may have left more of what is due when it filled the room %j of a lane', (room, expected) => {
    const entries = [entry('path', interactive), entry('path', bulk), entry('path', bulk)];
    expect(isFull(entries, { ...PLENTY, ...room })).toBe(expected);
    expect(isFull([], { ...PLENTY, ...room })).toBe(false);
  });

  it('makes batches of one lane and priority, of no more than is allowed', () => {
    const entries = [
      ...Array.from({ length: 257 }, () => entry('path', interactive)),
      ...Array.from({ length: 3 }, () => entry('path', reconcile)),
      entry('path', bulk),
      entry('tree', bulk),
    ];
    expect(toBatches(entries, 2).map(({ length }) => length)).toEqual([256, 1, 2, 1, 1, 1]);
  });
});
