import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FindTextError } from '../../../shared/errors.js';
import { type DocumentRow, Documents, pathOf } from '../../../shared/store/documents.js';
import { Failures } from '../../../shared/store/failures.js';
import {
  currentIndexFile,
  ensureIndexDirectory,
  makeCurrent,
  nextIndexFile,
  setAside,
} from '../../../shared/store/generation.js';
import { lifeOf, lockHolder, takeLock } from '../../../shared/store/lock.js';
import { SCHEMA_VERSION } from '../../../shared/store/migrations.js';
import { openForReading, openForWriting, toStoreError } from '../../../shared/store/open.js';
import type { Extraction } from '../../../shared/types.js';
import { orphans } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';
import { TestEnv } from '../../helpers/test-env.js';

const stat = { dev: 1, ino: 2, size: 3, mtimeMs: 4.5, ctimeMs: 5.25 };

function extraction(text: string, more: Partial<Extraction> = {}): Extraction {
  return {
    type: 'text/plain',
    title: '',
    text: Buffer.from(text),
    markup: Buffer.alloc(0),
    isFileText: true,
    isTruncated: false,
    extractor: 'text',
    extractorVersion: 1,
    ...more,
  };
}

function store() {
  const db = openForWriting(':memory:');
  return { db, documents: new Documents(db) };
}

function matches(db: ReturnType<typeof store>['db'], table: 'body' | 'names', query: string): number[] {
  return db
    .prepare<[string], number>(`SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`)
    .pluck()
    .all(query);
}

function storedText(db: ReturnType<typeof store>['db'], id: number): string | undefined {
  const deflated = db.prepare<[number], Buffer>('SELECT deflated FROM stored_text WHERE part_id = ?').pluck().get(id);
  return deflated && inflateRawSync(deflated).toString();
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof FindTextError ? error.code : String(error);
  }
}

describe('Documents', () => {
  it('moves and removes a folder with more documents than are read at once', () => {
    const { db, documents } = store();
    for (let n = 0; n < 2500; n++) documents.put(Buffer.from(`/r/old/${n}`), { ...stat, ino: n }, extraction('word'));
    documents.moveTree(Buffer.from('/r/old'), Buffer.from('/r/new'));
    expect(documents.find(Buffer.from('/r/new/2499'))).toMatchObject({ ino: 2499 });
    expect([matches(db, 'names', 'old'), matches(db, 'names', 'new')].map(({ length }) => length)).toEqual([0, 2500]);
    expect(documents.removeTree(Buffer.from('/r/new'))).toBe(2500);
    expect(orphans(db)).toEqual({ withoutRow: [], withoutNames: [] });
    expect(matches(db, 'body', 'word')).toEqual([]);
  });

  it('finds a document by its path and by its inode, and gives back its stat to the bit', () => {
    const { documents } = store();
    documents.put(Buffer.from('/a/b.txt'), { ...stat, ino: 2 ** 63, mtimeMs: 1795237229350.3162 }, extraction('hello'));
    expect(documents.find(Buffer.from('/a/b.txt'))).toMatchObject({
      ino: 2 ** 63,
      mtime_ms: 1795237229350.3162,
      size: 3,
    });
    expect(documents.findByInode(1, 2 ** 63).map((row) => pathOf(row).toString())).toEqual(['/a/b.txt']);
    expect(documents.find(Buffer.from('/a/b'))).toBeUndefined();
  });

  it('forgets the old words when a document is replaced, and every trace when it is removed', () => {
    const { db, documents } = store();
    const path = Buffer.from('/a/b.txt');
    const id = documents.put(path, stat, extraction('oldword', { title: 'First', isFileText: false }));
    expect(documents.put(path, stat, extraction('newword', { title: 'Second' }))).toBe(id);
    expect([matches(db, 'body', 'oldword'), matches(db, 'body', 'newword')]).toEqual([[], [id]]);
    expect([matches(db, 'names', 'first'), matches(db, 'names', 'second')]).toEqual([[], [id]]);
    expect(storedText(db, id)).toBeUndefined();
    documents.remove(documents.find(path) as DocumentRow);
    expect([matches(db, 'body', 'newword'), matches(db, 'names', 'b')]).toEqual([[], []]);
    expect(orphans(db)).toEqual({ withoutRow: [], withoutNames: [] });
  });

  it('keeps the text of documents whose file is not the text', () => {
    const { db, documents } = store();
    const id = documents.put(Buffer.from('/a.html'), stat, extraction('grüße '.repeat(500), { isFileText: false }));
    expect(storedText(db, id)).toBe('grüße '.repeat(500));
  });

  it('finds names by the words a person sees in them', () => {
    const { db, documents } = store();
    const id = documents.put(Buffer.from('/home/anna/TaxReports/HTTPServer2024_final.java'), stat, extraction(''));
    for (const query of ['server', 'http', '2024', 'final', '"httpserver 2024"', 'path:reports', 'path:anna']) {
      expect([query, matches(db, 'names', query)]).toEqual([query, [id]]);
    }
  });

  it('moves a folder with everything below it, replacing what was there, without touching the content', () => {
    const { db, documents } = store();
    const inside = documents.put(Buffer.from('/r/old/x/one.txt'), stat, extraction('alpha'));
    const beside = documents.put(Buffer.from('/r/older.txt'), stat, extraction('beta'));
    documents.put(Buffer.from('/r/new/gone.txt'), stat, extraction('gamma'));
    documents.directories.put(Buffer.from('/r/old'), { dev: 1, ino: 9, mtimeMs: 0 });
    documents.moveTree(Buffer.from('/r/old'), Buffer.from('/r/new'));
    expect(documents.find(Buffer.from('/r/new/x/one.txt'))?.id).toBe(inside);
    expect(documents.find(Buffer.from('/r/older.txt'))?.id).toBe(beside);
    expect(matches(db, 'names', 'path:old')).toEqual([]);
    expect(matches(db, 'names', 'path:new')).toEqual([inside]);
    expect([matches(db, 'body', 'alpha'), matches(db, 'body', 'gamma')]).toEqual([[inside], []]);
  });

  it('keeps names apart that differ only in bytes that are not UTF-8', () => {
    const { documents } = store();
    const path = (byte: number) => Buffer.from([0x2f, 0x61, byte]);
    documents.put(path(0xe9), stat, extraction('one'));
    documents.put(path(0xe8), stat, extraction('two'));
    expect(documents.find(path(0xe9))?.id).not.toBe(documents.find(path(0xe8))?.id);
  });

  it.each([
    ['of the same file', {}],
    ['of another inode', { ino: 20 }],
    ['of another device', { dev: 10 }],
  ])('takes on the stat %s, and is found by its inode', (_, more) => {
    const { documents } = store();
    documents.put(Buffer.from('/a/b.txt'), stat, extraction('alpha'));
    const now = { ...stat, size: 30, mtimeMs: 40.5, ctimeMs: 50.25, ...more };
    documents.touch(Buffer.from('/a/b.txt'), now);
    documents.touch(Buffer.from('/a/none.txt'), now);
    const expected = { dev: now.dev, ino: now.ino, size: 30, mtime_ms: 40.5, ctime_ms: 50.25, extractor: 'text' };
    expect(documents.findByInode(now.dev, now.ino)).toEqual([expect.objectContaining(expected)]);
    expect(documents.findState(Buffer.from('/a/b.txt'))).toEqual(expect.objectContaining(expected));
  });
});

describe('openForWriting', () => {
  it('refuses a newer file and names both versions', () => {
    const file = join(tempFolder(), 'i.db');
    const db = openForWriting(file);
    db.pragma('user_version = 99');
    db.close();
    expect(codeOf(() => openForWriting(file))).toBe('FT_STORE_NEWER');
    expect(() => openForReading(file)).toThrow(
      `it has version 99, this find-text knows versions up to ${SCHEMA_VERSION}`,
    );
  });

  it.each([
    Object.assign(new Error('The module was compiled against a different Node.js version'), {
      code: 'ERR_DLOPEN_FAILED',
    }),
    new Error("Module did not self-register: 'better_sqlite3.node'"),
  ])('says of a native part that was built for another Node how to install it anew: %s', (error) => {
    expect(toStoreError('open the index', error)).toMatchObject({
      message: expect.stringContaining(`installed with another Node than this one (${process.version}`),
      hint: expect.stringContaining('npm install -g'),
    });
  });

  it('tells a damaged file from a missing one', () => {
    const file = join(tempFolder(), 'i.db');
    expect(codeOf(() => openForReading(file))).toBe('FT_STORE_FAILED');
    writeFileSync(file, 'this is no database, whatever its name says'.repeat(100));
    expect(codeOf(() => openForWriting(file))).toBe('FT_STORE_CORRUPT');
    expect(codeOf(() => openForReading(file))).toBe('FT_STORE_CORRUPT');
  });
});

it.each(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'])(
  'takes %s for a full disk, which is waited for',
  (code) => {
    const error = Object.assign(new Error('disk I/O error'), { code });
    expect(toStoreError('write to the index', error)).toMatchObject({ code: 'FT_STORE_FULL' });
  },
);

describe('generations', () => {
  it('numbers upward, swaps by name, and deletes what is older', () => {
    const folder = tempFolder();
    expect(currentIndexFile(folder)).toBeUndefined();
    const first = nextIndexFile(folder);
    openForWriting(first).close();
    makeCurrent(folder, first);
    const second = nextIndexFile(folder);
    openForWriting(second).close();
    expect(currentIndexFile(folder)).toBe(first);
    makeCurrent(folder, second);
    expect(currentIndexFile(folder)).toBe(second);
    expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
  });

  it('refuses a `current` that points out of the folder', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'current'), '../../etc/passwd\n');
    expect(currentIndexFile(folder)).toBeUndefined();
  });

  it('keeps a damaged file under another name', () => {
    const file = join(tempFolder(), 'index-000001.db');
    writeFileSync(file, 'damaged');
    expect(readFileSync(setAside(file), 'utf8')).toBe('damaged');
    expect(existsSync(file)).toBe(false);
  });
});

describe('takeLock', () => {
  it('is refused while another process holds it, names that process, and is free when it was killed', async () => {
    const env = new TestEnv();
    const daemon = await env.startDaemon();
    const { pid } = daemon.process;
    expect(() => takeLock(env.dataDirectory, 'daemon', 'me')).toThrow(
      `find-textd run (process ${pid}) is already at work`,
    );
    expect(lockHolder(env.dataDirectory, 'daemon')).toMatchObject({ pid, command: 'find-textd run' });
    await daemon.end('SIGKILL');
    expect(lockHolder(env.dataDirectory, 'daemon')).toBeUndefined();
    takeLock(env.dataDirectory, 'daemon', 'me').release();
  });
});

describe('lifeOf', () => {
  it('is told by the number of the process; in another PID namespace by the lock', () => {
    const { dataDirectory } = new TestEnv();
    ensureIndexDirectory(dataDirectory);
    const lock = takeLock(dataDirectory, 'daemon', 'me');
    expect(lifeOf(dataDirectory, 'daemon')).toBe('here');
    const file = join(dataDirectory, 'daemon.json');
    const told = JSON.parse(readFileSync(file, 'utf8'));
    const held = (more: object) => {
      writeFileSync(file, JSON.stringify({ ...told, startTicks: 1, ...more }));
      return lifeOf(dataDirectory, 'daemon');
    };
    // Somebody else has taken the lock since, and not told yet.
    expect(held({})).toBeUndefined();
    expect(held({ pidNamespace: 'pid:[1]' })).toBe('elsewhere');
    expect(held({ pidNamespace: 'pid:[1]', startTicks: undefined })).toBeUndefined();
    lock.release();
    expect(held({ pidNamespace: 'pid:[1]' })).toBeUndefined();
  });
});

describe('Failures', () => {
  it('keeps one row per path and forgets a folder with everything below it', () => {
    const failures = new Failures(openForWriting(':memory:'));
    for (const path of ['/d', '/d/x', '/d-x', '/e'])
      failures.put({ path: Buffer.from(path), code: 'FT_READ_DENIED', message: 'no' }, 1);
    failures.put({ path: Buffer.from('/e'), code: 'FT_READ_FAILED', message: 'y'.repeat(9999) }, 2);
    expect(failures.newest(1)).toMatchObject([{ code: 'FT_READ_FAILED', message: 'y'.repeat(500) }]);
    failures.removeTree(Buffer.from('/d'));
    expect(failures.newest(9).map(({ path }) => path.toString())).toEqual(['/e', '/d-x']);
  });

  it('removes what has come in a transaction that began with none', () => {
    const failures = new Failures(openForWriting(':memory:'));
    failures.begin();
    failures.remove(Buffer.from('/a'));
    for (const path of ['/a', '/b/c'])
      failures.put({ path: Buffer.from(path), code: 'FT_READ_DENIED', message: 'no' }, 1);
    failures.remove(Buffer.from('/a'));
    failures.removeTree(Buffer.from('/b'));
    expect(failures.count).toBe(0);
  });
});
