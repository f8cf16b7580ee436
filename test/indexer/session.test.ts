/** A session with the real writer thread and extractor processes; the change source is played. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UNLIMITED } from '../../indexer/budget/budget.js';
import { IndexReader } from '../../indexer/index-reader.js';
import { Session } from '../../indexer/session.js';
import type { SessionOptions } from '../../indexer/session-parts.js';
import type { ChangeInbox } from '../../indexer/sources/change-source.js';
import type { Commit } from '../../indexer/words.js';
import { parseState, STATE_KEY } from '../../shared/daemon-state.js';
import { FRESHNESS_KEY, parseFreshness } from '../../shared/freshness.js';
import { PRIORITY } from '../../shared/types.js';
import { defaultConfig } from '../helpers/pipeline.js';
import { tempFolder } from '../helpers/temp.js';
import { until } from '../helpers/test-env.js';

class World {
  readonly root = tempFolder();
  readonly file = join(tempFolder(), 'index.db');
  readonly failed: unknown[] = [];
  readonly watched = new Set<string>();
  inbox: ChangeInbox | undefined;
  isSourceOpen = false;
  sourceEnds: Promise<void> = Promise.resolve();

  async open(options: Partial<SessionOptions> = {}): Promise<Session> {
    const root = Buffer.from(this.root);
    const session = await Session.open({
      file: this.file,
      roots: [root],
      named: [{ name: root, path: root }],
      makeSource: () => ({
        kind: 'inotify',
        start: (inbox) => {
          this.inbox = inbox;
          this.isSourceOpen = true;
        },
        watch: (folder) => {
          this.watched.add(String(folder));
        },
        unwatchedFolders: 0,
        close: () => {
          this.isSourceOpen = false;
          return this.sourceEnds;
        },
      }),
      config: defaultConfig,
      budget: UNLIMITED,
      ownDirectories: [],
      lastAliveMs: 0,
      listener: { failed: (error) => this.failed.push(error), noticed: () => {}, troubled: () => {} },
      programs: new URL('../../dist/', import.meta.url),
      ...options,
    });
    onTestFinished(() => session.stop().catch(() => {}));
    return session;
  }

  path(name: string): string {
    return join(this.root, name);
  }

  read<T>(look: (reader: IndexReader) => T): T {
    const reader = new IndexReader(this.file);
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  }
}

describe('a session', () => {
  it('indexes what is there, then what its source tells, and says what it has done when it ends', async () => {
    const world = new World();
    mkdirSync(world.path('d'));
    writeFileSync(world.path('d/a.txt'), 'alpha');
    const session = await world.open();
    await session.start(PRIORITY.bulk);
    expect(session.documentCount).toBe(1);
    expect(world.watched).toEqual(new Set([world.root, world.path('d')]));
    writeFileSync(world.path('b.txt'), 'beta');
    const hint = { path: Buffer.from(world.path('b.txt')), scope: 'path', priority: PRIORITY.interactive } as const;
    await world.inbox?.commit({ hints: [hint] });
    await until('both are indexed', () => session.documentCount === 2);
    await session.stop();
    expect(world.isSourceOpen).toBe(false);
    expect(world.failed).toEqual([]);
    world.read(({ meta }) => {
      expect(parseState(meta.get(STATE_KEY))).toMatchObject({ isComplete: true, filesDone: 2, source: 'inotify' });
      expect(parseFreshness(meta.get(FRESHNESS_KEY))).toMatchObject({ keeper: undefined, roots: [{ gaps: [] }] });
    });
  });

  it('hands what its commits change to the sinks, and nothing of the first index', async () => {
    const world = new World();
    writeFileSync(world.path('a.txt'), 'alpha');
    const got: string[] = [];
    const deliver = async ({ changes }: Commit) => {
      got.push(...changes.map(({ kind, path }) => `${kind} ${Buffer.from(path)}`));
    };
    const session = await world.open({ sinks: [{ name: 'list', interest: () => true, deliver }] });
    await session.start(PRIORITY.bulk);
    writeFileSync(world.path('b.txt'), 'beta');
    const hint = { path: Buffer.from(world.path('b.txt')), scope: 'path', priority: PRIORITY.interactive } as const;
    await world.inbox?.commit({ hints: [hint] });
    await until('the sink has got something', () => got.length > 0);
    await session.stop();
    expect(got).toEqual([`added ${world.path('b.txt')}`]);
  });

  it('finds at its start what has changed since the one before, and takes out roots that are no more', async () => {
    const world = new World();
    for (const name of ['one', 'two']) mkdirSync(world.path(name));
    for (const name of ['one/a.txt', 'two/b.txt']) writeFileSync(world.path(name), name);
    const before = await world.open();
    await before.start(PRIORITY.bulk);
    await before.stop();
    rmSync(world.path('one/a.txt'));
    writeFileSync(world.path('one/c.txt'), 'gamma');
    const root = Buffer.from(world.path('one'));
    const session = await world.open({ roots: [root], named: [{ name: root, path: root }] });
    await session.start(PRIORITY.reconcile);
    const has = (name: string) =>
      world.read(({ documents }) => documents.find(Buffer.from(world.path(name))) !== undefined);
    expect(['one/a.txt', 'one/c.txt', 'two/b.txt'].map(has)).toEqual([false, true, false]);
    await session.stop();
  });

  it('may be stopped while it begins, and goes on the next time', async () => {
    const world = new World();
    for (let n = 0; n < 300; n++) writeFileSync(world.path(`${n}.txt`), `word${n}`);
    const first = await world.open();
    const begun = first.start(PRIORITY.bulk).catch(() => {});
    await until('the source is open', () => world.isSourceOpen);
    await first.stop();
    void begun;
    expect(world.failed).toEqual([]);
    expect(world.read(({ meta }) => parseState(meta.get(STATE_KEY))?.isComplete)).toBe(false);
    const next = await world.open();
    await next.start(PRIORITY.bulk);
    expect(next.documentCount).toBe(300);
    await next.stop();
  });

  it('ends when its source has, and no thread of it runs any more', async () => {
    const world = new World();
    const session = await world.open();
    await session.start(PRIORITY.bulk);
    const told: string[] = [];
    let end = () => {};
    world.sourceEnds = new Promise((resolve) => {
      end = () => {
        told.push('the source has ended');
        resolve();
      };
    });
    const stopped = session.stop().then(() => told.push('the session has ended'));
    await until('the source is closed', () => !world.isSourceOpen);
    setTimeout(end, 100);
    await stopped;
    expect(told).toEqual(['the source has ended', 'the session has ended']);
  });

  it('says that it cannot go on when its source fails, and nothing after its end', async () => {
    const world = new World();
    const session = await world.open();
    await session.start(PRIORITY.bulk);
    world.inbox?.fail(new Error('no more events'));
    expect(world.failed.map(String)).toEqual(['Error: no more events']);
    await session.stop();
    world.inbox?.fail(new Error('late'));
    expect(world.failed).toHaveLength(1);
  });
});

describe('a session with commands that read files', () => {
  const COMMAND = { endings: ['up'], types: [], output: 'text', isAdded: false } as const;
  const upper = { ...COMMAND, name: 'upper', command: ['/usr/bin/tr', 'a-z', 'A-Z'], version: 1 };
  const texts = (world: World) =>
    world.read(({ documents }) =>
      ['a.up', 'b.txt'].map((name) => {
        const row = documents.find(Buffer.from(world.path(name)));
        return row && `${row.extractor} ${row.extractor_version}`;
      }),
    );

  it('reads their files by them, again when a command is new, another one or gone, and no others', async () => {
    const world = new World();
    writeFileSync(world.path('a.up'), 'alpha');
    writeFileSync(world.path('b.txt'), 'beta');
    const read = async (commands: SessionOptions['commands']) => {
      const session = await world.open({ commands });
      await session.start(PRIORITY.bulk);
      await session.commandsDone();
      await session.stop();
      const { filesDone } = world.read(({ meta }) => parseState(meta.get(STATE_KEY))) ?? {};
      return [...texts(world), filesDone];
    };
    const [plain, other] = await read(undefined);
    expect([plain, other]).toEqual([expect.stringMatching(/^text /), expect.stringMatching(/^text /)]);
    // At first without the command.
    expect(await read([upper])).toEqual(['own:upper 1', other, 2]);
    expect(await read([upper])).toEqual(['own:upper 1', other, 0]);
    expect(await read([{ ...upper, version: 2 }])).toEqual(['own:upper 2', other, 2]);
    expect(await read(undefined)).toEqual([plain, other, 1]);
    expect(world.failed).toEqual([]);
  });

  it('tells why one has failed, keeps the file without it, and tries it again when that is asked for', async () => {
    const world = new World();
    const path = Buffer.from(world.path('a.up'));
    writeFileSync(path, 'alpha');
    const program = join(tempFolder(), 'program');
    writeFileSync(program, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const session = await world.open({ commands: [{ ...upper, command: [program] }] });
    const failures = () => world.read((reader) => reader.failuresBelow(path).map(({ code }) => code));
    await session.start(PRIORITY.bulk);
    await session.commandsDone();
    expect([texts(world)[0], failures()]).toEqual(['own:upper 1', ['FT_EXTRACT_FAILED']]);
    writeFileSync(program, '#!/bin/sh\nexec cat\n');
    expect(await session.retry([path])).toEqual({ count: 1 });
    await until('it is read', () => failures().length === 0);
    await session.stop();
  });
});
