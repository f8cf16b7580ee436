/** What `npm start` and `npm test` do before they start: silence when all is there, else a message that says what to do. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NOBODY } from '../helpers/nobody.js';
import { tempFolder } from '../helpers/temp.js';
import { until } from '../helpers/test-env.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
/** Plain JavaScript: it runs before there is a compiler. */
const { sourceSum } = (await import(join(TOP, 'indexer/built-from.mjs'))) as { sourceSum(top: string): string };
const { adviceFor } = (await import(join(TOP, 'indexer/set-up-advice.mjs'))) as {
  adviceFor(output: string, path: string): string[];
};
const { headersBeside } = (await import(join(TOP, 'indexer/node-headers.mjs'))) as {
  headersBeside(program: string, version: string): string | undefined;
};
const isRoot = process.getuid?.() === 0;

/** A checkout as it was cloned: without packages. */
function clone(): string {
  const folder = join(tempFolder(), 'clone');
  for (const part of ['package.json', 'package-lock.json', 'tsconfig.json', 'indexer', 'shared', 'search-cli'])
    cpSync(join(TOP, part), join(folder, part), { recursive: true });
  return folder;
}

function setUp(
  folder: string,
  options: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number; readonly gid?: number } = {},
) {
  const { env, ...user } = options;
  return spawnSync('node', ['indexer/set-up.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
    ...user,
  });
}

/** @returns a file to be loaded first */
function pretendNode(version: string): string {
  const fake = join(tempFolder(), 'fake.cjs');
  writeFileSync(fake, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
  return fake;
}

function checkNode(version: string) {
  return spawnSync('node', ['-r', pretendNode(version), join(TOP, 'indexer/check-node.cjs')], { encoding: 'utf8' });
}

describe('check-node', () => {
  it.each(['20.19.0', '20.20.2', '22.1.0', '24.21.0', '100.0.0'])('takes Node %s', (version) => {
    expect(checkNode(version)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it.each(['20.18.3', '18.20.8', '8.0.0', '9.99.99'])('says that Node %s is too old, and what to do', (version) => {
    const { status, stderr } = checkNode(version);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^find-text: it needs Node 20.19 or newer; this is ${version} .*\\n  get a newer one`),
    );
  });
});

describe('headers of Node', () => {
  it('are those beside it, of its very version, with what node-gyp needs', () => {
    const folder = tempFolder();
    const [program, headers] = [join(folder, 'bin/node'), join(folder, 'include/node')];
    const found = (version: string) => headersBeside(program, version);
    expect(found('20.19.2')).toBe(undefined);
    mkdirSync(headers, { recursive: true });
    const lines = ['MAJOR', 'MINOR', 'PATCH'].map((part, at) => `#define NODE_${part}_VERSION ${[20, 19, 2][at]}\n`);
    writeFileSync(join(headers, 'node_version.h'), lines.join(''));
    expect(found('20.19.2')).toBe(undefined);
    writeFileSync(join(headers, 'common.gypi'), '');
    expect([found('20.19.2'), found('20.19.1'), found('22.19.2')]).toEqual([folder, undefined, undefined]);
  });
});

describe('set-up', () => {
  it('has nothing to say or do when all is there', () => {
    expect(setUp(TOP)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('says what it does, why that failed and what to do when the registry cannot be reached', () => {
    const folder = clone();
    const { status, stderr } = setUp(folder, {
      env: {
        HOME: folder,
        npm_config_cache: join(folder, 'cache'),
        npm_config_registry: 'http://127.0.0.1:9',
        npm_config_fetch_retries: '0',
        npm_config_loglevel: 'silent',
      },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^find-text: installing packages .*once\n/);
    expect(stderr).toContain('npm error code ECONNREFUSED');
    expect(stderr).toMatch(/\nfind-text: install the packages: .*\n {2}the npm registry does not give the packages: /);
  });

  it.each([
    [
      '22.9.0',
      'rebuild koffi esbuild better-sqlite3',
      /there is no native part of better-sqlite3 12 .*\n {2}npm compiles/,
    ],
    ['24.9.0', 'rebuild koffi esbuild', /install the packages: find-text was installed .*\n {2}install it anew/],
  ])('compiles for Node %s what that needs, and says what is missing all the same', (version, rebuild, says) => {
    const folder = clone();
    const npm = join(folder, 'npm.js');
    writeFileSync(
      npm,
      `process.getBuiltinModule('fs').appendFileSync('asked', process.argv.slice(2).join(' ') + '\\n');`,
    );
    const { status, stderr } = setUp(folder, {
      env: { npm_execpath: npm, NODE_OPTIONS: `--require=${pretendNode(version)}` },
    });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(`ci --no-fund --no-audit --ignore-scripts\n${rebuild}\n`);
    expect(status).toBe(1);
    expect(stderr).toMatch(says);
    expect(/may be compiled/.test(stderr)).toBe(rebuild.includes('better-sqlite3'));
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is ended by %s together with npm, which would go on',
    async (signal) => {
      const folder = clone();
      const npm = join(folder, 'npm.js');
      const asked = join(folder, 'asked');
      writeFileSync(
        npm,
        `for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
       setTimeout(() => {}, 120_000);
       const { renameSync, writeFileSync } = process.getBuiltinModule('fs');
       writeFileSync('begun', String(process.pid));
       renameSync('begun', 'asked');`,
      );
      const child = spawn('node', ['indexer/set-up.mjs'], {
        cwd: folder,
        env: { PATH: process.env.PATH, npm_execpath: npm },
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      await until('npm has begun', () => existsSync(asked));
      const pid = Number(readFileSync(asked, 'utf8'));
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      expect(existsSync(`/proc/${pid}/cwd`)).toBe(false);
    },
  );

  it('says which folder cannot be written to', () => {
    const folder = clone();
    chmodSync(join(folder, '..'), 0o755);
    chmodSync(folder, 0o555);
    const { status, stderr } = setUp(folder, isRoot ? NOBODY : {});
    chmodSync(folder, 0o755);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `find-text: install the packages: ${folder} cannot be written to (EACCES)\n  copy or clone it to a folder of yours, and start it there\n`,
    });
  });

  it('builds what has changed, and says what to do when that fails', () => {
    const folder = clone();
    symlinkSync(join(TOP, 'node_modules'), join(folder, 'node_modules'));
    const before = sourceSum(folder);
    appendFileSync(join(folder, 'search-cli/main.ts'), 'this is no TypeScript');
    expect(sourceSum(folder)).not.toBe(before);
    const { status, stderr } = setUp(folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^find-text: building the programs: /);
    expect(stderr).toContain('search-cli/main.ts');
    expect(stderr).toMatch(/\nfind-text: build the programs: .* says above why\n {2}`git status`/);
  });
});

describe('adviceFor', () => {
  const GYP =
    'npm error path /c/node_modules/better-sqlite3\nnpm error gyp ERR! stack Error: connect ECONNREFUSED nodejs.org';

  it('names the tools that are missing, and how to get them', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'bin'));
    for (const tool of ['gmake', 'python3']) writeFileSync(join(folder, 'bin', tool), '', { mode: 0o755 });
    const [first, second] = adviceFor(GYP, join(folder, 'bin'));
    expect(first).toContain('to build it, g++ is missing here:');
    expect(second).toContain('apt install make g++ python3');
    writeFileSync(join(folder, 'bin/clang++'), '', { mode: 0o755 });
    const advice = adviceFor(GYP, join(folder, 'bin'));
    expect(advice[0]).toContain('the build of it failed');
    // What npm has no option for, it refuses to keep: `npm config set nodedir` ends with an error.
    expect(advice).toContain('  export npm_config_nodedir=/usr');
  });

  it.each([
    ['npm error code ENOSPC', 'the disk is full'],
    ['npm error code EAI_AGAIN', 'the npm registry does not give'],
    ['npm error code E407', 'the npm registry does not give'],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'npm config set cafile'],
    ['npm error code UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'npm config set cafile'],
    ['npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'npm config set cafile'],
    ['npm error code EACCES', 'npm may not write'],
    ['npm error code EUSAGE', 'do not fit together'],
    ['something else', 'npm says above why'],
  ])('of "%s" is that %s', (output, advice) => {
    expect(adviceFor(output, '').join('\n')).toContain(advice);
  });
});
