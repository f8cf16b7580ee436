/** A user with a number and no name, as containers have: nothing that asks who types may fail for that. */
import { chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Windows } from '../../indexer/notify/flood/windows.js';
import { openNotify } from '../../indexer/notify/store.js';
import { asOwnerOf } from '../helpers/as-owner.js';
import { TestEnv } from '../helpers/test-env.js';

const NAMELESS = { uid: 54_321, gid: 54_321 };
const isRoot = process.geteuid?.() === 0;

it.skipIf(!isRoot)('opens a change window, which bears the number [needs root]', () => {
  const env = new TestEnv(undefined, NAMELESS);
  env.giveToUser();
  mkdirSync(env.dataDirectory, { recursive: true, mode: 0o700 });
  openNotify(env.dataDirectory).close();
  for (const name of ['..', '.', ...readdirSync(env.dataDirectory)])
    chownSync(join(env.dataDirectory, name), NAMELESS.uid, NAMELESS.gid);
  const run = env.run('find-textd', 'notify', 'window', '--for', '1h', '--reason', 'CHG-1');
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const db = asOwnerOf(env.dataDirectory, () => openNotify(env.dataDirectory));
  expect(new Windows(db).at(Date.now())?.openedBy).toContain('54321');
  db.close();
});
