/** The helpers that clean up after tests that were killed, and those that wait. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cleanTemp } from './clean-temp.js';
import { folderState } from './folder-state.js';
import { freshFolder } from './fresh-folder.js';
import { MachineLock } from './machine-lock.js';
import { runFolder } from './run-folder.js';
import { tempFolder } from './temp.js';
import { until } from './test-env.js';

it('a folder of a test that was killed is removed by the next one, nothing else is', () => {
  const parent = tempFolder();
  const mine = runFolder(parent);
  const gone = join(parent, `find-text-test-${process.pid}-1-abcdef`);
  for (const folder of [gone, join(parent, 'find-text-test-abcdef'), join(parent, '1-1-find-text')]) mkdirSync(folder);
  writeFileSync(join(gone, 'file'), '');
  const next = runFolder(parent);
  expect(existsSync(gone)).toBe(false);
  expect(readdirSync(parent)).toHaveLength(4);
  for (const folder of [mine, next]) expect(existsSync(folder)).toBe(true);
});

it('what one process has changed of the machine is put back before another one may change it', async () => {
  const path = join(tempFolder(), 'thing');
  const done: string[] = [];
  const [first, second] = ['first', 'second'].map(
    (name) => new MachineLock<string>(path, (was) => done.push(`${name} puts back ${was}`)),
  );
  await first?.take();
  first?.note('16384');
  const waiting = second?.take().then(() => done.push('second has it'));
  await until('the second one waits', () => isWaitedFor(`${path}.flock`));
  first?.release();
  await waiting;
  expect(done).toEqual(['first puts back 16384', 'second has it']);
  second?.release();
  writeFileSync(`${path}.borrowed`, '"left behind"');
  await first?.take();
  expect(done.slice(2)).toEqual(['first puts back left behind']);
  first?.release();
  expect(done).toHaveLength(3);
  expect(existsSync(`${path}.borrowed`)).toBe(false);
});

function isWaitedFor(lock: string): boolean {
  const waiting = readFileSync('/proc/locks', 'latin1')
    .split('\n')
    .filter((line) => line.includes('-> FLOCK'));
  return waiting.some((line) => line.includes(`:${statSync(lock).ino} `));
}

it('what tests leave in the temporary folder is removed, and makes the run fail', () => {
  onTestFinished(() => {
    process.exitCode = undefined;
  });
  cleanTemp()();
  expect(process.exitCode).toBeUndefined();
  const end = cleanTemp();
  const left = freshFolder(tmpdir(), 'left');
  mkdirSync(join(left, 'closed'), 0);
  expect(end).toThrow('tests have left in the temporary folder: left-0');
  expect([process.exitCode, existsSync(left)]).toEqual([1, false]);
});

it('the state of a folder is another after each change of its files, and not when they are read', () => {
  const folder = tempFolder();
  const file = join(folder, 'index.db-wal');
  const state = () => folderState([folder, join(folder, 'none')]);
  const changes = [
    () => writeFileSync(file, 'a'),
    () => utimesSync(file, 1, 1),
    () => renameSync(file, join(folder, 'index.db')),
    () => rmSync(join(folder, 'index.db')),
    () => writeFileSync(file, ''),
  ];
  for (const change of changes) {
    const before = state();
    change();
    expect(state()).not.toBe(before);
  }
  const before = state();
  readFileSync(file);
  chmodSync(file, 0o600);
  writeFileSync(join(folder, 'index.db-shm'), 'a');
  expect(state()).toBe(before);
});
