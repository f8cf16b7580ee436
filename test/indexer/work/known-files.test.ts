import { describe, expect, it } from 'vitest';
import { type FolderDocuments, KnownFiles } from '../../../indexer/work/known-files.js';
import { joinPath, splitPath } from '../../../shared/paths.js';
import type { DocumentRow } from '../../../shared/store/documents.js';

const FOLDER = Buffer.from('/f');

/** A folder that has files named `0` and so on. */
function folderOf(count: number): FolderDocuments {
  const rowOf = (id: number) => ({ id, directory: FOLDER, name: Buffer.from(String(id)) }) as DocumentRow;
  return {
    directories: { find: () => ({ id: 1 }) } as unknown as FolderDocuments['directories'],
    find: (path) => {
      const id = Number(splitPath(path).name.toString());
      return id < count ? rowOf(id) : undefined;
    },
    *inDirectory() {
      for (let id = 0; id < count; id++) yield rowOf(id);
    },
  };
}

describe.each([10, 6000])('KnownFiles of a folder with %i documents', (count) => {
  it('gives the row of each name, and tells which names were not asked for', () => {
    const known = new KnownFiles(folderOf(count), FOLDER);
    expect(known.take(Buffer.from('7'))?.id).toBe(7);
    expect(known.take(Buffer.from('new'))).toBeUndefined();
    for (let id = 0; id < count - 1; id++) known.take(splitPath(joinPath(FOLDER, Buffer.from(String(id)))).name);
    expect([...known.left()].map(String)).toEqual([String(count - 1)]);
  });
});
