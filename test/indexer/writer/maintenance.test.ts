/** What is gone is gone from the files of the index, in slices, whatever comes between. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WriteOp } from '../../../indexer/words.js';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import { Maintenance } from '../../../indexer/writer/maintenance.js';
import type { MaintenanceWish, Step } from '../../../indexer/writer/protocol.js';
import { SealKeeper } from '../../../indexer/writer/seal-keeper.js';
import { readCleaning } from '../../../shared/store/cleanliness.js';
import { makeCurrent } from '../../../shared/store/generation.js';
import { takeLock } from '../../../shared/store/lock.js';
import { sqlitePackage } from '../../../shared/store/native-sqlite.mjs';
import { type Db, openForReading, openForWriting, openPlain } from '../../../shared/store/open.js';
import { RawFile } from '../../../shared/store/raw-file.js';
import { checkSeal, sealOf } from '../../../shared/store/seal.js';
import { liveShare } from '../../../shared/store/space.js';
import type { Extraction } from '../../../shared/types.js';
import { rareWord, remains } from '../../helpers/remains.js';
import { tempFolder } from '../../helpers/temp.js';

const FILES = 300;
const QUEUE = { settleMs: 0, maxWaitMs: 0 };
const pathOf = (n: number) => Buffer.from(`/root/${n % 2 ? 'goes' : 'stays'}/${rareWord(n)}.txt`);
const GOING = Array.from({ length: FILES }, (_, n) => n).filter((n) => n % 2 === 1);
/** In texts, titles, stored texts and names of what goes. */
const WORDS = GOING.flatMap((n) => [rareWord(n), rareWord(n + 10_000), rareWord(n + 20_000)]);

const LIBRARY = createRequire(import.meta.url).resolve(sqlitePackage());
/** Only who has a file of the database for himself alone gets this lock. */
const TAKE_ALL = `
const [, library, file] = process.argv;
const db = new (require(library))(file, { timeout: 0 });
db.pragma('locking_mode = EXCLUSIVE');
try { db.prepare('SELECT count(*) FROM file').get(); process.stdout.write('taken'); }
catch (error) { process.stdout.write(error.code); }
`;

interface Store {
  readonly folder: string;
  readonly file: string;
  readonly db: Db;
  readonly writer: IndexWriter;
  readonly maintenance: Maintenance;
  close(): void;
}

function open(folder = tempFolder()): Store {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index-000001.db');
  const isNew = !existsSync(file);
  const raw = new RawFile(file);
  const seal = new SealKeeper(raw, () => 0);
  const db = openForWriting(file);
  if (isNew) makeCurrent(folder, file);
  const maintenance = new Maintenance(db, raw, seal);
  const close = () => {
    db.close();
    raw.close();
  };
  onTestFinished(close);
  return { folder, file, db, writer: new IndexWriter(db, QUEUE), maintenance, close };
}

function put(n: number, text: string): WriteOp {
  const stat = { dev: 1, ino: n + 1, size: 1, mtimeMs: 1, ctimeMs: 1 };
  const extraction: Extraction = {
    type: 'text/html',
    title: rareWord(n + 10_000),
    text: Buffer.from(text),
    markup: Buffer.from('p div'),
    isFileText: n % 3 === 0,
    isTruncated: false,
    extractor: 'html',
    extractorVersion: 1,
  };
  return { kind: 'put', path: pathOf(n), stat, extraction };
}

/** Common words make it as large as texts are. */
function textOf(n: number): string {
  const common = Array.from({ length: 200 }, (_, at) => `common${(n * 31 + at * 17) % 997}`).join(' ');
  return `${rareWord(n + 20_000)} ${common}`;
}

function fill({ writer }: Store, numbers: readonly number[]): void {
  for (const n of numbers) writer.apply([put(n, textOf(n))], 0);
}

function all(): number[] {
  return Array.from({ length: FILES }, (_, n) => n);
}

function finish({ maintenance }: Store): Step {
  for (let n = 0; n < 10_000; n++) {
    const step = maintenance.step();
    if (step !== 'more') return step;
  }
  throw new Error('it never ends');
}

function clean(store: Store, wish: MaintenanceWish = 'changed'): Step {
  store.maintenance.plan(wish);
  return finish(store);
}

function segments({ db }: Store): number {
  return db.prepare<[], number>('SELECT count(DISTINCT segid) FROM body_idx').pluck().get() ?? 0;
}

function wordsKnown({ db }: Store): string[] {
  return db.prepare<[], string>('SELECT term FROM word').pluck().all();
}

describe('Maintenance', () => {
  it('leaves no word of removed documents in any file, and about the size of an index without them', () => {
    const store = open();
    fill(store, all());
    expect(clean(store)).toBe('done');
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root/goes') }], 0);
    expect(liveShare(store.db)).toBeLessThan(0.8);
    expect(remains(store.folder, WORDS)).not.toEqual([]);
    expect(clean(store)).toBe('done');
    expect(remains(store.folder, WORDS)).toEqual([]);
    expect(wordsKnown(store).filter((word) => WORDS.includes(word))).toEqual([]);
    expect(liveShare(store.db)).toBeGreaterThan(0.99);
    expect(checkSeal(store.file, true)).toBe('whole');
    const fresh = open();
    fill(
      fresh,
      all().filter((n) => n % 2 === 0),
    );
    clean(fresh);
    expect(statSync(store.file).size).toBeLessThan(1.2 * statSync(fresh.file).size);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
    store.db.exec(
      "INSERT INTO body (body) VALUES ('integrity-check'); INSERT INTO names (names) VALUES ('integrity-check')",
    );
  });

  it('leaves no word of what was overwritten, renamed or moved with its folder', () => {
    const store = open();
    fill(store, all());
    clean(store);
    const stat = { dev: 1, ino: 2, size: 1, mtimeMs: 1, ctimeMs: 1 };
    store.writer.apply([{ ...put(1, 'other words'), stat } as WriteOp], 0);
    store.writer.apply([{ kind: 'move', from: pathOf(1), to: Buffer.from('/root/goes/other.txt'), stat }], 0);
    store.writer.apply(
      [{ kind: 'directory', path: Buffer.from(`/root/${rareWord(77_777)}`), stat: { ...stat, ino: 9000 } }],
      0,
    );
    const inFolder = { ...put(5, 'words'), path: Buffer.from(`/root/${rareWord(77_777)}/x.txt`) } as WriteOp;
    store.writer.apply([inFolder], 0);
    const moved = {
      from: Buffer.from(`/root/${rareWord(77_777)}`),
      to: Buffer.from('/root/plain'),
      stat: { ...stat, ino: 9000 },
    };
    store.writer.apply(
      [
        { kind: 'moveTree', ...moved },
        { kind: 'finish', path: moved.from },
      ],
      0,
    );
    store.db.exec('DELETE FROM queue');
    clean(store);
    expect(remains(store.folder, [rareWord(1), rareWord(20_001), rareWord(77_777)])).toEqual([]);
    expect(remains(store.folder, [rareWord(20_003)])).not.toEqual([]);
  });

  it('wipes and seals the file without letting go of it: another program does not take itself for the last one', () => {
    const store = open();
    fill(store, all());
    const ask = () => execFileSync(process.execPath, ['-e', TAKE_ALL, LIBRARY, store.file], { encoding: 'utf8' });
    expect(ask()).toBe('SQLITE_BUSY');
    expect(clean(store)).toBe('done');
    expect(existsSync(sealOf(store.file))).toBe(true);
    expect(ask()).toBe('SQLITE_BUSY');
    store.close();
    expect(ask()).toBe('taken');
  });

  it('waits with wiping while the folder of the index is out of reach', () => {
    const store = open();
    fill(store, all());
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root/goes') }], 0);
    renameSync(store.folder, `${store.folder}-away`);
    onTestFinished(() => rmSync(`${store.folder}-away`, { recursive: true, force: true }));
    expect(clean(store)).toBe('waits');
    renameSync(`${store.folder}-away`, store.folder);
    expect(finish(store)).toBe('done');
    expect(remains(store.folder, WORDS)).toEqual([]);
  });

  it('leaves no word that was appended to a log which has been rotated or truncated since', () => {
    const store = open();
    const stat = { dev: 1, ino: 1, size: 1, mtimeMs: 1, ctimeMs: 1 };
    const log = (text: string, ino = 1) => {
      const { path, extraction } = put(0, text) as Extract<WriteOp, { kind: 'put' }>;
      return { kind: 'put', path, stat: { ...stat, ino }, extraction: { ...extraction, input: 'whole' } } as const;
    };
    const append = (known: string, fromByte: number, n: number): WriteOp => {
      const appended = { fromByte, text: Buffer.from(rareWord(n)), input: `with ${n}`, isTruncated: false };
      return { kind: 'append', path: pathOf(0), known, stat, appended };
    };
    const grow = () => store.writer.apply([log('first'), append('whole', 5, 1), append('with 1', 9, 2)], 0);
    for (const after of [log('truncated'), log('rotated', 2), { kind: 'remove', path: pathOf(0) } as const]) {
      grow();
      expect(remains(store.folder, [rareWord(1)])).not.toEqual([]);
      store.writer.apply([after], 0);
      clean(store);
      expect(remains(store.folder, [rareWord(1), rareWord(2)])).toEqual([]);
    }
  });

  it('goes on where it was: after a plan that comes amid it, and in the next life of the daemon', () => {
    let store = open();
    fill(store, all());
    clean(store);
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root/goes') }], 0);
    store.maintenance.plan('changed');
    let steps = 0;
    for (; store.maintenance.step() === 'more' && steps < 1000; steps++) {
      store.maintenance.plan('idle');
      // As a daemon that is killed.
      if (steps % 5 === 4) {
        store.close();
        store = open(store.folder);
        store.maintenance.plan('idle');
      }
    }
    expect(steps).toBeGreaterThan(5);
    expect(readCleaning(store.db)).toMatchObject({ running: null, uncleanSinceMs: null });
    expect(remains(store.folder, WORDS)).toEqual([]);
  });

  it('makes the whole vocabulary also when it is planned again before each slice', () => {
    const store = open();
    for (let n = 0; n < 20_000; n++)
      store.db.prepare('INSERT INTO names (rowid, name) VALUES (?, ?)').run(n + 1, rareWord(n));
    const clock = vi.spyOn(performance, 'now');
    onTestFinished(() => clock.mockRestore());
    let now = 0;
    // Each look at the clock is one more slice of the vocabulary.
    clock.mockImplementation(() => (now += 1000));
    store.db
      .prepare('INSERT INTO body (rowid, text) VALUES (1, ?)')
      .run(Array.from({ length: 2000 }, (_, n) => rareWord(n)).join(' '));
    store.maintenance.plan('changed');
    let slices = 0;
    while (store.maintenance.step() === 'more' && slices < 10_000) {
      slices++;
      store.maintenance.plan('idle');
    }
    expect(slices).toBeGreaterThan(20);
    expect(wordsKnown(store)).toHaveLength(new Set(Array.from({ length: 20_000 }, (_, n) => rareWord(n))).size);
  });

  it('waits while a search reads what was there before, and ends when that has ended', () => {
    const store = open();
    fill(store, all());
    clean(store);
    store.writer.apply([put(0, 'one more')], 0);
    const reader = openForReading(store.file);
    onTestFinished(() => void reader.close());
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM file').get();
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root/goes') }], 0);
    expect(clean(store, 'now')).toBe('waits');
    expect(finish(store)).toBe('waits');
    expect(reader.prepare('SELECT count(*) AS count FROM file').get()).toEqual({ count: FILES });
    reader.exec('COMMIT');
    store.maintenance.plan('idle');
    expect(finish(store)).toBe('done');
    expect(remains(store.folder, WORDS)).toEqual([]);
  });

  it('cleans by itself within a day, and the sooner the less it takes', () => {
    const store = open();
    fill(store, all());
    clean(store, 'now');
    const { cleanedMs, tookMs } = readCleaning(store.db);
    const clock = vi.spyOn(Date, 'now').mockReturnValue((cleanedMs ?? 0) + 1);
    onTestFinished(() => clock.mockRestore());
    store.writer.apply([{ kind: 'remove', path: pathOf(1) }], 0);
    clean(store, 'idle');
    expect(readCleaning(store.db)).toMatchObject({ cleanedMs, uncleanSinceMs: (cleanedMs ?? 0) + 1 });
    clock.mockReturnValue((cleanedMs ?? 0) + Math.min(24 * 3_600_000, 2500 * tookMs));
    clean(store, 'idle');
    expect(readCleaning(store.db)).toMatchObject({ uncleanSinceMs: null, running: null });
    expect(remains(store.folder, [rareWord(1), rareWord(20_001)])).toEqual([]);
  });

  it('merges everything after many documents came, not after few, and makes the vocabulary; it does not wipe', () => {
    const store = open();
    fill(store, all());
    expect(clean(store)).toBe('done');
    expect(readCleaning(store.db)).toMatchObject({ uncleanSinceMs: null, cleanedMs: null, tookMs: 0, running: null });
    expect(wordsKnown(store)).toContain(rareWord(0));
    expect(segments(store)).toBe(1);
    fill(store, [FILES, FILES + 1]);
    expect(wordsKnown(store)).not.toContain(rareWord(FILES));
    clean(store);
    expect(wordsKnown(store)).toContain(rareWord(FILES));
    expect(segments(store)).toBeGreaterThan(1);
    fill(
      store,
      all().map((n) => FILES + 2 + n),
    );
    clean(store);
    expect(segments(store)).toBe(1);
    fill(store, [3 * FILES]);
    clean(store, 'now');
    expect(segments(store)).toBe(1);
  });

  it('cleans a new index within a day of the first text that was taken out, not at once', () => {
    const store = open();
    fill(store, all());
    clean(store);
    const nowMs = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(nowMs);
    onTestFinished(() => clock.mockRestore());
    store.writer.apply([{ kind: 'remove', path: pathOf(1) }], 0);
    clean(store, 'idle');
    expect(readCleaning(store.db)).toMatchObject({ uncleanSinceMs: nowMs, cleanedMs: null });
    clock.mockReturnValue(nowMs + 24 * 3_600_000);
    clean(store, 'idle');
    expect(remains(store.folder, [rareWord(1), rareWord(20_001)])).toEqual([]);
  });

  it('does nothing when nothing was taken out since', () => {
    const store = open();
    fill(store, all());
    clean(store);
    const before = readCleaning(store.db);
    clean(store);
    expect(readCleaning(store.db)).toEqual(before);
  });

  it.each(['changed', 'now'] as const)('knows of what was taken out while it was at work (%s)', (wish) => {
    const store = open();
    fill(store, all());
    store.maintenance.plan(wish);
    store.maintenance.step();
    store.writer.apply([{ kind: 'remove', path: pathOf(1) }], 0);
    finish(store);
    expect(readCleaning(store.db).uncleanSinceMs).not.toBeNull();
    clean(store);
    expect(readCleaning(store.db).uncleanSinceMs).toBeNull();
  });

  it.each(['changed', 'now'] as const)(
    'misses nothing that was taken out while the work was going on that the last life of the daemon left (%s)',
    (wish) => {
      const before = open();
      fill(before, all());
      before.maintenance.plan(wish);
      while (readCleaning(before.db).running?.stage !== 'space') before.maintenance.step();
      before.writer.apply([{ kind: 'remove', path: Buffer.from('/root/goes') }], 0);
      before.close();
      const store = open(before.folder);
      expect(clean(store)).toBe('done');
      expect(readCleaning(store.db).uncleanSinceMs).toBeNull();
      expect(remains(store.folder, WORDS)).toEqual([]);
    },
  );

  it('gives back the space of a file that was made before it was given back', () => {
    const folder = tempFolder();
    const file = join(folder, 'index-000001.db');
    open(folder).close();
    const old = openPlain(file, 0);
    old.pragma('journal_mode = DELETE');
    old.pragma('auto_vacuum = NONE');
    old.exec('VACUUM');
    expect(old.pragma('auto_vacuum', { simple: true })).toBe(0);
    old.close();
    const store = open(folder);
    fill(store, all());
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root') }], 0);
    clean(store);
    expect(statSync(file).size).toBeLessThanOrEqual(emptySize());
    expect(remains(folder, WORDS)).toEqual([]);
  });
});

/** Of an index that never held anything. */
function emptySize(): number {
  const folder = tempFolder();
  open(folder).close();
  return statSync(join(folder, 'index-000001.db')).size;
}

describe('what stands beside the index', () => {
  const names = ['index-000000.db.damaged', 'index-000001.db.damaged', 'index-000002.db', 'index-000002.db-wal'];
  const left = ({ file }: Store) => names.filter((name) => existsSync(join(dirname(file), name)));

  function withLeftovers(): Store {
    const store = open();
    for (const name of names) writeFileSync(join(store.folder, name), 'old text');
    return store;
  }

  it('goes: what a rebuild that was killed has left at once, a damaged file that was set aside after a day', () => {
    const store = withLeftovers();
    store.maintenance.plan('idle');
    expect(left(store)).toEqual(names.slice(0, 2));
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 24 * 3_600_000);
    onTestFinished(() => clock.mockRestore());
    store.maintenance.plan('idle');
    expect(left(store)).toEqual([]);
  });

  it('goes: what a program that was killed had begun to write, when it is sure to be dead', () => {
    const store = open();
    const unfinished = ['index-000001.db.seal.4711.new', 'daemon.json.4711.new'].map((name) =>
      join(store.folder, name),
    );
    for (const path of unfinished) writeFileSync(path, '{');
    store.maintenance.plan('now');
    expect(unfinished.map(existsSync)).toEqual([true, true]);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_001);
    onTestFinished(() => clock.mockRestore());
    store.maintenance.plan('idle');
    expect(unfinished.map(existsSync)).toEqual([false, false]);
  });

  it('goes at once when something is to be forgotten', () => {
    const store = withLeftovers();
    for (const name of names) utimesSync(join(store.folder, name), new Date(), new Date());
    store.maintenance.plan('now');
    expect(left(store)).toEqual([]);
  });

  it('is no reason to end when it is a folder, or leads nowhere, or `current` is none of find-text', () => {
    const store = open();
    for (const name of names) mkdirSync(join(store.folder, name, 'folder'), { recursive: true });
    symlinkSync('nowhere', join(store.folder, 'index-000003.db.damaged'));
    fill(store, all());
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root/goes') }], 0);
    expect(clean(store, 'now')).toBe('done');
    expect(left(store)).toEqual(names);
    rmSync(join(store.folder, 'current'));
    mkdirSync(join(store.folder, 'current'));
    store.writer.apply([{ kind: 'remove', path: Buffer.from('/root') }], 0);
    expect(clean(store, 'now')).toBe('done');
  });

  it('stays while a rebuild is at work, and when another index is the one that is searched', () => {
    const store = withLeftovers();
    const lock = takeLock(store.folder, 'rebuild', 'a test');
    store.maintenance.plan('idle');
    lock.leave();
    lock.release();
    expect(left(store)).toEqual(names);
    writeFileSync(join(store.folder, 'current'), 'index-000002.db\n');
    store.maintenance.plan('now');
    expect(left(store)).toEqual(names);
  });
});
