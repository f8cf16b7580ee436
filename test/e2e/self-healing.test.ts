/** A damaged index: searches say so, the daemon keeps it aside and builds a new one of the same folders. */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Daemon, TestEnv, until } from '../helpers/test-env.js';

const FILES = 200;

async function indexed(): Promise<{ env: TestEnv; daemon: Daemon }> {
  const env = new TestEnv();
  for (let n = 0; n < FILES; n++) writeFileSync(env.path(`f${n}.txt`), `Heading${n}\n\ncommonword number${n}x`);
  const daemon = await env.startDaemon();
  await env.untilSettled();
  return { env, daemon };
}

describe('a byte that changed in the file of the index', () => {
  it('is told by searches and by status, and mended by the daemon, which knows its folders', async () => {
    const { env, daemon } = await indexed();
    await daemon.end('SIGTERM');
    const { file } = env.status().index;
    const bytes = readFileSync(file);
    // A title: SQLite sees nothing wrong with it.
    const at = bytes.indexOf('Heading17');
    bytes[at + 1] = 'x'.charCodeAt(0);
    writeFileSync(file, bytes);
    expect(env.run('find-text', 'number17x').stderr).toContain('answers may be wrong: the index is damaged');
    expect(env.run('find-textd', 'status').stdout).toContain(`trouble   the index ${file} is damaged`);
    const again = await env.startDaemon([]);
    expect(again.stderr()).toMatch(/is damaged: it is kept as .*\.damaged, a new index is built/);
    await env.untilSettled();
    expect(existsSync(`${file}.damaged`)).toBe(true);
    expect(env.run('find-text', '--json', 'number17x')).toMatchObject({ stderr: '' });
    expect(env.run('find-text', '--json', 'number17x').stdout).toContain('Heading17');
    expect(env.found('commonword')).toHaveLength(FILES);
  });

  it('says nothing when the file is whole, also after the daemon was killed while it rested', async () => {
    const { env, daemon } = await indexed();
    await until('the index is sealed', () => existsSync(`${env.status().index.file}.seal`));
    await daemon.end('SIGKILL');
    expect(env.run('find-text', 'number17x').stderr).not.toContain('damaged');
    await env.startDaemon([]);
    expect(env.found('number17x')).toEqual(['f17.txt']);
  });
});

describe('pages that make no sense', () => {
  it('are found by the daemon when the last one was killed at work, and it goes on with a new index', async () => {
    const { env, daemon } = await indexed();
    await until('the index is sealed', () => existsSync(`${env.status().index.file}.seal`));
    writeFileSync(env.path('last.txt'), 'lastword');
    await env.untilFound('lastword', ['last.txt']);
    await daemon.end('SIGKILL');
    const { file } = env.status().index;
    const fd = openSync(file, 'r+');
    const pages = Math.floor(readFileSync(file).length / 4096);
    for (let page = 12; page < pages; page += 2) writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    closeSync(fd);
    const again = env.spawnDaemon([]);
    await until('the damage is told', () => /a new index is built/.test(again.stderr()));
    // For a moment there is neither the old one nor the new one.
    await until('there is a new index', () => env.run('find-textd', 'status').status === 0);
    await env.untilSettled();
    expect(env.status().index.documents).toBe(FILES + 1);
    expect(env.found('commonword')).toHaveLength(FILES);
    expect(await again.end('SIGTERM')).toBe(0);
  });
});
