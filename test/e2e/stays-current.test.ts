/** The promise of the product, with the real programs: what happens to a file is what a search says afterwards. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestEnv, until } from '../helpers/test-env.js';

const FILES_IN_FOLDER = 1000;

function fill(env: TestEnv): void {
  mkdirSync(env.path('folder/deep'), { recursive: true });
  for (let n = 0; n < FILES_IN_FOLDER; n++)
    writeFileSync(env.path('folder', n % 2 ? 'deep' : '', `f${n}.txt`), `bulkword number${n}`);
  writeFileSync(env.path('edited.txt'), 'before');
  writeFileSync(env.path('appended.log'), 'firstline\n');
  writeFileSync(env.path('deleted.txt'), 'doomed');
  writeFileSync(env.path('old-name.txt'), 'wanderer');
  writeFileSync(env.path('replaced.txt'), 'original');
}

/** Every kind of change once. What a search must say afterwards is in `expectAll`. */
function changeAll(env: TestEnv): void {
  writeFileSync(env.path('created.txt'), 'newborn');
  writeFileSync(env.path('edited.txt'), 'afterwards');
  appendFileSync(env.path('appended.log'), 'secondline\n');
  rmSync(env.path('deleted.txt'));
  renameSync(env.path('old-name.txt'), env.path('new-name.txt'));
  renameSync(env.path('folder'), env.path('renamed'));
  writeFileSync(env.path('.replaced.tmp'), 'successor');
  renameSync(env.path('.replaced.tmp'), env.path('replaced.txt'));
  mkdirSync(env.path('p/q/r'), { recursive: true });
  writeFileSync(env.path('p/q/r/deep.md'), '# Abyss\n');
  writeFileSync(Buffer.concat([Buffer.from(`${env.tree}/caf`), Buffer.from([0xe9]), Buffer.from('.txt')]), 'latinname');
  writeFileSync(env.path('line\nbreak.txt'), 'brokenname');
  symlinkSync('/etc', env.path('p/link-out'));
}

async function expectAll(env: TestEnv): Promise<void> {
  await env.untilFound('newborn', ['created.txt']);
  await env.untilFound('afterwards', ['edited.txt']);
  await env.untilFound('before', []);
  await env.untilFound('secondline', ['appended.log']);
  await env.untilFound('firstline', ['appended.log']);
  await env.untilFound('doomed', []);
  await env.untilFound('wanderer', ['new-name.txt']);
  await env.untilFound('name:old-name', []);
  await env.untilFound('successor', ['replaced.txt']);
  await env.untilFound('original', []);
  await env.untilFound('abyss', ['p/q/r/deep.md']);
  await env.untilSettled();
  const bulk = env.found('bulkword');
  expect(bulk).toHaveLength(FILES_IN_FOLDER);
  expect(bulk.filter((path) => !path.startsWith('renamed/'))).toEqual([]);
  expect(env.found('"number17"')).toEqual(['renamed/deep/f17.txt']);
  expect(env.found('in:folder', 'bulkword')).toEqual([]);
  expect(env.run('find-text', '--json', 'latinname').stdout).toContain('636166e92e747874"');
  expect(env.run('find-text', '-0', 'brokenname').stdout).toBe(`${env.path('line\nbreak.txt')}\0`);
  expect(env.status()).toMatchObject({ isComplete: true, failures: { count: 0 } });
}

describe('an index that is watched', () => {
  it('says after every kind of change what is on the disk', async () => {
    const env = new TestEnv();
    fill(env);
    const daemon = await env.startDaemon();
    expect(env.found('wanderer')).toEqual(['old-name.txt']);
    changeAll(env);
    await expectAll(env);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('finds what changed while the daemon was stopped', async () => {
    const env = new TestEnv();
    fill(env);
    expect(await (await env.startDaemon()).end('SIGTERM')).toBe(0);
    changeAll(env);
    expect(env.status().isComplete).toBe(false);
    await env.startDaemon();
    await expectAll(env);
  });

  it('finds what changed before and after the daemon was killed', async () => {
    const env = new TestEnv();
    fill(env);
    const daemon = await env.startDaemon();
    changeAll(env);
    expect(await daemon.end('SIGKILL')).toBe('SIGKILL');
    await env.startDaemon();
    await expectAll(env);
  });

  it('goes on after a SIGKILL in the middle of the first crawl', async () => {
    const env = new TestEnv();
    fill(env);
    const hasBegun = [
      () => existsSync(join(env.dataDirectory, 'daemon.json')),
      () => existsSync(join(env.dataDirectory, 'current')),
      () => env.status().index.documents > 0,
    ];
    for (const isTime of hasBegun) {
      const daemon = env.spawnDaemon([env.tree, '--source', 'inotify']);
      await until('the crawl has begun', isTime);
      await daemon.end('SIGKILL');
    }
    await env.startDaemon();
    expect(env.found('bulkword')).toHaveLength(FILES_IN_FOLDER);
  });
});

describe('find-textd rebuild', () => {
  it('answers from the old index meanwhile, and the daemon goes on with the new one', async () => {
    const env = new TestEnv();
    fill(env);
    const daemon = await env.startDaemon();
    const { file } = env.status().index;
    expect(env.run('find-textd', 'rebuild').status).toBe(0);
    expect(env.status().index.file).not.toBe(file);
    expect(env.found('wanderer')).toEqual(['old-name.txt']);
    writeFileSync(env.path('later.txt'), 'postrebuild');
    await env.untilFound('postrebuild', ['later.txt']);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('leaves the old index alone when it is killed half-way', async () => {
    const env = new TestEnv();
    fill(env);
    expect(env.run('find-textd', 'rebuild', env.tree).status).toBe(0);
    const { file } = env.status().index;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, [new URL('../../dist/find-textd.js', import.meta.url).pathname, 'rebuild'], {
      env: env.env,
    });
    const generations = () => readdirSync(env.dataDirectory).filter((name) => /^index-\d+\.db$/.test(name));
    await until('the next index is being built', () => generations().length > 1);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    expect(env.status().index.file).toBe(file);
    expect(env.found('wanderer')).toEqual(['old-name.txt']);
    expect(env.run('find-textd', 'rebuild').status).toBe(0);
    expect(env.found('bulkword')).toHaveLength(FILES_IN_FOLDER);
  });
});
