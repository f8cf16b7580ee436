import { beforeEach, describe, expect, it } from 'vitest';
import { OpenWriters } from '../../../../indexer/sources/audit/open-writers.js';
import { pathKey } from '../../../../shared/path-key.js';
import { fileChange } from '../../../helpers/file-change.js';

const PATH = Buffer.from('/r/log');
const OPENING = fileChange({ serial: 5 });

let now = 0;
let isStale = false;
let open: Set<string> | undefined;
let reported: string[] = [];
let names: string[] = [];
/** Of the files that are there. */
let inodes: Map<string, number>;
let tellers: (number | undefined)[] = [];
/** That have `open` open; undefined: all. */
let pids: number[] | undefined;
let writers: OpenWriters;

beforeEach(() => {
  now = 0;
  isStale = false;
  open = new Set();
  reported = [];
  names = [];
  inodes = new Map();
  tellers = [];
  pids = undefined;
  writers = new OpenWriters({
    indexed: {
      compare: async (path) => ({
        isStale: isStale && (names.length === 0 || names.includes(String(path))),
        inode: inodes.get(String(path)) ?? 1,
      }),
    },
    documents: { pathsByInode: () => names.map((name) => Buffer.from(name)) },
    openFiles: async (pid) => (pids?.includes(pid) === false ? new Set() : open),
    clock: { monotonicMs: () => now },
  });
});

async function lookUntil(ms: number): Promise<void> {
  for (; now < ms; now += 50) {
    const found = await writers.look();
    reported.push(...found.map(({ path }) => String(path)));
    tellers.push(...found.map(({ opening }) => opening?.serial));
  }
}

describe('OpenWriters', () => {
  it('reports a file that was written after its open, and not one that was not', async () => {
    writers.note(PATH, 7);
    await lookUntil(500);
    expect(reported).toEqual([]);
    isStale = true;
    await lookUntil(1500);
    expect(reported).toEqual(['/r/log']);
  });

  it('forgets a file that nobody has open after a few looks', async () => {
    writers.note(PATH, 7);
    await lookUntil(60_000);
    expect(writers.size).toBe(0);
  });

  it('keeps looking as long as the writer has the file open, and once more after that', async () => {
    open = new Set([pathKey(PATH)]);
    writers.note(PATH, 7);
    await lookUntil(600_000);
    expect(writers.size).toBe(1);
    open = new Set();
    isStale = true;
    await lookUntil(900_000);
    expect(reported.length).toBeGreaterThan(0);
    expect(writers.size).toBe(0);
  });

  it('does not forget a writer because another process opens the file, too', async () => {
    writers.note(PATH, 7);
    writers.note(PATH, 8);
    pids = [7];
    open = new Set([pathKey(PATH)]);
    await lookUntil(600_000);
    expect(writers.size).toBe(1);
  });

  it('follows a file that is renamed', async () => {
    open = new Set(['/r/log.1']);
    writers.note(PATH, 7, { inode: 11 });
    names = ['/r/log.1'];
    await lookUntil(600_000);
    expect(writers.size).toBe(1);
    open = undefined;
    isStale = true;
    await lookUntil(650_000);
    expect(new Set(reported)).toEqual(new Set(['/r/log.1']));
  });

  it('says who wrote it only where the file is that which was opened, not one whose number it was given', async () => {
    names = ['/r/log', '/r/old'];
    inodes = new Map([
      ['/r/log', 11],
      ['/r/old', 12],
    ]);
    isStale = true;
    writers.note(PATH, 7, { inode: 11, opening: OPENING });
    await lookUntil(300);
    expect([reported, tellers]).toEqual([
      ['/r/log', '/r/old'],
      [5, undefined],
    ]);
  });

  it('knows who opened it from the change that told of that, unless that was a link', async () => {
    isStale = true;
    const written = fileChange({ serial: 6, file: { inode: 1, dev: '08:01' } });
    writers.noteChange(written, [PATH, Buffer.from('/r/second')]);
    writers.noteChange({ ...written, serial: 7, kind: 'link' }, [Buffer.from('/r/linked')]);
    await lookUntil(300);
    expect([reported, tellers]).toEqual([
      ['/r/log', '/r/second', '/r/linked'],
      [6, 6, undefined],
    ]);
  });

  it('looks a few times when the descriptors of the writer may not be seen', async () => {
    open = undefined;
    writers.note(PATH, 7);
    isStale = true;
    await lookUntil(60_000);
    expect(reported).toEqual(['/r/log', '/r/log', '/r/log', '/r/log']);
  });

  it('holds a bounded number of files', () => {
    for (let n = 0; n < 30_000; n++) writers.note(Buffer.from(`/r/${n}`), 7);
    expect(writers.size).toBe(20_000);
  });
});
