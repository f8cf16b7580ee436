/** In what order events of the index are read when there is no room for all of them. */
import { describe, expect, it } from 'vitest';
import { Feed } from '../../../../indexer/notify/turn/feed.js';
import type { KeptEvent } from '../../../../shared/store/read-events.js';

function event(sequence: number, path: string): KeptEvent {
  const rest = { atMs: 0, kind: 'write', to: null, origin: 'inotify', actor: null, isWithheld: false } as const;
  return { sequence, id: String(sequence), path: Buffer.from(path), ...rest };
}

/** There is room for two events, and for one more that cannot wait: `key`. */
class World {
  readonly table: KeptEvent[] = [];
  readonly taken: number[] = [];
  room = 2;
  canAllWait = false;
  /** How often events were asked for. */
  asked = 0;
  readonly feed: Feed;
  #seen = 0;

  constructor(handled: readonly number[] = []) {
    const index = {
      hasNews: () => table.length > this.#seen,
      *after(this: void, sequence: number) {
        isAsked();
        yield* table.filter((each) => each.sequence > sequence);
      },
    };
    const { table } = this;
    const isAsked = () => this.asked++;
    const cursor = { lastHandled: Math.max(0, ...handled), isHandled: (each: number) => handled.includes(each) };
    this.feed = new Feed(index as ConstructorParameters<typeof Feed>[0], cursor, 0);
  }

  add(...paths: readonly string[]): void {
    for (const path of paths) this.table.push(event(this.table.length + 1, path));
  }

  /** @returns what was taken by it */
  read(): readonly number[] {
    this.taken.length = 0;
    let taken = 0;
    this.feed.read({
      isFull: (isAhead) => taken >= this.room + (isAhead ? 1 : 0),
      take: ({ sequence }) => {
        taken++;
        this.taken.push(sequence);
        return true;
      },
      cannotWait: () => (this.canAllWait ? undefined : ({ path }) => path.toString() === 'key'),
    });
    this.#seen = this.table.length;
    return [...this.taken];
  }
}

describe('events of the index', () => {
  it('are read in their order, as many as there is room for', () => {
    const world = new World();
    world.add('a', 'b', 'c');
    expect([world.read(), world.feed.isBehind, world.feed.upTo]).toEqual([[1, 2], true, 2]);
    expect([world.read(), world.feed.isBehind, world.feed.upTo]).toEqual([[3], false, 3]);
    expect(world.read()).toEqual([]);
  });

  it('that cannot wait are read before those in front of them, and once', () => {
    const world = new World();
    world.add('a', 'b', 'c', 'd', 'key', 'e');
    expect(world.read()).toEqual([1, 2, 5]);
    expect(world.read()).toEqual([3, 4]);
    expect([world.read(), world.feed.upTo, world.feed.isBehind]).toEqual([[6], 6, false]);
  });

  it('are not asked for while there is no room, nor ahead where all can wait', () => {
    const world = new World();
    world.add('a', 'b', 'c', 'key');
    expect(world.read()).toEqual([1, 2, 4]);
    world.add('key', 'd');
    [world.asked, world.room, world.canAllWait] = [0, 0, true];
    expect([world.read(), world.feed.isBehind, world.asked]).toEqual([[], true, 0]);
    [world.room, world.canAllWait] = [9, false];
    expect([world.read(), world.feed.isBehind]).toEqual([[3, 5, 6], false]);
  });

  it('that are about to leave the index are read beyond what there is room for, and once', () => {
    const world = new World();
    world.add('a', 'b', 'c', 'key', 'gone', 'd');
    expect(world.read()).toEqual([1, 2, 4]);
    const isGone = ({ path }: KeptEvent) => path.toString() === 'gone' || path.toString() === 'key';
    const taken: number[] = [];
    for (let time = 0; time < 2; time++)
      world.feed.readOf(isGone, ({ sequence }) => {
        taken.push(sequence);
        return true;
      });
    expect(taken).toEqual([5]);
    world.table.splice(4, 1);
    expect([world.read(), world.feed.upTo]).toEqual([[3, 6], 6]);
  });

  it('are left out where they were handled before the last end', () => {
    const world = new World([2, 4]);
    world.add('a', 'b', 'c', 'key', 'd', 'key');
    world.room = 1;
    expect(world.read()).toEqual([1, 6]);
    world.room = 9;
    expect(world.read()).toEqual([3, 5]);
  });
});
