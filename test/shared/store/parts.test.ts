/** A file and the documents within it: what is searched follows the file wherever it goes, and leaves with it. */
import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { beginChampions, rewrittenIds } from '../../../shared/store/champions.js';
import { type DocumentRow, Documents } from '../../../shared/store/documents.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { countPartial, largestPartial } from '../../../shared/store/partial-documents.js';
import type { Extraction, InnerContent } from '../../../shared/types.js';
import { examine } from '../../helpers/snapshot.js';

const STAT = { dev: 1, ino: 2, size: 3, mtimeMs: 4, ctimeMs: 5 };
const ARCHIVE = Buffer.from('/a/box.tar');

function content(text: string) {
  return {
    type: 'text/plain',
    title: '',
    text: Buffer.from(text),
    markup: Buffer.alloc(0),
    isTruncated: false,
    extractor: 'text',
    extractorVersion: 1,
  };
}

function inner(path: string, text: string, more: Partial<InnerContent> = {}): InnerContent {
  return { ...content(text), ...more, innerPath: Buffer.from(path) };
}

function archive(...children: InnerContent[]): Extraction {
  return { ...content(''), isFileText: false, children };
}

function opened(): { db: Db; documents: Documents } {
  const db = openForWriting(':memory:');
  return { db, documents: new Documents(db) };
}

function pathsOf(db: Db): string[] {
  const { seen, withoutRow, withoutNames } = examine(db);
  expect([withoutRow, withoutNames]).toEqual([[], []]);
  return [...seen.keys()].map((key) => Buffer.from(key, 'latin1').toString()).sort();
}

function found(db: Db, table: 'body' | 'names', words: string): number {
  return db.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`).all(words).length;
}

describe('the documents within a file', () => {
  it('are put with it, and replaced with it', () => {
    const { db, documents } = opened();
    documents.put(ARCHIVE, STAT, archive(inner('x/one.txt', 'apple'), inner('two.txt', 'pear')));
    expect(pathsOf(db)).toEqual(['/a/box.tar', '/a/box.tar/two.txt', '/a/box.tar/x/one.txt']);
    documents.put(ARCHIVE, STAT, archive(inner('two.txt', 'plum')));
    expect(pathsOf(db)).toEqual(['/a/box.tar', '/a/box.tar/two.txt']);
    expect([found(db, 'body', 'apple'), found(db, 'body', 'pear'), found(db, 'body', 'plum')]).toEqual([0, 0, 1]);
    documents.put(ARCHIVE, STAT, { ...content('now text'), isFileText: true });
    expect(pathsOf(db)).toEqual(['/a/box.tar']);
  });

  it('stay untouched when they are as before, and are replaced when they are not', () => {
    const { db, documents } = opened();
    const one = inner('one.txt', 'apple', { digest: 'a' });
    documents.put(ARCHIVE, STAT, archive(one, inner('two.txt', 'pear', { digest: 'b' }), inner('three.txt', 'fig')));
    db.exec("UPDATE part SET type = 'untouched' WHERE inner_path IS NOT NULL");
    const untouched = () =>
      db.prepare("SELECT CAST(inner_path AS TEXT) FROM part WHERE type = 'untouched' ORDER BY 1").pluck().all();
    documents.put(ARCHIVE, STAT, archive(one, inner('two.txt', 'plum', { digest: 'c' }), inner('three.txt', 'fig')));
    // What has no digest is never taken for the same.
    expect(untouched()).toEqual(['one.txt']);
    expect(['apple', 'pear', 'plum', 'fig'].map((word) => found(db, 'body', word))).toEqual([1, 0, 1, 1]);
    expect(pathsOf(db)).toHaveLength(4);
    // Its words are in another form.
    db.exec('UPDATE part SET extractor_version = 0');
    documents.put(ARCHIVE, STAT, archive(one));
    expect(untouched()).toEqual([]);
    expect(pathsOf(db)).toEqual(['/a/box.tar', '/a/box.tar/one.txt']);
  });

  it('are found by their own name, their folders and those of the file, and after a rename by the new ones', () => {
    const { db, documents } = opened();
    documents.put(ARCHIVE, STAT, archive(inner('inside/one.txt', '')));
    for (const words of ['name:one', 'path:inside', 'path:box']) expect(found(db, 'names', words)).toBe(1);
    const row = documents.find(ARCHIVE);
    if (row) documents.move(row, Buffer.from('/b/crate.tar'), STAT);
    expect([
      found(db, 'names', 'path:box'),
      found(db, 'names', 'path:crate'),
      found(db, 'names', 'path:inside'),
    ]).toEqual([0, 1, 1]);
    documents.moveTree(Buffer.from('/b'), Buffer.from('/c'));
    expect([found(db, 'names', 'path:b'), found(db, 'names', 'path:c')]).toEqual([0, 2]);
    expect(pathsOf(db)).toEqual(['/c/crate.tar', '/c/crate.tar/inside/one.txt']);
  });

  it('leave with it, and nothing is left of them', () => {
    const { db, documents } = opened();
    const tag = { field: 'tag', value: 'fruit', words: ['fruit'] };
    documents.put(ARCHIVE, STAT, { ...archive(inner('one.txt', 'apple', { properties: [tag] })), properties: [tag] });
    const row = documents.find(ARCHIVE);
    if (row) documents.remove(row);
    expect(pathsOf(db)).toEqual([]);
    for (const table of ['file', 'part', 'property', 'stored_text'])
      expect(db.prepare(`SELECT count(*) AS count FROM ${table}`).get()).toEqual({ count: 0 });
  });

  it('never take the id of another file', () => {
    const { db, documents } = opened();
    for (let i = 0; i < 20; i++) {
      documents.put(Buffer.from(`/a/${i}.tar`), STAT, archive(inner('one.txt', 'apple'), inner('two.txt', 'pear')));
      if (i % 3 === 0) documents.put(Buffer.from(`/a/${i}.tar`), STAT, archive(inner('three.txt', 'plum')));
    }
    pathsOf(db);
    expect(
      db.prepare('SELECT count(*) AS count FROM part JOIN file USING (id) WHERE inner_path IS NOT NULL').get(),
    ).toEqual({
      count: 0,
    });
  });

  it('make the file one that is known in part, once', () => {
    const { db, documents } = opened();
    documents.put(ARCHIVE, STAT, archive(inner('a', '', { isTruncated: true }), inner('b', '', { isTruncated: true })));
    expect(countPartial(db)).toBe(1);
    expect(countPartial(db, () => true)).toBe(1);
    expect(largestPartial(db, 10)).toEqual([{ path: ARCHIVE, size: 3 }]);
  });
});

describe('properties', () => {
  it('are replaced with the document, and kept while it only grows', () => {
    const { db, documents } = opened();
    const rows = () => db.prepare('SELECT field, value, words FROM property').all();
    const properties = [
      { field: 'author', value: 'Ann Bee', words: ['ann', 'bee'] },
      { field: 'written', value: 1000 },
      { field: 'author', value: 'Ann Bee', words: ['ann', 'bee'] },
    ];
    const path = Buffer.from('/a/note.md');
    const id = documents.put(path, STAT, { ...content('words'), isFileText: true, properties });
    const expected = [
      { field: 'author', value: 'Ann Bee', words: ' ann bee ' },
      { field: 'written', value: 1000, words: '' },
    ];
    expect(rows()).toEqual(expected);
    documents.append(id, STAT, { fromByte: 5, text: Buffer.from(' more'), input: 'x', isTruncated: false });
    expect(rows()).toEqual(expected);
    documents.put(path, STAT, { ...content('words'), isFileText: true });
    expect(rows()).toEqual([]);
  });
});

describe('documents that are put in one transaction', () => {
  const FILE: Extraction = { ...content('apple'), isFileText: true };
  const [A, B, C, D] = ['/a/a', '/a/b', '/a/c', '/a/d'].map((path) => Buffer.from(path)) as [Buffer, ...Buffer[]];

  it('have ids of their own, also when the last one has gone meanwhile', () => {
    const { db, documents } = opened();
    documents.begin();
    documents.put(A, STAT, FILE);
    documents.put(ARCHIVE, STAT, archive(inner('one.txt', 'apple'), inner('two.txt', 'pear')));
    documents.put(B as Buffer, STAT, FILE);
    documents.remove(documents.find(B as Buffer) as DocumentRow);
    documents.put(C as Buffer, STAT, FILE);
    expect(pathsOf(db)).toEqual(['/a/a', '/a/box.tar', '/a/box.tar/one.txt', '/a/box.tar/two.txt', '/a/c']);
    expect(db.prepare('SELECT max(id) FROM part').pluck().get()).toBe(5);
  });

  it('are told to the champion lists when those know another document of that id', () => {
    const { db, documents } = opened();
    documents.begin();
    const ids = [A, B, C].map((path) => documents.put(path as Buffer, STAT, FILE));
    beginChampions(db);
    documents.begin();
    documents.remove(documents.find(C as Buffer) as DocumentRow);
    const again = documents.put(D as Buffer, STAT, FILE);
    documents.put(C as Buffer, STAT, FILE);
    documents.put(A, { ...STAT, size: 9 }, { ...FILE, text: Buffer.from('pear') });
    expect(again).toBe(ids[2]);
    expect(rewrittenIds(db).sort()).toEqual([ids[0], again]);
  });
});
