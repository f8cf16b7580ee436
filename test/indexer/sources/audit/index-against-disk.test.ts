import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Compared, IndexAgainstDisk } from '../../../../indexer/sources/audit/index-against-disk.js';
import { Documents } from '../../../../shared/store/documents.js';
import { SampleIndex } from '../../../helpers/sample-index.js';

let index: SampleIndex;
const compare = (name: string): Promise<Compared> =>
  new IndexAgainstDisk(new Documents(index.db)).compare(Buffer.from(index.path(name)));
const inode = (name: string) => statSync(index.path(name)).ino;

beforeEach(() => {
  index = new SampleIndex({ known: 'a text' });
});

afterEach(() => index.db.close());

it('a file is stale when it is not as in the index', async () => {
  expect(await compare('known')).toEqual({ isStale: false, inode: inode('known') });
  writeFileSync(index.path('known'), 'a longer text');
  writeFileSync(index.path('new'), '');
  expect(await compare('known')).toEqual({ isStale: true, inode: inode('known') });
  expect(await compare('new')).toEqual({ isStale: true, inode: inode('new') });
});

it('what is no file is stale where the index has one', async () => {
  expect(await compare('nothing')).toEqual({ isStale: false });
  rmSync(index.path('known'));
  expect(await compare('known')).toEqual({ isStale: true });
  mkdirSync(index.path('known'));
  expect(await compare('known')).toEqual({ isStale: true });
});
