/** What the loop takes, and what waits for what; the work itself is played. */
import { describe, expect, it } from 'vitest';
import { EVERYTHING, INTERACTIVE, NOTHING } from '../../../indexer/budget/allowance.js';
import { WorkLoop } from '../../../indexer/flow/work-loop.js';
import type { QueueEntry } from '../../../indexer/words.js';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import { openForWriting } from '../../../shared/store/open.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

const bytes = (path: string) => Buffer.from(path);

class Played {
  readonly writer = new IndexWriter(openForWriting(':memory:'), { settleMs: 0, maxWaitMs: 0 });
  readonly done: string[] = [];
  /** Trees that are being compared, each until it is told to end. */
  readonly comparing = new Map<string, () => void>();
  nowMs = 0;
  allowance = EVERYTHING;
  readonly loop = new WorkLoop({
    take: async (request) => this.writer.take(request, this.nowMs),
    runPaths: (entries) => this.#runPaths(entries),
    runTrees: (entries) => this.#compare(entries),
    allowance: () => this.allowance,
    now: () => this.nowMs,
    onRest: () => {},
    onFatal: (error) => {
      throw error;
    },
  });

  hint(path: string, scope: ChangeHint['scope'], priority: ChangeHint['priority']): void {
    this.writer.apply([{ kind: 'enqueue', hint: { path: bytes(path), scope, priority } }], this.nowMs);
    this.loop.poke();
  }

  async turns(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async #runPaths(entries: readonly QueueEntry[]): Promise<QueueEntry[]> {
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

  it('lets comparisons wait while interactive paths are worked on, and not for ever', async () => {
    const played = new Played();
    let finish: () => void = () => {};
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const loop = new WorkLoop({
      take: async (request) => played.writer.take(request, 0),
      runPaths: async ([entry]) => {
        await working;
        played.writer.apply([{ kind: 'finish', path: (entry as QueueEntry).path }], 0);
        return [];
      },
      runTrees: async () => {},
      allowance: () => EVERYTHING,
      now: () => played.nowMs,
      onRest: () => {},
      onFatal: () => {},
    });
    await loop.calm();
    played.writer.apply(
      [{ kind: 'enqueue', hint: { path: bytes('/a'), scope: 'path', priority: PRIORITY.interactive } }],
      0,
    );
    loop.poke();
    await played.turns();
    const waits: string[] = [];
    const first = loop.calm().then(() => waits.push('calm'));
    await played.turns();
    expect(waits).toEqual([]);
    finish();
    await first;
    played.writer.apply(
      [{ kind: 'enqueue', hint: { path: bytes('/b'), scope: 'path', priority: PRIORITY.interactive } }],
      0,
    );
    await loop.stop();
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
});
