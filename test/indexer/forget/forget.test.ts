/** What may be forgotten, and what is said of it. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ForgetParts, forget } from '../../../indexer/forget/forget.js';
import type { Verdict } from '../../../indexer/rules/ignore.js';
import { tempFolder } from '../../helpers/temp.js';

function world(kind: Verdict['kind'] = 'index') {
  const root = tempFolder();
  const forgotten: string[] = [];
  const named: string[] = [];
  const deps: ForgetParts = {
    roots: [Buffer.from(root)],
    rules: {
      prepare: async () => {},
      verdict: () => (kind === 'index' ? { kind } : { kind, rule: 'a rule' }),
    },
    index: { countDocuments: () => 2 },
    out: {
      forget: async (paths, names) => {
        forgotten.push(...paths.map(String));
        named.push(...names.map(String));
      },
    },
    upkeep: { cleanNow: async () => true },
  };
  const paths = (...names: string[]) => names.map((name) => Buffer.from(join(root, name)));
  return { root, deps, paths, forgotten, named };
}

it('counts a file once that is named by itself and by its folder', async () => {
  const { root, deps, paths, forgotten } = world();
  expect(await forget(paths('gone', 'gone/a.txt', 'gone'), deps)).toEqual({
    documents: 2,
    hasNames: false,
    isWiped: true,
  });
  expect(forgotten).toEqual([`${root}/gone`]);
});

it('refuses what would be indexed again, before anything is changed', async () => {
  const { root, deps, paths, forgotten } = world();
  writeFileSync(join(root, 'a.txt'), 'text');
  await expect(forget(paths('gone', 'a.txt'), deps)).rejects.toMatchObject({
    code: 'FT_FORGET_KEPT',
    hint: expect.stringContaining(`printf '%s\\n' '/a.txt' >> '${root}/.find-textignore'`),
  });
  expect(forgotten).toEqual([]);
});

it.each(['skip', 'names'] as const)(
  'forgets what is left out (%s); a name that is found again is told, and its events go',
  async (kind) => {
    const { root, deps, paths, forgotten, named } = world(kind);
    writeFileSync(join(root, 'a.txt'), 'text');
    expect(await forget(paths('a.txt'), deps)).toMatchObject({ hasNames: kind === 'names' });
    expect(forgotten).toEqual(kind === 'skip' ? [`${root}/a.txt`] : []);
    expect(named).toEqual(kind === 'names' ? [`${root}/a.txt`] : []);
  },
);

it('waits until those who need the events have read them, and they are of both kinds', async () => {
  const { root, deps, paths, forgotten } = world('names');
  writeFileSync(join(root, 'a.txt'), 'text');
  const asked: string[][] = [];
  const beforeForget = async (gone: readonly Uint8Array[]) => {
    asked.push(gone.map(String));
    await new Promise((resolve) => setImmediate(resolve));
    expect(forgotten).toEqual([]);
  };
  await forget(paths('gone', 'a.txt'), { ...deps, deliveries: { beforeForget } });
  expect(asked).toEqual([[`${root}/gone`, `${root}/a.txt`]]);
  expect(forgotten).toEqual([`${root}/gone`]);
});

it('forgets a symlink, and what is in none of the folders that are indexed, whatever stands there', async () => {
  const { root, deps, paths } = world();
  symlinkSync('/etc', join(root, 'link'));
  const elsewhere = join(tempFolder(), 'there.txt');
  writeFileSync(elsewhere, 'text');
  expect(await forget([...paths('link'), Buffer.from(elsewhere)], deps)).toMatchObject({ documents: 4 });
});
