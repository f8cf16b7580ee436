/** notify.db of an earlier version is raised with all that it has; one of a later version is left alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readIntegrity } from '../../../indexer/commands/integrity-status.js';
import { Ledger } from '../../../indexer/notify/ledger/ledger.js';
import { verifyLedger } from '../../../indexer/notify/ledger/verify.js';
import { openNotify, openNotifyForReading } from '../../../indexer/notify/store.js';
import { type Db, openBeside, openBesideForReading, openPlain, type Schema } from '../../../shared/store/open.js';
import { tempFolder } from '../../helpers/temp.js';

/** As version 1 made it, with rows in each table. Never made anew: files of users are like it. */
const VERSION_1 = fileURLToPath(new URL('../../fixtures/notify/version-1.db.gz', import.meta.url));

function opened(db: Db | undefined): Db {
  if (!db) throw new Error('it is being made');
  onTestFinished(() => void db.close());
  return db;
}

/** Tables and indexes, as they were made; without what SQLite keeps for itself. */
function schemaOf(db: Db): ReadonlyMap<string, string> {
  const sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name";
  const rows = db.prepare<[], { name: string; sql: string }>(sql).all();
  return new Map(rows.map(({ name, sql: text }) => [name, text.replace(/\s+/g, ' ')]));
}

function countsOf(db: Db): ReadonlyMap<string, number> {
  const tables = [...schemaOf(db)].filter(([, sql]) => sql.startsWith('CREATE TABLE')).map(([name]) => name);
  return new Map(
    tables.map((name) => [name, db.prepare<[], number>(`SELECT count(*) FROM ${name}`).pluck().get() ?? 0]),
  );
}

describe('notify.db of version 1', () => {
  it('is raised to what a new one is, and keeps its rows; its history verifies', () => {
    const folder = tempFolder();
    const file = join(folder, 'notify.db');
    writeFileSync(file, gunzipSync(readFileSync(VERSION_1)), { mode: 0o600 });
    const plain = openPlain(file, 1000);
    const before = countsOf(plain);
    plain.close();
    const db = opened(openNotify(folder));
    const fresh = opened(openNotify(tempFolder()));
    // Whoever changes a table adds a step: the files of users have only what their version made.
    expect(schemaOf(db)).toEqual(schemaOf(fresh));
    expect(db.pragma('user_version')).toEqual(fresh.pragma('user_version'));
    expect([...before.values()].every((count) => count > 0)).toBe(true);
    for (const [table, count] of before) expect([table, countsOf(db).get(table)]).toEqual([table, count]);
    expect(verifyLedger(new Ledger(db))).toMatchObject({ isWhole: true, count: 2 });
  });
});

describe('notify.db of a later version', () => {
  it('is neither read nor changed, and that is said with what to do', () => {
    const folder = tempFolder();
    const newer = openNotify(folder);
    newer.pragma('user_version = 99');
    newer.close();
    const bytes = readFileSync(join(folder, 'notify.db'));
    for (const open of [openNotify, openNotifyForReading])
      expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'FT_STORE_NEWER', hint: 'update find-text' }));
    expect(readIntegrity(folder)?.problem).toMatch(/it has version 99, this find-text knows version \d+/);
    expect(readFileSync(join(folder, 'notify.db'))).toEqual(bytes);
  });
});

it('is not there for a reader while it is being made', () => {
  const folder = tempFolder();
  const begun = openPlain(join(folder, 'notify.db'), 1000);
  expect(openNotifyForReading(folder)).toBeUndefined();
  begun.pragma('journal_mode = WAL');
  expect(openNotifyForReading(folder)).toBeUndefined();
  begun.close();
  expect(readIntegrity(folder)?.problem).toBeUndefined();
});

describe('a file beside the index', () => {
  const FIRST: Schema = { name: 'the list', steps: ['CREATE TABLE list (name TEXT)'] };
  const SECOND: Schema = { ...FIRST, steps: [...FIRST.steps, `ALTER TABLE list ADD COLUMN age INTEGER DEFAULT 7`] };

  function older(): string {
    const file = join(tempFolder(), 'list.db');
    const db = openBeside(file, FIRST);
    db.exec(`INSERT INTO list VALUES ('ann')`);
    db.close();
    return file;
  }

  it('is raised step by step by whoever writes it; a reader says who does that', () => {
    const file = older();
    expect(() => openBesideForReading(file, SECOND)).toThrow(
      expect.objectContaining({ code: 'FT_STORE_OLDER', hint: expect.stringContaining('find-textd run') }),
    );
    expect(opened(openBeside(file, SECOND)).prepare('SELECT * FROM list').all()).toEqual([{ name: 'ann', age: 7 }]);
    expect(opened(openBesideForReading(file, SECOND)).pragma('user_version', { simple: true })).toBe(2);
  });

  it('stays as it was when a step fails', () => {
    const file = older();
    const broken = { ...FIRST, steps: [...FIRST.steps, 'DROP TABLE list; CREATE TABLE'] };
    expect(() => openBeside(file, broken)).toThrow('open the list');
    expect(opened(openBesideForReading(file, FIRST)).prepare('SELECT name FROM list').pluck().all()).toEqual(['ann']);
  });
});
