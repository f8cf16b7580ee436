/** The programs as they are started: with the code cache that the build made, with one of another V8, and without. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp.js';
import { TestEnv } from '../helpers/test-env.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

/** By a process of its own: V8 takes a text that it has compiled before from memory, and looks at no cache then. */
function isAccepted(program: string, cache: Buffer): boolean {
  const file = join(tempFolder(), 'cache');
  writeFileSync(file, cache);
  const source = join(TOP, `dist/${program}-program.js`);
  return execFileSync(process.execPath, ['-e', ASK_V8, source, file], { encoding: 'utf8' }) === 'false';
}

const ASK_V8 = `
const [source, cache] = process.argv.slice(1).map((file) => require('fs').readFileSync(file));
const script = new (require('vm').Script)(source.toString('latin1'), { cachedData: cache });
process.stdout.write(String(script.cachedDataRejected));
`;

/** A copy of the program with this cache, run once. */
function runWith(program: string, cache: Buffer | undefined) {
  const folder = tempFolder();
  symlinkSync(join(TOP, 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['package.json', `${program}.js`, `${program}-program.js`])
    copyFileSync(join(TOP, 'dist', name), join(folder, name));
  if (cache) writeFileSync(join(folder, `${program}-program.js.cache`), cache);
  return spawnSync(process.execPath, [join(folder, `${program}.js`), '--version'], { encoding: 'utf8' });
}

describe.each(['find-text', 'find-textd'])('the code cache of %s', (program) => {
  const file = join(TOP, `dist/${program}-program.js.cache`);
  const cache = readFileSync(file);
  const ofAnotherV8 = Buffer.from(cache);
  ofAnotherV8.fill(0xff, 4, 8);

  it('is accepted by the V8 that runs', () => {
    expect(isAccepted(program, cache)).toBe(true);
    expect(isAccepted(program, ofAnotherV8)).toBe(false);
  });

  it.each([
    ['with it', cache],
    ['with that of another V8', ofAnotherV8],
    ['with an empty one', Buffer.alloc(0)],
    ['without one', undefined],
  ])('is not needed: the program runs %s', (_, given) => {
    const stdout = expect.stringMatching(/^(find-text )?\d+\.\d+\.\d+\n/);
    expect(runWith(program, given)).toMatchObject({ status: 0, stdout, stderr: '' });
  });
});

/** The public modules of Node that a program has loaded when it ends. */
function modulesOf(argv: readonly string[], env: NodeJS.ProcessEnv, stdio: 'pipe' | 'ignore' = 'pipe'): Set<string> {
  const file = join(tempFolder(), 'modules');
  const preload = fileURLToPath(new URL('../helpers/loaded-modules.cjs', import.meta.url));
  spawnSync(process.execPath, ['--require', preload, ...argv], { env: { ...env, LOADED_MODULES: file }, stdio });
  const loaded = readFileSync(file, 'utf8').matchAll(/^NativeModule (?!internal\/)(.*)$/gm);
  return new Set(Array.from(loaded, ([, name = '']) => name));
}

describe('a search in plain files', () => {
  it('loads no module of Node that it does not need: one may take as long as the search', () => {
    const world = new TestEnv();
    const { env, tree } = world;
    writeFileSync(join(tree, 'note.txt'), 'the words of a note');
    world.run('find-textd', 'rebuild', tree);
    const nothing = join(tree, 'nothing.cjs');
    writeFileSync(nothing, '');
    const always = modulesOf([nothing], env, 'ignore');
    // Into a pipe, and into /dev/null, for its exit status.
    for (const stdio of ['pipe', 'ignore'] as const) {
      const loaded = modulesOf([join(TOP, 'dist/find-text.js'), 'words'], env, stdio);
      const needed = new Set(['module', 'os', 'vm']);
      expect([...loaded].filter((name) => !always.has(name) && !needed.has(name))).toEqual([]);
      expect(loaded).toContain('vm');
    }
  });
});

describe('shared and search-cli', () => {
  it('make expressions with classes of Unicode only when a text needs them', () => {
    const folders = ['shared', 'search-cli'].map((folder) => join(TOP, folder));
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const lines = files
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFileSync(name, 'utf8').split('\n'));
    expect(lines.filter((line) => /\/.*(?<!\\)\\p\{.*\//.test(line) && !/String\.raw|^ \*/.test(line))).toEqual([]);
  });
});
