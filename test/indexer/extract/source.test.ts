/** Files that are read where it is wanted, of any size. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../indexer/extract/job.js';
import type { KnownContent } from '../../../indexer/extract/known-content.js';
import { FORMATS } from '../../../indexer/extract/registry.js';
import { Source } from '../../../indexer/extract/source.js';
import { toBytes } from '../../../shared/paths.js';
import { connect } from '../../../shared/store/sqlite.js';
import { tempFolder } from '../../helpers/temp.js';

const GIB = 1024 ** 3;

function counted(size: number): { source: Source; read: () => number } {
  let bytes = 0;
  const source = new Source(size, (from, length) => {
    const block = Buffer.alloc(Math.min(length, size - from), from % 251);
    bytes += block.length;
    return block;
  });
  return { source, read: () => bytes };
}

describe('Source.read', () => {
  it('gives the bytes that stand there, whatever was read before', () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256));
    const places = fc.array(fc.tuple(fc.nat(80_000), fc.nat(40_000)), { maxLength: 10 });
    fc.assert(
      fc.property(places, (all) => {
        const source = Source.ofBytes(bytes);
        for (const [from, length] of all)
          expect(source.read(from, length).equals(bytes.subarray(from, from + length))).toBe(true);
      }),
    );
  });

  it('reads what lies there once, and nothing else', () => {
    const { source, read } = counted(4 * GIB);
    for (let i = 0; i < 1000; i++) source.read(3 * GIB + i, 4);
    expect(read()).toBe(16_384);
    expect([source.read(-1, 4).length, source.read(4 * GIB, 4).length, source.read(Number.NaN, 4).length]).toEqual([
      0, 0, 0,
    ]);
  });

  it('stops whoever wants too much of it, at once or by and by, or the same for ever', () => {
    const { source, read } = counted(4 * GIB);
    expect(() => source.read(0, 2 * GIB)).toThrow('more of it than is read');
    expect(() => {
      for (let from = 0; ; from += 65_536) source.read(from, 10);
    }).toThrow('more of it than is read');
    expect(read()).toBeLessThanOrEqual(16 * 1024 ** 2);
    const other = counted(100);
    expect(() => {
      for (;;) other.source.read(0, 1);
    }).toThrow('more of it than is read');
  });
});

describe('a file of several GB', () => {
  const path = join(tempFolder(), 'large.db');

  function write(statement: string): void {
    const db = connect(':memory:');
    db.exec(statement);
    writeFileSync(path, db.serialize());
    truncateSync(path, 5 * GIB);
    db.close();
  }

  async function read(known?: KnownContent) {
    return runJob(FORMATS, { path: toBytes(path), maxBytes: 1 << 24, known });
  }

  it('gives all that is taken of it, and costs a row when that is as before', async () => {
    write('CREATE TABLE gulls (counted INTEGER)');
    const first = await read();
    if (first.kind !== 'extracted') expect.fail(first.kind);
    const { extractor, text, isTruncated, input, output } = first.extraction;
    expect([extractor, Buffer.from(text).toString(), isTruncated]).toEqual([
      'sqlite',
      'CREATE TABLE gulls (counted INTEGER)',
      false,
    ]);
    const known = { input: input ?? '', output: output ?? '', bytes: 5 * GIB, extractor, begins: [] };
    write('CREATE TABLE gulls (counted INTEGER); INSERT INTO gulls VALUES (7)');
    expect((await read(known)).kind).toBe('same');
    write('CREATE TABLE keepers (counted INTEGER)');
    expect((await read(known)).kind).toBe('extracted');
  });
});
