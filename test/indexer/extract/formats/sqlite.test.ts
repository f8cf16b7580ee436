/** SQLite databases by their schema, as the engine made them, and broken anyhow. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../../shared/store/sqlite.js';
import { extractBytes, textOf } from '../../../helpers/extract-bytes.js';

function made(...statements: readonly string[]): Buffer {
  const db = connect(':memory:');
  try {
    for (const statement of statements) db.exec(statement);
    return db.serialize();
  } finally {
    db.close();
  }
}

/** Most of them are longer than a page. */
function tables(count: number): string[] {
  const columns = (table: number) => Array.from({ length: (table % 7) * 30 }, (_, i) => `, größe_${table}_${i} TEXT`);
  return Array.from(
    { length: count },
    (_, i) => `CREATE TABLE table_${i} (id INTEGER PRIMARY KEY${columns(i).join('')})`,
  );
}

describe('a database of SQLite', () => {
  it('is known by its content, and read by the statements that made its tables and views', async () => {
    const statements = ['CREATE TABLE gulls (counted INTEGER)', 'CREATE VIEW dusk AS SELECT counted FROM gulls'];
    const found = await extractBytes('places', made(...statements, "INSERT INTO gulls VALUES ('secret')"));
    expect(found).toMatchObject({ extractor: 'sqlite', type: 'application/vnd.sqlite3', isTruncated: false });
    expect(textOf(found).split('\n')).toEqual(statements);
  });

  it.each([
    ['pages of 512 bytes', 'PRAGMA page_size = 512'],
    ['pages of 64 kB', 'PRAGMA page_size = 65536'],
    ['UTF-16, little end first', "PRAGMA encoding = 'UTF-16le'"],
    ['UTF-16, big end first', "PRAGMA encoding = 'UTF-16be'"],
  ])('is read as the engine reads it: %s', async (_, pragma) => {
    const statements = tables(60);
    const found = await extractBytes('a.db', made(pragma, ...statements));
    expect(found.isTruncated).toBe(false);
    expect(textOf(found).split('\n').sort()).toEqual([...statements].sort());
  });

  it('without a table has no text', async () => {
    const found = await extractBytes('a.db', made('CREATE TABLE a (b)', 'DROP TABLE a'));
    expect([found.extractor, textOf(found), found.isTruncated]).toEqual(['sqlite', '', false]);
  });

  it('whose pages lead in a circle gives what comes before, and ends', async () => {
    const bytes = made('PRAGMA page_size = 512', ...tables(60));
    // The last page below the first one is the first one.
    bytes.writeUInt32BE(1, 100 + 8);
    const found = await extractBytes('a.db', bytes);
    expect([found.isTruncated, textOf(found).length > 0]).toEqual([true, true]);
  });

  it('ends, whatever its bytes are', async () => {
    const whole = made('PRAGMA page_size = 512', ...tables(20));
    const changes = fc.array(fc.tuple(fc.integer({ min: 16, max: whole.length - 1 }), fc.nat(255)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: 16, max: whole.length }), async (all, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of all) bytes[at] = byte;
        const found = await extractBytes('a.db', bytes.subarray(0, length % 3 === 0 ? length : whole.length));
        expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
