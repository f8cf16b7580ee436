/** Members of an archive, from the file to the printed hit: found, renamed, replaced and gone with it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestEnv } from '../helpers/test-env.js';

function pack(env: TestEnv, archive: string, name: string, text: string): void {
  const folder = join(env.home, 'packed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, name), text);
  execFileSync('tar', ['-czf', env.path(archive), '-C', folder, name]);
}

it('the members of an archive are found, and follow it', async () => {
  const env = new TestEnv();
  pack(env, 'box.tar.gz', 'letter.md', '---\nauthor: Ann Bee\ntags: [fruit]\n---\nripe apples');
  const daemon = await env.startDaemon();
  await env.untilFound('ripe', ['box.tar.gz']);
  expect(env.run('find-text', 'ripe').stdout).toContain(`${env.path('box.tar.gz')} › letter.md: `);
  expect(JSON.parse(env.run('find-text', '--json', 'author:ann tag:fruit').stdout)).toMatchObject({
    path: env.path('box.tar.gz'),
    inner: 'letter.md',
    author: ['Ann Bee'],
  });
  renameSync(env.path('box.tar.gz'), env.path('crate.tar.gz'));
  await env.untilFound('ripe', ['crate.tar.gz']);
  pack(env, 'crate.tar.gz', 'note.txt', 'a green pear');
  await env.untilFound('green', ['crate.tar.gz']);
  expect(env.found('ripe')).toEqual([]);
  rmSync(env.path('crate.tar.gz'));
  await env.untilFound('green', []);
  await env.untilSettled();
  expect(env.run('find-textd', 'status').status).toBe(0);
  expect(await daemon.end('SIGTERM')).toBe(0);
});
