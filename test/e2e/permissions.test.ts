/** Permission to read that is taken away is told, and nothing old is shown as if it were current; given back, all is found again. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { TestEnv, until } from '../helpers/test-env.js';
import { change, WHEN } from '../helpers/when.js';

const whyNot = whyNotNobody();
const PATHS = ['closed', 'closed/inside.txt', 'locked.html', 'open.txt'];
const DENIED = ['FT_READ_DENIED closed', 'FT_READ_DENIED locked.html'];

function close(env: TestEnv): void {
  chmodSync(env.path('closed'), 0);
  chmodSync(env.path('locked.html'), 0);
}

function open(env: TestEnv): void {
  chmodSync(env.path('closed'), 0o755);
  chmodSync(env.path('locked.html'), 0o644);
}

/** All belongs to nobody, as whom the programs run. */
function filled(): TestEnv {
  const env = new TestEnv(undefined, NOBODY);
  mkdirSync(env.path('closed'));
  writeFileSync(env.path('closed/inside.txt'), 'folderword common');
  writeFileSync(env.path('locked.html'), '<p>fileword common</p>');
  writeFileSync(env.path('open.txt'), 'openword common');
  for (const path of [env.home, env.tree, ...PATHS.map((path) => env.path(path))])
    chownSync(path, NOBODY.uid, NOBODY.gid);
  return env;
}

function staleHits(env: TestEnv): string[] {
  const lines = env.run('find-text', '--json', 'common').stdout.trimEnd().split('\n');
  const hits = lines.map((line) => JSON.parse(line) as { path: string; stale?: true });
  return hits.filter(({ stale }) => stale).map(({ path }) => path);
}

async function untilDenied(env: TestEnv): Promise<void> {
  const denied = () =>
    env.status().failures.newest.map(({ code, path }) => `${code} ${path.slice(env.tree.length + 1)}`);
  await until(
    () => `status tells of what is denied, not ${denied()}`,
    () => denied().sort().join() === DENIED.join(),
  );
}

async function expectDenied(env: TestEnv): Promise<void> {
  await untilDenied(env);
  await env.untilFound('common', ['open.txt']);
  expect(env.found('name:locked OR name:inside')).toEqual(['locked.html']);
  const { stdout } = env.run('find-textd', 'status');
  expect(stdout).toMatch(/^ +FT_READ_DENIED: .*locked\.html/m);
  expect(stdout).toMatch(/^ +FT_READ_DENIED: list \S*\/closed: permission denied$/m);
}

async function expectFound(env: TestEnv): Promise<void> {
  await env.untilFound('folderword', ['closed/inside.txt']);
  await env.untilFound('fileword', ['locked.html']);
  await until('no failure is left', () => env.status().failures.count === 0);
}

describe.skipIf(whyNot)(`permission to read${whyNot ? ` (not here: ${whyNot})` : ''}`, () => {
  it.each(WHEN)('that is taken away and given back %s', async (when) => {
    const env = filled();
    const first = await env.startDaemon();
    await expectFound(env);
    const second = await change(env, first, when, () => {
      close(env);
      const stale = [env.path('closed/inside.txt'), env.path('locked.html')];
      if (when === 'while it does not') expect(staleHits(env).sort()).toEqual(stale);
    });
    await expectDenied(env);
    await change(env, second, when, () => open(env));
    await expectFound(env);
  });

  it('that was never there is told, and what is given later is found', async () => {
    const env = filled();
    close(env);
    chownSync(env.path('locked.html'), 0, 0);
    await env.startDaemon();
    await expectDenied(env);
    chownSync(env.path('locked.html'), NOBODY.uid, NOBODY.gid);
    open(env);
    await expectFound(env);
  });

  it('of an ignore list: what it leaves out is found while it is closed, and not when it is open again', async () => {
    const env = filled();
    const list = env.path('.find-textignore');
    writeFileSync(list, 'open.txt\n');
    chownSync(list, NOBODY.uid, NOBODY.gid);
    await env.startDaemon();
    await env.untilFound('common', ['closed/inside.txt', 'locked.html']);
    for (let round = 0; round < 2; round++) {
      chmodSync(list, 0);
      await env.untilFound('openword', ['open.txt']);
      chmodSync(list, 0o600);
      await env.untilFound('openword', []);
    }
  });
});
