/** A file of which nothing is told but that its attributes have changed is not read, and nothing that was rewritten is missed for it. */
import { chmodSync, linkSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import { PRIORITY } from '../../../shared/types.js';
import { afterTick } from '../../helpers/after-tick.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

let pipeline: SteppedPipeline;
let file: string;
let path: Buffer;

beforeEach(async () => {
  const root = tempFolder();
  file = join(root, 'a.txt');
  path = Buffer.from(file);
  writeFileSync(file, 'alpha');
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  await pipeline.crawl();
  pipeline.extracted = 0;
});

afterEach(() => pipeline.close());

/** Nothing that lstat tells of it but its ctime differs afterwards. */
function rewriteUnseen(text: string): void {
  writeFileSync(file, text);
  utimesSync(file, 1_700_000_000, 1_700_000_000);
}

function documentsWith(word: string): number {
  return pipeline.db.prepare<[string], number>('SELECT count(*) FROM body WHERE body MATCH ?').pluck().get(word) ?? 0;
}

async function tellAttributes(): Promise<void> {
  pipeline.hintAttributes(path);
  await pipeline.drain();
}

describe('a file whose attributes have changed', () => {
  it('is not read, not by the next comparison either, and not when they change again', async () => {
    for (const mode of [0o640, 0o600]) {
      chmodSync(file, mode);
      await tellAttributes();
      await pipeline.crawl();
    }
    expect(pipeline.extracted).toBe(0);
    expect(documentsWith('alpha')).toBe(1);
  });

  it('is read when something else is told of it, before or afterwards', async () => {
    rewriteUnseen('gamma');
    pipeline.hint(path, 'path');
    await tellAttributes();
    expect(documentsWith('gamma')).toBe(1);
    await afterTick();
    rewriteUnseen('delta');
    pipeline.hintAttributes(path);
    pipeline.hint(path, 'path');
    await pipeline.drain();
    expect(documentsWith('delta')).toBe(1);
  });

  it('is read when a rewrite comes to be known while it is looked at', async () => {
    rewriteUnseen('omega');
    pipeline.isCaughtUp = async () => {
      pipeline.hint(path, 'path');
      return true;
    };
    await tellAttributes();
    expect(documentsWith('omega')).toBe(1);
  });

  it('is read when a rewrite is told of after its row was written, although its stat is the one that is known', async () => {
    rewriteUnseen('omega');
    await tellAttributes();
    expect(documentsWith('alpha')).toBe(1);
    pipeline.hint(path, 'path');
    await pipeline.drain();
    expect(documentsWith('omega')).toBe(1);
  });

  it('is read when a comparison finds it, too', async () => {
    rewriteUnseen('omega');
    pipeline.hintAttributes(path);
    pipeline.hint(path, 'path', PRIORITY.reconcile);
    await pipeline.drain();
    expect(documentsWith('omega')).toBe(1);
  });

  it('is read when changes may have been missed', async () => {
    rewriteUnseen('omega');
    pipeline.isCaughtUp = async () => false;
    await tellAttributes();
    expect(documentsWith('omega')).toBe(1);
  });

  it.each<[string, () => void]>([
    ['has another size', () => writeFileSync(file, 'alpha omega')],
    ['has another time', () => writeFileSync(file, 'omega')],
    ['has another name, too, through which it may have been written', () => rewriteWithName()],
    ['is another file', () => replace()],
  ])('is read when it %s', async (_, change) => {
    change();
    await tellAttributes();
    expect(documentsWith('omega')).toBe(1);
  });

  it('is read when the index does not trust its own stat', async () => {
    pipeline.db.exec('UPDATE file SET ctime_ms = 0');
    rewriteUnseen('omega');
    await tellAttributes();
    expect(documentsWith('omega')).toBe(1);
  });

  it('is read after a restart, when nobody knows what was told of it last', async () => {
    rewriteUnseen('omega');
    pipeline.hintAttributes(path);
    new IndexWriter(pipeline.db, { settleMs: 20, maxWaitMs: 2000 });
    await pipeline.drain();
    expect(documentsWith('omega')).toBe(1);
  });
});

function rewriteWithName(): void {
  linkSync(file, join(tempFolder(), 'other'));
  rewriteUnseen('omega');
}

function replace(): void {
  const { mtime } = statSync(file);
  writeFileSync(`${file}.new`, 'omega');
  utimesSync(`${file}.new`, mtime, mtime);
  renameSync(`${file}.new`, file);
}
