/** The query socket of a real daemon. */
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectTo } from '../helpers/connect-to.js';
import { TestEnv, until } from '../helpers/test-env.js';

/** @returns what is told until the connection is closed. */
async function ask(socket: string, text: string): Promise<string> {
  const client = connectTo(socket);
  let told = '';
  client.on('data', (chunk) => (told += chunk));
  client.end(text);
  await once(client, 'close');
  return told;
}

it('answers as find-text does, whatever other clients do, and is gone with the daemon', async () => {
  const env = new TestEnv();
  const socket = join(env.env.XDG_RUNTIME_DIR as string, 'find-text/query.sock');
  writeFileSync(env.path('a.txt'), 'an apple');
  const killed = await env.startDaemon();
  await killed.end('SIGKILL');
  expect(existsSync(socket)).toBe(true);

  const daemon = await env.startDaemon();
  await env.untilSettled();
  const [hostile, silent] = [connectTo(socket), connectTo(socket)];
  for (const client of [hostile, silent]) client.on('error', () => {});
  hostile.write('x'.repeat(1 << 20));
  await until('the hostile one is let go of', () => hostile.closed);
  const { hits, reasons } = JSON.parse(await ask(socket, '{"query":"apple"}\n'));
  expect(hits).toEqual([JSON.parse(env.run('find-text', '--json', 'apple').stdout)]);
  expect(reasons.filter(({ isNote }: { isNote: boolean }) => !isNote)).toEqual([]);
  writeFileSync(env.path('b.txt'), 'an apple, too');
  await until('the new file is found', async () => JSON.parse(await ask(socket, '{"query":"apple"}')).total === 2);

  expect(await daemon.end('SIGTERM')).toBe(0);
  expect(existsSync(socket)).toBe(false);
  expect(readdirSync(env.dataDirectory).filter((name) => name.endsWith('-wal'))).toEqual([]);
  silent.destroy();
});

it('belongs to one daemon of a runtime folder', async () => {
  const [first, second] = [new TestEnv(), new TestEnv()];
  second.env.XDG_RUNTIME_DIR = first.env.XDG_RUNTIME_DIR;
  writeFileSync(first.path('a.txt'), 'an apple');
  await first.startDaemon();
  const other = await second.startDaemon();
  expect(other.stderr()).toMatch(/other programs cannot ask through .*query\.sock: .*another daemon answers there/);
  await other.end('SIGTERM');
  const socket = join(first.env.XDG_RUNTIME_DIR as string, 'find-text/query.sock');
  expect(JSON.parse(await ask(socket, '{"query":"apple"}')).total).toBe(1);
});
