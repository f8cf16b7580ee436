/** What the writer remembers between two files of a flood is right whatever comes between them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriteOp } from '../../../indexer/words.js';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import type { Extraction } from '../../../shared/types.js';

const EXTRACTION: Extraction = {
  ...{ type: 'text/plain', title: '', text: Buffer.from('alpha'), markup: Buffer.alloc(0), extractor: 'plain' },
  ...{ extractorVersion: 1, isTruncated: false, isFileText: true, input: 'in', output: 'out' },
};
let db: Db;
let writer: IndexWriter;
let lastInode = 0;

beforeEach(() => {
  db = openForWriting(':memory:');
  writer = new IndexWriter(db, { settleMs: 0, maxWaitMs: 0 });
});

afterEach(() => db.close());

function put(path: string): WriteOp {
  const stat = { dev: 1, ino: ++lastInode, size: 5, mtimeMs: 1, ctimeMs: 1 };
  return { kind: 'put', path: Buffer.from(path), stat, extraction: EXTRACTION };
}

function remove(path: string): WriteOp {
  return { kind: 'remove', path: Buffer.from(path) };
}

function apply(...ops: readonly WriteOp[]): void {
  writer.apply(ops, 1);
}

/** Files below folders that are there, as the rows have them. */
function files(): string[] {
  const sql = "SELECT CAST(dir.path || '/' || name AS TEXT) FROM file JOIN dir ON dir.id = dir_id ORDER BY file.id";
  return db.prepare<[], string>(sql).pluck().all();
}

/** By the words of its path. */
function foundBy(words: string): number {
  return db.prepare<[string], number>('SELECT count(*) FROM names WHERE names MATCH ?').pluck().get(words) ?? 0;
}

describe('neighbours', () => {
  it('stand in their folder also when it has gone between them', () => {
    apply(put('/t/one/a'), remove('/t/one/a'), put('/t/one/b'), remove('/t/one'), put('/t/one/c'), put('/t/one/d'));
    expect(files()).toEqual(['/t/one/c', '/t/one/d']);
  });

  it('stand in their folder also when it was moved between them', () => {
    const stat = { dev: 1, ino: 500, mtimeMs: 1 };
    apply({ kind: 'directory', path: Buffer.from('/t/one'), stat }, put('/t/one/a'));
    const moved = { ...stat, size: 0, ctimeMs: 1 };
    const move: WriteOp = { kind: 'moveTree', from: Buffer.from('/t/one'), to: Buffer.from('/t/two'), stat: moved };
    apply(put('/t/one/b'), move, put('/t/one/c'));
    expect(files()).toEqual(['/t/two/a', '/t/two/b', '/t/one/c']);
  });

  it('stand in their folder also when the batch before was rolled back', () => {
    const failing = { kind: 'failure', path: Buffer.from('/t/x'), code: null, message: '' } as unknown as WriteOp;
    expect(() => apply(put('/t/one/a'), failing)).toThrow();
    apply(put('/t/one/b'));
    apply(put('/t/one/c'));
    expect(files()).toEqual(['/t/one/b', '/t/one/c']);
  });

  it('are looked at again where a file has taken the name of their folder', () => {
    apply(put('/t/one/a'), put('/t/one'), put('/t/one/b'));
    expect(files()).toEqual(['/t/one']);
    expect(writer.counts().queued).toBe(2);
  });

  it('are found by the words of their own folders', () => {
    apply(put('/t/first/a'), put('/t/second/a'), put('/t/second/b'), put('/t/first/b'));
    expect([foundBy('path: first'), foundBy('path: second')]).toEqual([2, 2]);
  });
});

describe('names', () => {
  it('of a document that was written again stand once', () => {
    apply(put('/t/report.txt'));
    apply({
      ...(put('/t/report.txt') as Extract<WriteOp, { kind: 'put' }>),
      extraction: { ...EXTRACTION, title: 'Plan' },
    });
    expect([foundBy('name: report'), foundBy('title: plan')]).toEqual([1, 1]);
    apply(remove('/t/report.txt'), put('/t/other.txt'));
    expect([foundBy('name: report'), foundBy('name: other'), foundBy('title: plan')]).toEqual([0, 1, 0]);
  });
});
