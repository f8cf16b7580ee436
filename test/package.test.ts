/** What `npm pack` would put into the package, and whether that is all the programs need. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from './helpers/temp.js';

const TOP = fileURLToPath(new URL('..', import.meta.url));
const described = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  man: string[];
  bin: Record<string, string>;
  scripts: Record<string, string>;
};

function packed(): string[] {
  const env = { ...process.env, npm_config_cache: tempFolder(), npm_config_loglevel: 'error' };
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [made] = JSON.parse(execFileSync('npm', args, { cwd: TOP, env, encoding: 'utf8' }));
  return made.files.map(({ path }: { path: string }) => path);
}

describe('the package', () => {
  it('has the programs, the plugin, manuals and completions, and no sources', () => {
    const files = packed();
    const wanted = [
      ...Object.values(described.bin),
      ...described.man.map((file) => file.replace('./', '')),
      'dist/find-text-audit.js',
      'dist/build-code-cache.mjs',
      'dist/completions/bash/find-text',
      'dist/completions/zsh/_find-textd',
      'dist/completions/fish/find-text.fish',
      'README.md',
      'LICENSE',
    ];
    expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
    expect(files.filter((file) => /^(indexer|shared|search-cli|test|node_modules)\//.test(file))).toEqual([]);
  });

  it('needs the packages that its programs load, and no others', () => {
    const programs = readdirSync(join(TOP, 'dist')).filter((name) => name.endsWith('.js'));
    const loaded = programs.flatMap((name) =>
      [...readFileSync(join(TOP, 'dist', name), 'utf8').matchAll(/require\("([^"./][^"]*)"\)/g)].map(
        ([, each]) => each as string,
      ),
    );
    const foreign = loaded.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
    // `debug` in a bundle takes it where it is there, and goes on without.
    expect([...new Set(foreign)].filter((name) => name !== 'supports-color')).toEqual(['koffi']);
    // Its own JavaScript is in the programs, its native part is not.
    expect(Object.keys(described.dependencies)).toEqual(['koffi']);
    expect(Object.keys(described.optionalDependencies)).toEqual(['better-sqlite3', 'better-sqlite3-napi']);
  });

  it('puts the JavaScript of both versions of better-sqlite3 into its programs, also where Node is older than the newer one', () => {
    // npm skips an optional package whose engines do not fit, and knows them from here: `npm install` writes them back.
    const { packages } = JSON.parse(readFileSync(join(TOP, 'package-lock.json'), 'utf8'));
    expect(packages['node_modules/better-sqlite3-napi']).not.toHaveProperty('engines');
    const program = readFileSync(join(TOP, 'dist/find-text-program.js'), 'utf8');
    expect(program).toContain('setErrorConstructor(');
    expect(program).toContain('arrayAppender');
  });

  it('is installed only where the native part of SQLite can be loaded', () => {
    const folder = tempFolder();
    cpSync(join(TOP, 'dist'), join(folder, 'dist'), { recursive: true });
    const install = () =>
      spawnSync('sh', ['-c', described.scripts.postinstall as string], { cwd: folder, encoding: 'utf8' });
    const refused = /^find-text: install find-text: .*\n {2}.*\n$/;
    expect(install()).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(refused) });
    symlinkSync(join(TOP, 'node_modules'), join(folder, 'node_modules'));
    expect(install().status).toBe(0);
  });
});
