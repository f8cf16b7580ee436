/** A child has ended when its output is read, and also when somebody else holds that open. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { childEnd } from '../../../indexer/system/child-end.js';
import { tempFolder } from '../../helpers/temp.js';

function run(script: string, ...args: string[]) {
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let bytes = 0;
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  return { end: childEnd(child), bytes: () => bytes };
}

it('says how, after all of the output', async () => {
  const { end, bytes } = run('head -c 3000000 /dev/zero; exit 3');
  expect(await end).toEqual({ status: 3, signal: null });
  expect(bytes()).toBe(3_000_000);
  expect(await run('kill -9 $$').end).toEqual({ status: null, signal: 'SIGKILL' });
});

it('does not wait for a daemon that holds the output open, and has read what there was', async () => {
  const pidFile = join(tempFolder(), 'pid');
  onTestFinished(() => void process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL'));
  const { end, bytes } = run(
    `setsid sh -c 'echo $$ > "$0"; exec sleep 1000' "$1" & while [ ! -s "$1" ]; do sleep 0.01; done; head -c 60000 /dev/zero`,
    pidFile,
  );
  expect(await end).toEqual({ status: 0, signal: null });
  expect(bytes()).toBe(60_000);
  expect(existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}`)).toBe(true);
});
