/** The query socket of a real daemon, and its page. */
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeConfig } from '../helpers/config-file.js';
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

it('serves the page where it is switched on, to who was given a link, also after the index was opened anew', async () => {
  const env = new TestEnv();
  writeFileSync(env.path('a.txt'), 'an apple');
  const daemon = await env.startDaemon();
  expect(env.run('find-textd', 'page')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/page\.enabled = true/),
  });
  writeConfig(env, 'page.enabled = true');
  daemon.process.kill('SIGHUP');
  const runtime = join(env.env.XDG_RUNTIME_DIR as string, 'find-text');
  const place = join(runtime, 'page.json');
  let link = new URL('http://127.0.0.1/');
  await until('the page is there', () => {
    const { status, stdout } = env.run('find-textd', 'page');
    if (status === 0) link = new URL(stdout);
    return status === 0;
  });
  const headers: Record<string, string> = { Origin: link.origin, 'Content-Type': 'application/json' };
  const asked = (name: string, question: object) =>
    fetch(`${link.origin}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(question) });
  const login = await asked('login', { secret: link.hash.slice(1) });
  headers.Cookie = login.headers.get('set-cookie')?.split(';')[0] as string;
  headers['X-Find-Text-Key'] = ((await login.json()) as { key: string }).key;
  const total = async () => ((await (await asked('hits', { query: 'apple' })).json()) as { total: number }).total;
  expect(await total()).toBe(1);
  const toldMs = () => statSync(place, { throwIfNoEntry: false })?.ctimeMs;
  const beforeMs = toldMs();
  daemon.process.kill('SIGHUP');
  await until('it is there again', () => toldMs() !== undefined && toldMs() !== beforeMs);
  writeFileSync(env.path('b.txt'), 'an apple, too');
  await until('the same pass finds the new file', async () => (await total()) === 2);
  for (const name of ['status', 'timeline', 'events', 'told', 'dead']) expect((await asked(name, {})).status).toBe(200);

  expect(await daemon.end('SIGTERM')).toBe(0);
  expect(readdirSync(runtime).filter((name) => name.startsWith('page'))).toEqual([]);
  expect(readdirSync(env.dataDirectory).filter((name) => name.endsWith('-wal'))).toEqual([]);
});
