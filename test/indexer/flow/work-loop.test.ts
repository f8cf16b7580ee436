/** What the loop takes, and what waits for what; the work itself is played. */
import { describe, expect, it } from 'vitest';
import { EVERYTHING, INTERACTIVE, NOTHING } from '../../../indexer/budget/allowance.js';
import { Pace } from '../../../indexer/budget/pace.js';
import { AttributeFlood } from '../../../indexer/flow/attribute-flood.js';
import { WorkLoop } from '../../../indexer/flow/work-loop.js';
import type { QueueEntry } from '../../../indexer/words.js';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import { openForWriting } from '../../../shared/store/open.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

const bytes = (path: string) => Buffer.from(path);

class Played {
  readonly writer = new IndexWriter(openForWriting(':memory:'), { settleMs: 0, maxWaitMs: 0 });
  readonly done: string[] = [];
  readonly flood = new AttributeFlood();
  /** Trees that are being compared, each until it is told to end. */
  readonly comparing = new Map<string, () => void>();
  nowMs = 0;
  allowance = EVERYTHING;
  readonly clock = { monotonicMs: () => this.nowMs, wallMs: () => this.nowMs };
  readonly pace = new Pace(this.clock);
  isFlooded = false;
  /** Resolves when a batch of paths may be worked on. */
  working: Promise<void> = Promise.resolve();
  readonly loop: WorkLoop = new WorkLoop(
    {
      writer: {
        take: async (request) => this.writer.take(request, this.nowMs),
        apply: async (ops) => this.writer.apply(ops, this.nowMs),
      },
      flood: this.flood,
      attributes: {
        run: async (changes) => {
          await this.working;
          this.done.push(`attributes of ${changes.map(({ path }) => String(path)).join(' ')}`);
        },
      },
      paths: { run: (entries) => this.#runPaths(entries) },
      folders: { run: (entries) => this.#compare(entries) },
      budget: this,
      intake: this,
      pace: this.pace,
      clock: this.clock,
    },
    {
      rested: () => {},
      fail: (error) => {
        throw error;
      },
    },
  );

  hint(path: string, scope: ChangeHint['scope'], priority: ChangeHint['priority']): void {
    this.writer.apply([{ kind: 'enqueue', hint: { path: bytes(path), scope, priority } }], this.nowMs);
    this.loop.poke();
  }

  async turns(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async #runPaths(entries: readonly QueueEntry[]): Promise<QueueEntry[]> {
    await this.working;
    const paths = entries.filter(({ scope }) => scope === 'path');
    this.writer.apply(
      paths.map(({ path }) => ({ kind: 'finish', path })),
      this.nowMs,
    );
    this.done.push(...paths.map(({ path }) => path.toString()));
    return entries.filter(({ scope }) => scope === 'tree');
  }

  async #compare(entries: readonly QueueEntry[]): Promise<void> {
    const names = entries.map(({ path }) => path.toString()).join(' ');
    await new Promise<void>((resolve) => this.comparing.set(names, resolve));
    this.comparing.delete(names);
    this.writer.apply(
      entries.map(({ path }) => ({ kind: 'finish', path })),
      this.nowMs,
    );
    this.done.push(`tree ${names}`);
  }
}

describe('the work loop', () => {
  it('reads and indexes while a large tree is compared, interactive changes first', async () => {
    const played = new Played();
    played.hint('/big', 'tree', PRIORITY.reconcile);
    await played.turns();
    expect([...played.comparing.keys()]).toEqual(['/big']);
    for (let n = 0; n < 500; n++)
      played.writer.apply(
        [{ kind: 'enqueue', hint: { path: bytes(`/big/${n}`), scope: 'path', priority: PRIORITY.reconcile } }],
        0,
      );
    played.hint('/now', 'path', PRIORITY.interactive);
    await played.turns();
    expect(played.done[0]).toBe('/now');
    expect(played.done).toHaveLength(501);
    expect([...played.comparing.keys()]).toEqual(['/big']);
  });

  it('compares one thing after the other, but a folder that has just come at once', async () => {
    const played = new Played();
    played.hint('/a', 'tree', PRIORITY.reconcile);
    await played.turns();
    played.hint('/b', 'tree', PRIORITY.reconcile);
    played.hint('/c', 'tree', PRIORITY.bulk);
    played.hint('/new', 'tree', PRIORITY.interactive);
    await played.turns();
    expect([...played.comparing.keys()]).toEqual(['/a', '/new']);
    played.comparing.get('/a')?.();
    await played.turns();
    expect([...played.comparing.keys()]).toEqual(['/new', '/b']);
    played.comparing.get('/b')?.();
    await played.turns();
    expect([...played.comparing.keys()]).toEqual(['/new', '/c']);
  });

  it('looks at what a comparison did not find when everything else is done', async () => {
    const played = new Played();
    played.hint('/gone', 'path', PRIORITY.vanished);
    played.comparing.clear();
    await played.turns();
    expect(played.done).toEqual(['/gone']);
    played.hint('/a', 'tree', PRIORITY.bulk);
    await played.turns();
    played.hint('/gone too', 'path', PRIORITY.vanished);
    await played.turns();
    expect(played.done).toEqual(['/gone']);
    played.comparing.get('/a')?.();
    await played.turns();
    expect(played.done).toEqual(['/gone', 'tree /a', '/gone too']);
  });

  it('lets comparisons wait while interactive paths are worked on', async () => {
    const played = new Played();
    let finish: () => void = () => {};
    played.working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await played.pace.turn();
    played.hint('/a', 'path', PRIORITY.interactive);
    await played.turns();
    const waits: string[] = [];
    const turn = played.pace.turn().then(() => waits.push('turn'));
    await played.turns();
    expect(waits).toEqual([]);
    finish();
    await turn;
    await played.loop.stop();
  });

  it('works on one other thing at a time while files keep pouring in', async () => {
    const played = new Played();
    let finish: () => void = () => {};
    played.working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    played.isFlooded = true;
    played.allowance = { ...EVERYTHING, entriesPerBatch: 1 };
    for (const path of ['/1', '/2', '/3']) played.hint(path, 'path', PRIORITY.bulk);
    await played.turns();
    expect(played.writer.counts()).toEqual({ queued: 2, running: 1 });
    finish();
    await played.turns();
    expect(played.done).toEqual(['/1', '/2', '/3']);
  });

  it('takes no more than it is allowed to, and goes on when that changes', async () => {
    const played = new Played();
    played.allowance = NOTHING;
    played.hint('/saved', 'path', PRIORITY.interactive);
    played.hint('/flood', 'path', PRIORITY.bulk);
    played.hint('/tree', 'tree', PRIORITY.reconcile);
    await played.turns();
    expect([played.done, [...played.comparing.keys()]]).toEqual([[], []]);
    played.allowance = INTERACTIVE;
    played.loop.poke();
    await played.turns();
    expect([played.done, [...played.comparing.keys()]]).toEqual([['/saved'], []]);
    played.allowance = EVERYTHING;
    played.loop.poke();
    await played.turns();
    expect([played.done, [...played.comparing.keys()]]).toEqual([['/saved', '/flood'], ['/tree']]);
  });

  it('works on changed attributes past the queue: many at once, few after a while, and they take no turn from others', async () => {
    const played = new Played();
    const tell = (from: number, to: number) => {
      for (let n = from; n < to; n++) played.flood.add({ path: bytes(`/${n}`), atMs: 1 }, played.nowMs);
      played.loop.poke();
    };
    played.allowance = { ...EVERYTHING, otherJobs: 1, entriesPerBatch: 3 };
    tell(0, 5);
    await played.turns();
    expect(played.done).toEqual(['attributes of /0 /1 /2']);
    played.nowMs += 1000;
    let finish: () => void = () => {};
    played.working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    played.hint('/other', 'path', PRIORITY.bulk);
    await played.turns();
    expect(played.writer.counts()).toEqual({ queued: 0, running: 1 });
    tell(5, 9);
    await played.turns();
    finish();
    await played.turns();
    expect(played.done.slice(1)).toEqual(['attributes of /3 /4', '/other', 'attributes of /5 /6 /7']);
  });

  it('says when all changed attributes are told: those that are worked on, and those that wait', async () => {
    const played = new Played();
    let finish: () => void = () => {};
    played.working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    played.allowance = { ...EVERYTHING, entriesPerBatch: 1 };
    played.flood.add({ path: bytes('/a'), atMs: 1 }, 0);
    played.loop.poke();
    await played.turns();
    played.flood.add({ path: bytes('/b'), atMs: 1 }, 0);
    let isTold = false;
    const told = played.loop.attributesTold().then(() => {
      isTold = true;
    });
    await played.turns();
    expect([isTold, played.writer.counts().queued]).toEqual([false, 1]);
    finish();
    await told;
    expect(played.done[0]).toBe('attributes of /a');
    await played.loop.stop();
  });

  it('puts changed attributes into the queue while nothing else may be worked on, and at the end', async () => {
    const played = new Played();
    played.allowance = INTERACTIVE;
    played.flood.add({ path: bytes('/a'), atMs: 1 }, 0);
    played.loop.poke();
    await played.turns();
    expect(played.writer.counts()).toEqual({ queued: 1, running: 0 });
    played.flood.add({ path: bytes('/b'), atMs: 1 }, 0);
    await played.loop.stop();
    expect(played.writer.counts()).toEqual({ queued: 2, running: 0 });
    expect(played.done).toEqual([]);
  });
});
