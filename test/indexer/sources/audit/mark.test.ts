/** A mark changes nothing, whatever stands where the folder was. That the kernel tells of it is in test/e2e/audit-events. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { makeMark } from '../../../../indexer/sources/audit/mark.js';
import { tempFolder } from '../../../helpers/temp.js';

let root: string;
const path = (name: string) => Buffer.from(join(root, name));
const stateOf = (name: string) => {
  const { ctimeMs, mtimeMs, size, mode } = statSync(path(name));
  return { ctimeMs, mtimeMs, size, mode };
};

beforeEach(() => {
  root = tempFolder();
});

it('leaves the folder as it was', async () => {
  mkdirSync(path('folder'));
  const before = stateOf('folder');
  await makeMark([path('folder')]);
  expect([stateOf('folder'), readdirSync(root)]).toEqual([before, ['folder']]);
});

it('opens nothing else that stands there, and makes nothing where nothing is', async () => {
  writeFileSync(path('file'), 'text');
  symlinkSync('file', path('link'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const before = stateOf('file');
  await makeMark(['file', 'link', 'pipe', 'missing'].map(path));
  expect([stateOf('file'), readdirSync(root).sort()]).toEqual([before, ['file', 'link', 'pipe']]);
});
