/** `find-textd why` as a program, without a daemon. Each reason by itself: test/indexer/commands/why/why.test.ts. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { TestEnv } from '../helpers/test-env.js';

describe('find-textd why', () => {
  it('ends with 0 for what a search finds, with 1 for what none does, with 2 without an index', () => {
    const env = new TestEnv();
    mkdirSync(env.path('src'));
    writeFileSync(env.path('src/a.txt'), 'some words');
    writeFileSync(env.path('src/b.log'), 'more words');
    writeFileSync(env.path('src/.find-textignore'), '*.log\n');
    expect(env.run('find-textd', 'why', env.tree).status).toBe(2);
    expect(env.run('find-textd', 'rebuild', env.tree).status).toBe(0);

    const indexed = env.run('find-textd', 'why', env.path('src/a.txt'));
    expect([indexed.status, indexed.stdout]).toEqual([
      0,
      expect.stringMatching(/^.*\/a\.txt\n {2}indexed {5}by its name/),
    ]);
    expect(indexed.stdout).toContain('daemon      not running');
    const leftOut = env.run('find-textd', 'why', '--json', env.path('src/b.log'));
    expect([leftOut.status, JSON.parse(leftOut.stdout)]).toMatchObject([
      1,
      { state: 'left out', rule: { file: env.path('src/.find-textignore'), line: 1 }, daemon: { isRunning: false } },
    ]);
    const bytes = env.shell(
      `f=$(printf '%s/\\377' "$HOME/tree"); : > "$f"; "${process.execPath}" "$FIND_TEXTD" why "$f"`,
    );
    expect([bytes.status, bytes.stdout]).toEqual([1, expect.stringContaining('/tree/\\xff\n  not indexed not yet')]);
  });

  it.skipIf(whyNotNobody())(`tells what its user may not read (${whyNotNobody() ?? 'as nobody'})`, () => {
    const env = new TestEnv(undefined, NOBODY);
    env.giveToUser();
    env.asUser(() => mkdirSync(join(env.tree, 'closed')));
    env.asUser(() => writeFileSync(env.path('secret.txt'), 'some words'));
    for (const name of ['closed', 'secret.txt']) chmodSync(env.path(name), 0);
    expect(env.run('find-textd', 'rebuild', env.tree).status).toBe(0);
    const told = ['closed', 'closed/a.txt', 'secret.txt'].map((name) => {
      const { status, stdout } = env.run('find-textd', 'why', '--json', env.path(name));
      return [status, JSON.parse(stdout)];
    });
    expect(told).toMatchObject([
      [1, { state: 'closed', kind: 'folder' }],
      [1, { state: 'closed', kind: null }],
      [0, { state: 'closed', kind: 'file', failure: { code: 'FT_READ_DENIED' } }],
    ]);
  });
});
