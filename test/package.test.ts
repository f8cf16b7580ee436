/** What `npm pack` would put into the package, and whether that is all the programs need. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from './helpers/temp.js';

const TOP = fileURLToPath(new URL('..', import.meta.url));
const described = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  man: string[];
  bin: Record<string, string>;
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
    expect(Object.keys(described.dependencies)).toEqual(['better-sqlite3', 'koffi']);
  });
});
