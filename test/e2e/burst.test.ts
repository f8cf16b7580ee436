/** A flood of changes: all of it is found, and what somebody saves meanwhile does not wait behind it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openForReading } from '../../shared/store/open.js';
import { PRIORITY, type Priority } from '../../shared/types.js';
import { TestEnv } from '../helpers/test-env.js';

const FILES = 1000;

/** Names that wait in the backlog with this priority. */
function waiting(env: TestEnv, priority: Priority): string[] {
  const db = openForReading(env.status().index.file);
  const paths = db.prepare<[number], Buffer>('SELECT path FROM queue WHERE priority = ?').pluck().all(priority);
  db.close();
  return paths.map((path) => path.toString().slice(env.tree.length + 1));
}

it('a flood of changes is bulk work, what is saved beside it is not, and all is found', async () => {
  const env = new TestEnv();
  mkdirSync(env.path('flood'));
  mkdirSync(env.path('notes'));
  await env.startDaemon();
  await env.untilSettled();
  env.run('find-textd', 'pause');
  const names = Array.from({ length: FILES }, (_, n) => `flood/f${n}.txt`);
  for (const name of names) writeFileSync(env.path(name), 'floodword');
  await env.untilQueued(FILES);
  writeFileSync(env.path('notes/saved.txt'), 'savedword');
  await env.untilQueued(FILES + 1);
  expect(waiting(env, PRIORITY.interactive)).toContain('notes/saved.txt');
  expect(waiting(env, PRIORITY.bulk).length).toBeGreaterThan(FILES / 2);
  env.run('find-textd', 'resume');
  await env.untilFound('savedword', ['notes/saved.txt']);
  await env.untilFound('floodword', names);
  await env.untilSettled();
});
