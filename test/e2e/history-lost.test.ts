/** The history of integrity monitoring is removed or damaged: it is told, what was damaged is kept, and watching goes on. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Received, Receiver, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const GARBAGE = Buffer.alloc(50_000, 'no database');

async function watched(): Promise<{ env: TestEnv; receiver: Receiver; history: string }> {
  const [env, receiver] = [new TestEnv(), await Receiver.start()];
  writeRules(env, receiver);
  return { env, receiver, history: join(env.dataDirectory, 'notify.db') };
}

async function untilOwn(receiver: Receiver, kind: string, times = 1): Promise<Received> {
  const all = () => receiver.all.filter((each) => each.event_type === kind);
  await until(`${kind} is told ${times} times`, () => all().length >= times);
  return all().at(-1) as Received;
}

async function untilWatching(env: TestEnv, receiver: Receiver): Promise<void> {
  writeFileSync(env.path('after'), 'x');
  await until('a change is told', () => receiver.linesIn(env.tree).includes('created after'));
}

const PARTS = ['-wal', '-shm', ''];

function remove(history: string): void {
  for (const part of PARTS) rmSync(history + part, { force: true });
}

function moveAway(history: string): void {
  for (const part of PARTS) renameSync(history + part, `${history}-x${part}`);
}

it.each<[string, (history: string) => void]>([
  ['removed', remove],
  ['moved away', moveAway],
])('a history that is %s while the daemon runs is told, and begins anew', async (_, lose) => {
  const { env, receiver, history } = await watched();
  await env.startDaemon();
  await untilOwn(receiver, 'compared');
  lose(history);
  expect(await untilOwn(receiver, 'history_lost')).toMatchObject({
    severity: 'critical',
    text: expect.stringContaining('removed or replaced'),
  });
  await untilOwn(receiver, 'compared', 2);
  await untilWatching(env, receiver);
  expect(env.run('find-textd', 'verify').status).toBe(0);
});

it('a history that is damaged is kept, told once, and begins anew', async () => {
  const { env, receiver, history } = await watched();
  const daemon = await env.startDaemon();
  await untilOwn(receiver, 'compared');
  await daemon.end('SIGTERM');
  writeFileSync(history, GARBAGE);
  const status = env.run('find-textd', 'status');
  expect(status.stdout).toMatch(/^integrity nothing is known: .*notify\.db: file is not a database$/m);
  expect(env.run('find-textd', 'verify').stderr).toContain('begins anew');
  const second = await env.startDaemon();
  const { text } = await untilOwn(receiver, 'history_lost');
  const kept = readdirSync(env.dataDirectory).filter((name) => name.startsWith('notify.db.damaged-'));
  expect(kept).toHaveLength(1);
  expect(text).toContain(kept[0]);
  expect(readFileSync(join(env.dataDirectory, kept[0] as string))).toEqual(GARBAGE);
  await untilOwn(receiver, 'compared', 2);
  await untilWatching(env, receiver);
  await second.end('SIGTERM');
  await env.startDaemon();
  await untilOwn(receiver, 'start', 3);
  await untilOwn(receiver, 'compared', 3);
  expect(receiver.all.filter(({ event_type: kind }) => kind === 'history_lost')).toHaveLength(1);
});
