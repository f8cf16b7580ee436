/** What is in folders that have come: all of it, once, a portion at a time, but for what tells of itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Known } from '../../../../indexer/notify/known.js';
import { Looker } from '../../../../indexer/notify/looker.js';
import type { PickedEvent } from '../../../../indexer/notify/net-change.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import { Arrivals } from '../../../../indexer/notify/turn/arrivals.js';
import type { Watched } from '../../../../indexer/notify/watched.js';
import { readMounts } from '../../../../shared/mounts.js';
import { pathKey } from '../../../../shared/path-key.js';
import { tempFolder } from '../../../helpers/temp.js';

const LIMITS = { maxBytes: 1_000, timeoutMs: 10_000 };

class World {
  readonly tree = tempFolder();
  readonly known = new Known(openNotify(tempFolder()));
  readonly atWork = new Set<string>();
  readonly arrivals: Arrivals;

  constructor() {
    this.arrivals = new Arrivals({
      watched: { mayContain: () => true, has: () => true } as unknown as Watched,
      known: this.known,
      looker: new Looker(LIMITS, readMounts),
      newRules: { isNew: () => false },
      isAtWork: (key) => this.atWork.has(key),
    });
  }

  path(name: string): Buffer {
    return Buffer.from(join(this.tree, name));
  }

  make(folder: string, files: number): void {
    mkdirSync(join(this.tree, folder), { recursive: true });
    for (let n = 0; n < files; n++) writeFileSync(join(this.tree, folder, `${n}`), '');
  }

  came(folder: string, sequence: number, kind = 'mkdir'): void {
    const rest = { id: '', atMs: 0, to: null, origin: 'audit', doer: null, isWithheld: false } as const;
    const event: PickedEvent = { ...rest, sequence, kind, path: this.path(folder) };
    this.arrivals.add([event.path], [event]);
  }

  /** The names of each portion, and the numbers of the events that they are told with. */
  async all(): Promise<{ readonly names: readonly string[]; readonly events: readonly number[] }[]> {
    const portions = [];
    while (!this.arrivals.isEmpty) {
      const { names, events } = await this.arrivals.next();
      for (const { path, after } of names) this.known.set(path, after);
      const short = names.map(({ path }) => path.toString().slice(this.tree.length + 1));
      portions.push({ names: short.sort(), events: events.map(({ sequence }) => sequence) });
    }
    return portions;
  }
}

describe('a folder that has come', () => {
  it('is looked through, a portion at a time', async () => {
    const world = new World();
    world.make('a/deep/er', 1_200);
    world.came('a', 1);
    const portions = await world.all();
    expect(portions.map(({ names }) => names.length)).toEqual([1_000, 202]);
    expect(new Set(portions.flatMap(({ names }) => names)).size).toBe(1_202);
  });

  it('is looked through once, also where one above it has come, with the events of both', async () => {
    const world = new World();
    world.make('a/b', 1);
    world.came('a/b', 2);
    world.came('a', 1);
    world.came('a/b', 3);
    expect(await world.all()).toEqual([{ names: ['a/b', 'a/b/0'], events: [1, 2, 3] }]);
  });

  it('says nothing of what is known, and of what has events of its own', async () => {
    const world = new World();
    world.make('a', 3);
    world.came('a', 1);
    await world.all();
    writeFileSync(join(world.tree, 'a/3'), '');
    world.make('a/busy', 1);
    world.atWork.add(pathKey(world.path('a/busy')));
    world.came('a', 2);
    expect(await world.all()).toEqual([{ names: ['a/3'], events: [2] }]);
  });

  it('is no place for a comparison until all of it is recorded', async () => {
    const world = new World();
    world.make('a', 1);
    world.came('a', 1);
    expect([world.arrivals.has(world.path('a/0')), world.arrivals.has(world.path('b'))]).toEqual([true, false]);
    await world.arrivals.next();
    expect([world.arrivals.has(world.path('a/0')), world.arrivals.isEmpty]).toEqual([true, true]);
    await world.arrivals.next();
    expect(world.arrivals.has(world.path('a/0'))).toBe(false);
  });

  it('does not take reads of itself for those of what is in it', async () => {
    const world = new World();
    world.make('a', 1);
    world.came('a', 1, 'open');
    expect(await world.all()).toEqual([{ names: ['a/0'], events: [] }]);
  });
});
