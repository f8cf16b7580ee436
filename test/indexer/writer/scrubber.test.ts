/** Real SQLite files: whatever was deleted in them is wiped, whatever is there stays. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { overflowsOf, scrubPage } from '../../../indexer/writer/scrub-page.js';
import { Scrubber } from '../../../indexer/writer/scrubber.js';
import { type Db, emptyLog, openPlain } from '../../../shared/store/open.js';
import { RawFile } from '../../../shared/store/raw-file.js';
import { tempFolder } from '../../helpers/temp.js';

const PAGE = 4096;

function database(autoVacuum: 'NONE' | 'INCREMENTAL'): { readonly db: Db; readonly file: string } {
  const file = join(tempFolder(), 'test.db');
  const db = openPlain(file, 0);
  onTestFinished(() => void db.close());
  db.pragma(`auto_vacuum = ${autoVacuum}`);
  db.pragma('journal_mode = WAL');
  db.exec(`
    CREATE TABLE row (id INTEGER PRIMARY KEY, name BLOB NOT NULL, value BLOB, UNIQUE (name));
    CREATE TABLE keyed (name BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID;`);
  return { db, file };
}

function scrub(db: Db, file: string): void {
  expect(emptyLog(db)).toBe(true);
  db.pragma('shrink_memory');
  scrubFile(file);
}

function scrubFile(file: string): void {
  const raw = new RawFile(file);
  const scrubber = new Scrubber(raw);
  while (!scrubber.step());
  raw.close();
}

function content(db: Db): unknown[] {
  return ['row', 'keyed'].map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY name`).all());
}

/** From a fixed seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A name that says by its beginning whether it stays; some are too long for their page. */
function nameOf(mark: string, n: number, pick: (below: number) => number): Buffer {
  return Buffer.from(`${mark}${n}.${mark.repeat(1 + pick(pick(20) === 0 ? 400 : 8))}`);
}

function fill(db: Db, pick: (below: number) => number): void {
  const insertRow = db.prepare('INSERT OR REPLACE INTO row (name, value) VALUES (?, ?)');
  const insertKeyed = db.prepare('INSERT OR REPLACE INTO keyed VALUES (?, ?)');
  for (let n = 0; n < 1500; n++) {
    const mark = pick(3) === 0 ? 'stays' : 'leaves';
    const name = nameOf(mark, n, pick);
    const value = Buffer.from(mark.repeat(pick(pick(30) === 0 ? 4000 : 30)));
    (pick(2) === 0 ? insertRow : insertKeyed).run(name, value);
  }
}

const leaving = "CAST(name AS TEXT) LIKE 'leaves%'";

describe('Scrubber', () => {
  it.each([
    ['NONE', 1],
    ['INCREMENTAL', 2],
    ['INCREMENTAL', 3],
  ] as const)('wipes deleted rows from every page and no other row (auto_vacuum %s, seed %i)', (autoVacuum, seed) => {
    const { db, file } = database(autoVacuum);
    const pick = random(seed);
    for (let round = 0; round < 3; round++) {
      db.transaction(() => fill(db, pick))();
      db.exec(`DELETE FROM row WHERE ${leaving}; DELETE FROM keyed WHERE ${leaving}`);
      db.exec(
        "UPDATE row SET value = CAST('stays' AS BLOB) WHERE id % 7 = 0; DELETE FROM keyed; DELETE FROM row WHERE id % 2",
      );
      const before = content(db);
      if (round === 1) db.exec('PRAGMA incremental_vacuum(1000)');
      expect(emptyLog(db)).toBe(true);
      expect(readFileSync(file, 'latin1')).toContain('leave');
      scrub(db, file);
      expect(readFileSync(file, 'latin1')).not.toContain('leave');
      expect(content(db)).toEqual(before);
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    }
  });

  it('wipes the end of a page that a shorter value has taken over', () => {
    const { db, file } = database('NONE');
    db.prepare('INSERT INTO keyed VALUES (?, ?)').run(Buffer.from('a'), Buffer.from('leaves'.repeat(5000)));
    db.transaction(() => {
      db.exec('DELETE FROM keyed');
      db.prepare('INSERT INTO row VALUES (1, ?, ?)').run(Buffer.from('b'), Buffer.from('stays'.repeat(2001)));
    })();
    scrub(db, file);
    expect(readFileSync(file, 'latin1')).not.toContain('leave');
    expect(db.prepare('SELECT value FROM row').pluck().get()).toEqual(Buffer.from('stays'.repeat(2001)));
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

function noise(below: (below: number) => number): Buffer {
  return Buffer.from(Array.from({ length: PAGE }, () => below(256)));
}

describe('scrubPage', () => {
  it('throws at no bytes, and leaves a page alone that contradicts itself', () => {
    const { db, file } = database('INCREMENTAL');
    db.transaction(() => fill(db, random(4)))();
    emptyLog(db);
    const bytes = readFileSync(file);
    const below = random(6);
    for (let n = 0; n < 3000; n++) {
      const isNoise = n % 2 === 0;
      const at = PAGE * (n % (bytes.length / PAGE));
      const page = isNoise ? noise(below) : Buffer.from(bytes.subarray(at, at + PAGE));
      if (isNoise) page[0] = [2, 5, 10, 13][n % 4] as number;
      else page.writeUInt16BE(below(65_536), n % 8);
      expect(() => overflowsOf(page, false)).not.toThrow();
      expect(() => scrubPage(page, false)).not.toThrow();
    }
    // More cells than fit before the content, and content that begins behind the page.
    for (const [cells, content] of [
      [60_000, 100],
      [1, 5000],
    ] as const) {
      const page = noise(below);
      page[0] = 13;
      page.writeUInt16BE(cells, 3);
      page.writeUInt16BE(content, 5);
      const before = Buffer.from(page);
      expect([scrubPage(page, false), overflowsOf(page, false), page.equals(before)]).toEqual([false, [], true]);
    }
  });

  it('survives a file whose list of free pages leads in a circle', () => {
    const { db, file } = database('NONE');
    db.transaction(() => fill(db, random(5)))();
    db.exec('DELETE FROM keyed');
    emptyLog(db);
    const trunk = readFileSync(file).readUInt32BE(32);
    const fd = openSync(file, 'r+');
    const pointer = Buffer.alloc(4);
    pointer.writeUInt32BE(trunk);
    writeSync(fd, pointer, 0, 4, (trunk - 1) * PAGE);
    closeSync(fd);
    scrubFile(file);
  });
});
