import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CompactListing, listFolder } from '../../../indexer/disk/folder-listing.js';
import { pathKey } from '../../../shared/path-key.js';
import { tempFolder } from '../../helpers/temp.js';

const MANY_BYTES = 1 << 20;

it('lists a large folder as it lists a small one, whatever the names are', async () => {
  const folder = Buffer.concat([Buffer.from(`${tempFolder()}/`), Buffer.from([0xff])]);
  mkdirSync(folder);
  const at = (name: Uint8Array) => Buffer.concat([folder, Buffer.from('/'), name]);
  for (let n = 0; n < 5000; n++) writeFileSync(at(Buffer.from(`${'long name '.repeat(n % 24)}${n}`)), '');
  writeFileSync(at(Buffer.from([0xe9])), '');
  mkdirSync(at(Buffer.from('sub')));
  symlinkSync('nowhere', at(Buffer.from('link')));
  const expected = readdirSync(folder).length;
  const lists = await Promise.all([0, MANY_BYTES].map((size) => listFolder(folder, size)));
  const shown = lists.map((list) =>
    [...list].map((entry) => [pathKey(entry.name), entry.isFile(), entry.isDirectory()]),
  );
  expect(lists[1]).toBeInstanceOf(CompactListing);
  expect(lists.map(({ length }) => length)).toEqual([expected, expected]);
  expect(shown[1]).toEqual(shown[0]);
  const names = (readdirSync(folder, { encoding: 'buffer' }) as Buffer[]).sort(Buffer.compare);
  expect(shown[0]?.map(([name]) => name)).toEqual(names.map(pathKey));
});

it('says what the system says of a folder that is not there', async () => {
  const missing = Buffer.from(join(tempFolder(), 'missing'));
  await expect(listFolder(missing, 0)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(listFolder(missing, MANY_BYTES)).rejects.toMatchObject({ code: 'ENOENT' });
});
