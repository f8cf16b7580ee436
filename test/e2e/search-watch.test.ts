/** `find-text --watch` beside a real daemon. */
import { spawn } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { TestEnv, until } from '../helpers/test-env.js';

const PROGRAM = fileURLToPath(new URL('../../dist/find-text.js', import.meta.url));

it('tells of each file that begins or ceases to match, over the end of a daemon, until it is stopped', async () => {
  const env = new TestEnv();
  writeFileSync(env.path('a.txt'), 'an apple');
  const first = await env.startDaemon();
  await env.untilSettled();
  const watch = spawn(process.execPath, [PROGRAM, '--watch', 'apple'], { env: env.env });
  onTestFinished(() => void watch.kill('SIGKILL'));
  const told = { stdout: '', stderr: '' };
  watch.stdout.on('data', (chunk) => (told.stdout += chunk));
  watch.stderr.on('data', (chunk) => (told.stderr += chunk));
  const untilTold = (lines: readonly string[]) => {
    const text = lines.map((line) => `${line}\n`).join('');
    return until(
      () => `it tells ${text}, not ${told.stdout}; it said ${told.stderr}`,
      () => told.stdout === text,
    );
  };
  await until('it knows what matches', () => told.stderr.includes('1 file matches now; changes follow until Ctrl-C'));

  writeFileSync(env.path('b.txt'), 'another apple');
  await untilTold([`+ ${env.path('b.txt')}`]);
  await first.end('SIGKILL');
  await until('it says that nobody keeps the index', () => told.stderr.includes('nothing keeps the index current'));
  writeFileSync(env.path('a.txt'), 'a pear, once an orange');
  unlinkSync(env.path('b.txt'));
  await env.startDaemon();
  await until('it says that somebody does', () => told.stderr.includes('the index is current again'));
  await until('both are told', () => told.stdout.split('\n').length === 4);
  expect(told.stdout.split('\n').slice(1, 3).sort()).toEqual([`- ${env.path('a.txt')}`, `- ${env.path('b.txt')}`]);

  watch.kill('SIGINT');
  await until('it has ended', () => watch.signalCode !== null || watch.exitCode !== null);
  expect(watch.signalCode).toBe('SIGINT');

  const unread = spawn(process.execPath, [PROGRAM, '--watch', 'plum'], { env: env.env });
  onTestFinished(() => void unread.kill('SIGKILL'));
  let said = '';
  unread.stderr.on('data', (chunk) => (said += chunk));
  await until('it knows that none matches', () => said.includes('0 files match now'));
  unread.stdout.destroy();
  writeFileSync(env.path('c.txt'), 'a plum');
  await until('it ends as nobody reads it', () => unread.exitCode !== null);
  expect(said).not.toContain('unexpected');
  expect(unread.exitCode).toBe(0);
});
