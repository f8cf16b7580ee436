/** An index is unclean exactly from the change on that leaves words of gone text, names or paths in its files. */
import { describe, expect, it } from 'vitest';
import type { WriteOp } from '../../../indexer/words.js';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import { Cleanliness, readCleaning } from '../../../shared/store/cleanliness.js';
import { Meta } from '../../../shared/store/meta.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { type FileStat, PRIORITY, type Priority } from '../../../shared/types.js';

const at = (name: string) => Buffer.from(`/root/${name}`);
const statOf = (ino: number): FileStat => ({ dev: 1, ino, size: 1, mtimeMs: 1, ctimeMs: 1 });

function put(name: string, ino = 1, text = 'words'): WriteOp {
  const extraction = {
    type: 'text/plain',
    title: '',
    text: Buffer.from(text),
    markup: Buffer.from(''),
    isFileText: true,
    isTruncated: false,
    extractor: 'text',
    extractorVersion: 1,
    input: `of ${text}`,
  };
  return { kind: 'put', path: at(name), stat: statOf(ino), extraction };
}

function append(known: string, fromByte: number): WriteOp {
  const appended = { fromByte, text: Buffer.from('more words'), input: `after ${known}`, isTruncated: false };
  return { kind: 'append', path: at('file'), known, stat: statOf(1), appended };
}

const directory = (name: string): WriteOp => ({ kind: 'directory', path: at(name), stat: statOf(50) });
const failure = (name: string, message: string): WriteOp => ({
  kind: 'failure',
  path: at(name),
  code: 'FT_READ_FAILED',
  message,
});
const enqueue = (name: string, scope: 'path' | 'tree', priority: Priority = PRIORITY.interactive): WriteOp => ({
  kind: 'enqueue',
  hint: { path: at(name), scope, priority },
});

/** What every index of these tests holds. */
const BEGIN = [directory('folder'), put('file'), put('folder/inside', 2)];

function writerOf(...batches: readonly (readonly WriteOp[])[]): { readonly db: Db; readonly writer: IndexWriter } {
  const db = openForWriting(':memory:');
  const writer = new IndexWriter(db, { settleMs: 0, maxWaitMs: 0 });
  for (const ops of [BEGIN, ...batches]) writer.apply(ops, 0);
  return { db, writer };
}

const LEAVES_WORDS: Record<string, readonly (readonly WriteOp[])[]> = {
  'a file that is read again': [[put('file', 1, 'other words')]],
  'another file in its place': [[put('file', 9)]],
  'a file in the place of a folder': [[put('folder')]],
  'a folder in the place of a file': [[directory('file')]],
  'an end that is appended anew': [[append('of words', 5)], [append('after of words', 5)]],
  'a deleted file': [[{ kind: 'remove', path: at('file') }]],
  'a deleted folder': [[{ kind: 'remove', path: at('folder') }]],
  'a file that was gone before it was indexed': [
    [enqueue('never', 'path')],
    [
      { kind: 'remove', path: at('never') },
      { kind: 'finish', path: at('never') },
    ],
  ],
  'what is forgotten': [[{ kind: 'forget', path: at('file') }]],
  'a renamed file': [[{ kind: 'move', from: at('file'), to: at('other'), stat: statOf(1) }]],
  'a renamed folder': [[{ kind: 'moveTree', from: at('folder'), to: at('other'), stat: statOf(50) }]],
  'a failure that has passed': [[failure('file', 'of a strange kind')], [{ kind: 'succeeded', path: at('file') }]],
  'another failure in its place': [[failure('file', 'of a strange kind')], [failure('file', 'another')]],
  'paths that wait for a folder instead': [[enqueue('folder/waits', 'path')], [enqueue('folder', 'tree')]],
};

const LEAVES_NONE: Record<string, readonly (readonly WriteOp[])[]> = {
  'more files and folders': [[directory('new'), put('new/one', 3), enqueue('new/two', 'path')]],
  'a file that is as before': [
    [{ kind: 'keep', path: at('file'), known: 'of words', stat: statOf(1), content: { input: 'of words' } }],
    [{ kind: 'touch', path: at('file'), stat: { ...statOf(1), mtimeMs: 9 } }],
    [directory('folder')],
  ],
  'text that is appended': [[append('of words', 5)], [append('after of words', 15)]],
  'a folder that is compared again amid a crawl': [
    [enqueue('folder/waits', 'path', PRIORITY.bulk)],
    [enqueue('folder', 'tree', PRIORITY.bulk)],
  ],
  'a file that fails, and nothing to forgive': [
    [failure('file', 'of a strange kind')],
    [{ kind: 'succeeded', path: at('folder/inside') }],
  ],
};

describe('Cleanliness', () => {
  it.each(Object.entries(LEAVES_WORDS))('knows that words are left by %s', (_name, batches) => {
    expect(readCleaning(writerOf(...batches.slice(0, -1)).db).uncleanSinceMs).toBeNull();
    expect(readCleaning(writerOf(...batches).db).uncleanSinceMs).toBeGreaterThan(0);
  });

  it.each(Object.entries(LEAVES_NONE))('stays clean with %s', (_name, batches) => {
    expect(readCleaning(writerOf(...batches).db)).toMatchObject({ uncleanSinceMs: null, words: { areNew: true } });
  });

  it('takes back what a batch that failed has said', () => {
    const { db, writer } = writerOf();
    const bad = { kind: 'put', path: at('bad'), stat: statOf(3), extraction: {} } as unknown as WriteOp;
    expect(() => writer.apply([{ kind: 'remove', path: at('file') }, bad], 0)).toThrow();
    writer.apply([put('one', 4)], 0);
    expect(readCleaning(db).uncleanSinceMs).toBeNull();
  });

  it('knows nothing of an index from before this was kept', () => {
    const { db } = writerOf();
    db.exec("DELETE FROM meta WHERE key = 'cleaning'");
    expect(readCleaning(db)).toMatchObject({ uncleanSinceMs: 0, words: { areNew: true } });
  });

  it('goes on with a cleaning that an earlier version has begun', () => {
    const { db } = writerOf();
    const running = { stage: 'names', term: '', tookMs: 5, uncleanSinceMs: null };
    new Meta(db).set('cleaning', { uncleanSinceMs: 7, cleanedMs: 3, tookMs: 4, running });
    expect(readCleaning(db).running).toMatchObject({ wipes: true, stage: 'names' });
  });

  it('keeps what is taken out while segments are merged for the next cleaning, and what is while it wipes, too', () => {
    const { db } = writerOf();
    let now = 1;
    const clean = new Cleanliness(db, () => now++);
    clean.begin(false);
    clean.soil();
    clean.end();
    expect(clean.state).toMatchObject({ uncleanSinceMs: 1, cleanedMs: null, running: null });
    clean.begin(true);
    clean.end();
    expect(clean.state).toMatchObject({ uncleanSinceMs: null, cleanedMs: 3 });
    clean.begin(true);
    clean.soil();
    clean.end();
    expect(clean.state.uncleanSinceMs).toBe(4);
  });
});
