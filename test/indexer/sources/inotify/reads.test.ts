/** Reads that a rule asks for, told by the real inotify: those of others, and none of find-text itself. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ExtractorPool } from '../../../../indexer/extract/pool.js';
import { diskFiles } from '../../../../indexer/rules/ignore-files.js';
import { Inotify } from '../../../../indexer/sources/inotify/inotify.js';
import { InotifySource } from '../../../../indexer/sources/inotify/inotify-source.js';
import { lookNow } from '../../../../indexer/witness/look.js';
import { tempFolder } from '../../../helpers/temp.js';

const program = (name: string) => fileURLToPath(new URL(`../../../../dist/${name}`, import.meta.url));

let root: string;
let source: InotifySource;
let events: string[];
let hints: string[];

beforeEach(() => {
  root = tempFolder();
  [events, hints] = [[], []];
  for (const folder of ['watched', 'other']) mkdirSync(join(root, folder));
  source = new InotifySource([Buffer.from(root)], {
    descriptors: Inotify.open(program('inotify-thread.js')),
    reader: { documentCount: 0 },
    reads: {
      wantsReads: (path) => String(path).startsWith(join(root, 'watched/')),
      mayWantReads: (folder) => String(folder) === join(root, 'watched'),
    },
  });
  source.start({
    commit: async (batch) => {
      hints.push(...batch.hints.map(({ path }) => String(Buffer.from(path))));
      events.push(
        ...(batch.events ?? []).map(({ event }) => `${event.kind} ${String(event.path).slice(root.length + 1)}`),
      );
    },
    lost: () => events.push('lost'),
    blind: () => {},
    trouble: () => {},
    fail: (error) => events.push(String(error)),
  });
});
afterEach(() => source.close());

function file(name: string, text = 'text'): string {
  writeFileSync(join(root, name), text);
  return join(root, name);
}

function watch(): void {
  for (const folder of ['watched', 'other']) void source.watch(Buffer.from(join(root, folder)));
}

/** What was read before it is told before it. */
async function untilLastIsRead(): Promise<void> {
  readFileSync(join(root, 'watched/last'));
  await vi.waitFor(() => expect(events).toContain('close watched/last'), { timeout: 20_000 });
  events.splice(0, Number.POSITIVE_INFINITY, ...events.filter((event) => !event.endsWith('/last')));
}

it('are told where a rule asks for them, once for a moment, and change nothing', async () => {
  const [read] = [file('watched/read'), file('watched/last'), file('other/unasked')];
  watch();
  execFileSync('cat', [read, read, read, join(root, 'other/unasked')]);
  execFileSync('ls', [join(root, 'watched')]);
  await untilLastIsRead();
  expect(events).toEqual(['open watched/read', 'close watched/read']);
  expect(hints).toEqual([]);
});

it('are not told of what find-text reads: texts, digests, rules', async () => {
  const names = ['a.txt', 'b.md', 'c.html', '.gitignore'].map((name) => file(`watched/${name}`));
  file('watched/last');
  watch();
  const pool = new ExtractorPool({ workerPath: program('extract-worker.js'), workers: 1 });
  try {
    const jobs = names.map((name) => ({ path: Buffer.from(name) }));
    const outcomes = await pool.extract(jobs);
    expect(outcomes.map(({ kind }) => kind)).not.toContain('failed');
    for (const name of names) lookNow(Buffer.from(name), { maxBytes: 1 << 20, timeoutMs: 10_000 });
    diskFiles().read(Buffer.from(names[3] as string), 1000);
    await untilLastIsRead();
    expect(events).toEqual([]);
    readFileSync(names[0] as string);
    await vi.waitFor(() => expect(events).toEqual(['open watched/a.txt', 'close watched/a.txt']), { timeout: 20_000 });
  } finally {
    await pool.close();
  }
});

it('of many files lose no write', async () => {
  const names = Array.from({ length: 500 }, (_, at) => file(`watched/${at}`));
  watch();
  execFileSync('grep', ['-r', 'text', join(root, 'watched')]);
  appendFileSync(names[7] as string, 'more');
  file('watched/last');
  await untilLastIsRead();
  expect(events).toContain('write watched/7');
  expect(new Set(events.filter((event) => event.startsWith('open '))).size).toBe(500);
  expect(events.filter((event) => event.startsWith('open '))).toHaveLength(500);
  expect(hints).toContain(names[7]);
});
