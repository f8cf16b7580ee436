/** Folders to index that are not there, are symlinks, or lead elsewhere from some moment on: the others go on, nothing is lost. */
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { TestEnv, until } from '../helpers/test-env.js';

const SOURCE = ['--source', 'inotify'];

function file(env: TestEnv, path: string, text: string): void {
  mkdirSync(join(env.path(path), '..'), { recursive: true });
  writeFileSync(env.path(path), text);
}

function configure(env: TestEnv, ...roots: string[]): void {
  mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
  writeFileSync(
    join(env.home, 'config/find-text/config.toml'),
    `roots = ${JSON.stringify(roots)}\nsource = "inotify"\n`,
  );
}

function gapsOf(env: TestEnv, path: string): string[] {
  return (
    env
      .status()
      .freshness.find((root) => root.path === path)
      ?.gaps.map(({ reason }) => reason) ?? ['no such root']
  );
}

/** A symlink gets another target in one step. */
function switchLink(path: string, target: string): void {
  symlinkSync(target, `${path}.new`);
  renameSync(`${path}.new`, path);
}

describe('a folder to index that is not there', () => {
  it('is told with its reason, leaves the others alone, and is taken when it comes', async () => {
    const env = new TestEnv();
    file(env, 'docs/a.txt', 'firstword');
    configure(env, env.path('docs'), env.path('media/stick'));
    const daemon = await env.startDaemon([]);
    expect(daemon.stderr()).toContain(`index ${env.path('media/stick')}: it does not exist; the others are indexed`);
    expect(gapsOf(env, env.path('media/stick'))).toEqual(['not mounted']);
    expect(gapsOf(env, env.path('docs'))).toEqual([]);
    const status = env.run('find-textd', 'status').stdout;
    expect(status).toContain(`${env.path('media/stick')} may lack changes`);
    expect(status).toContain(`FT_ROOT_MISSING: look at ${env.path('media/stick')}: it does not exist`);
    expect(env.run('find-text', 'firstword').stderr).toContain(`${env.path('media/stick')} may lack changes`);
    expect(env.run('find-text', `in:${env.path('docs')}`, 'firstword').stderr).toBe('');
    file(env, 'docs/b.txt', 'secondword');
    await env.untilFound('secondword', ['docs/b.txt']);
    file(env, 'media/stick/s.txt', 'stickword');
    await env.untilFound('stickword', ['media/stick/s.txt']);
    await env.untilSettled();
    file(env, 'media/stick/t.txt', 'laterword');
    await env.untilFound('laterword', ['media/stick/t.txt']);
    renameSync(env.path('media/stick'), env.path('media/away'));
    await until('the folder is missed', () => gapsOf(env, env.path('media/stick')).includes('not mounted'));
    expect(env.status().index.documents).toBe(4);
    await daemon.end('SIGTERM');
    await env.startDaemon([]);
    expect(env.status().index.documents).toBe(4);
    renameSync(env.path('media/away'), env.path('media/stick'));
    await env.untilFound('stickword OR laterword', ['media/stick/s.txt', 'media/stick/t.txt']);
    await env.untilSettled();
  });

  it('is waited for when all that are configured are missing', async () => {
    const env = new TestEnv();
    configure(env, '~/tree/later');
    await env.startDaemon([]);
    file(env, 'later/a.txt', 'laterword');
    await env.untilFound('laterword', ['later/a.txt']);
  });

  it('is an error when it was typed, no other folder is there, and none was ever indexed', async () => {
    const env = new TestEnv();
    const run = env.run('find-textd', 'run', env.path('typo'), env.path('other'));
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(
      `index ${env.path('typo')}: it does not exist; ${env.path('other')}: it does not exist`,
    );
    file(env, 'docs/a.txt', 'firstword');
    const daemon = await env.startDaemon([env.path('docs'), env.path('typo'), ...SOURCE]);
    await daemon.end('SIGTERM');
    renameSync(env.path('docs'), env.path('away'));
    await env.startDaemon([env.path('docs'), ...SOURCE]);
    expect(env.status().index.documents).toBe(1);
  });

  it('may be a file, a symlink in a circle or one that leads nowhere', async () => {
    const env = new TestEnv();
    file(env, 'docs/a.txt', 'firstword');
    file(env, 'plain', 'plainword');
    symlinkSync('circle', env.path('circle'));
    symlinkSync('nothing', env.path('dangling'));
    const names = ['docs', 'plain', 'circle', 'dangling'];
    const daemon = await env.startDaemon([...names.map((name) => env.path(name)), ...SOURCE]);
    expect(daemon.stderr()).toContain(`index ${env.path('plain')}: it is a file;`);
    expect(daemon.stderr()).toContain(`index ${env.path('circle')}: it is a symlink to circle;`);
    expect(daemon.stderr()).toContain(`index ${env.path('dangling')}: it is a symlink to nothing;`);
    expect(names.map((name) => gapsOf(env, env.path(name)).length)).toEqual([0, 1, 1, 1]);
    expect(env.found('firstword OR plainword')).toEqual(['docs/a.txt']);
    file(env, 'nothing/b.txt', 'secondword');
    rmSync(env.path('plain'));
    file(env, 'plain/c.txt', 'thirdword');
    await env.untilFound('secondword OR thirdword', ['nothing/b.txt', 'plain/c.txt']);
  });

  it.skipIf(whyNotNobody() !== undefined)(
    'may be closed to this user, or lie in a folder that is, and is taken when it is opened [needs root, and a checkout others may read]',
    async () => {
      const env = new TestEnv(undefined, NOBODY);
      file(env, 'docs/a.txt', 'firstword');
      file(env, 'closed/b.txt', 'secondword');
      file(env, 'above/root/c.txt', 'thirdword');
      const all = ['docs', 'closed', 'above', 'above/root', 'docs/a.txt', 'closed/b.txt', 'above/root/c.txt'];
      for (const path of [env.home, env.tree, ...all.map((each) => env.path(each))])
        chownSync(path, NOBODY.uid, NOBODY.gid);
      for (const path of ['closed', 'above']) chmodSync(env.path(path), 0);
      const daemon = await env.startDaemon([
        ...['docs', 'closed', 'above/root'].map((path) => env.path(path)),
        ...SOURCE,
      ]);
      expect(daemon.stderr()).toContain(`index ${env.path('above/root')}: it cannot be read;`);
      expect(
        env
          .status()
          .failures.newest.map(({ code, path }) => `${code} ${path}`)
          .sort(),
      ).toEqual([env.path('above/root'), env.path('closed')].map((path) => `FT_READ_DENIED ${path}`));
      expect(env.found('firstword OR secondword OR thirdword')).toEqual(['docs/a.txt']);
      for (const path of ['closed', 'above']) chmodSync(env.path(path), 0o755);
      await env.untilFound('secondword OR thirdword', ['above/root/c.txt', 'closed/b.txt']);
      await until('no failure is left', () => env.status().failures.count === 0);
    },
  );

  it('is not lost by a rebuild', async () => {
    const env = new TestEnv();
    file(env, 'docs/a.txt', 'firstword');
    file(env, 'stick/s.txt', 'stickword');
    const daemon = await env.startDaemon([env.path('docs'), env.path('stick'), ...SOURCE]);
    await daemon.end('SIGTERM');
    renameSync(env.path('stick'), env.path('away'));
    const refused = env.run('find-textd', 'rebuild');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`rebuild the index: ${env.path('stick')}: it does not exist`);
    expect(env.status().index.documents).toBe(2);
    expect(env.run('find-textd', 'rebuild', env.path('docs'))).toMatchObject({ status: 0 });
    expect(env.status().index.documents).toBe(1);
    const never = env.run('find-textd', 'rebuild', env.path('docs'), env.path('stick'));
    expect(never).toMatchObject({ status: 0 });
    expect(never.stderr).toContain('is taken when it comes');
  });
});

describe('a folder to index whose name is not UTF-8', () => {
  it('is taken byte for byte, by its name and as the folder the command is typed in', async () => {
    const env = new TestEnv();
    const folder = `"${env.tree}/$(printf 'caf\\351')"`;
    expect(env.shell(`mkdir ${folder} && echo doubloon > ${folder}/a.txt`).status).toBe(0);
    for (const line of [`"$FIND_TEXTD" rebuild ${folder}`, `cd ${folder} && "$FIND_TEXTD" rebuild .`])
      expect(env.shell(line)).toMatchObject({ status: 0, stderr: expect.stringContaining('1 file in') });
    expect(env.status().index.documents).toBe(1);
  });
});

describe('a folder to index that is a symlink', () => {
  it('is indexed where it leads, and remembered by its name', async () => {
    const env = new TestEnv();
    file(env, 'data/Documents/d.txt', 'linkedword');
    symlinkSync('data/Documents', env.path('Documents'));
    const daemon = await env.startDaemon([`${env.path('Documents')}/`, ...SOURCE]);
    expect(env.found('linkedword')).toEqual(['data/Documents/d.txt']);
    expect(env.found(`in:${env.path('Documents')}`, 'linkedword')).toEqual(['data/Documents/d.txt']);
    expect(env.run('find-textd', 'status').stdout).toContain(
      `${env.path('data/Documents')} (${env.path('Documents')}) complete`,
    );
    await daemon.end('SIGTERM');
    file(env, 'data/Other/o.txt', 'otherword');
    switchLink(env.path('Documents'), 'data/Other');
    await env.startDaemon(['--source', 'inotify']);
    expect(env.found('linkedword OR otherword')).toEqual(['data/Other/o.txt']);
  });

  it('is followed when it, or one above it, is switched while the daemon runs; the other folders go on', async () => {
    const env = new TestEnv();
    file(env, 'releases/1/docs/a.txt', 'oneword');
    file(env, 'releases/2/docs/a.txt', 'twoword');
    file(env, 'own/b.txt', 'ownword');
    symlinkSync('releases/1', env.path('current'));
    await env.startDaemon([env.path('current/docs'), env.path('own'), ...SOURCE]);
    expect(env.found('oneword OR twoword')).toEqual(['releases/1/docs/a.txt']);
    switchLink(env.path('current'), 'releases/2');
    await env.untilFound('oneword OR twoword', ['releases/2/docs/a.txt']);
    await env.untilSettled();
    file(env, 'releases/2/docs/c.txt', 'laterword');
    await env.untilFound('laterword', ['releases/2/docs/c.txt']);
    rmSync(env.path('current'));
    await until('the lost link is told', () => env.status().troubles.some((text) => text.includes('leads nowhere')));
    file(env, 'releases/2/docs/d.txt', 'lastword');
    await env.untilFound('lastword', ['releases/2/docs/d.txt']);
    switchLink(env.path('current'), 'releases/1');
    await env.untilFound('oneword OR twoword', ['releases/1/docs/a.txt']);
    await env.untilSettled();
    expect(env.found('ownword')).toEqual(['own/b.txt']);
  });

  it('may take the place of a folder, and give it back', async () => {
    const env = new TestEnv();
    file(env, 'docs/a.txt', 'firstword');
    await env.startDaemon([env.path('docs'), ...SOURCE]);
    renameSync(env.path('docs'), env.path('moved'));
    symlinkSync('moved', env.path('docs'));
    await env.untilFound('firstword', ['moved/a.txt']);
    rmSync(env.path('docs'));
    renameSync(env.path('moved'), env.path('docs'));
    await env.untilFound('firstword', ['docs/a.txt']);
    await env.untilSettled();
  });

  it('may lead into another folder that is indexed, twice, in any spelling', async () => {
    const env = new TestEnv();
    file(env, 'docs/deep/a.txt', 'firstword');
    symlinkSync('docs/deep', env.path('link'));
    const spellings = [env.path('docs'), env.path('link'), env.path('docs/deep/'), `${env.tree}/docs/../docs`];
    await env.startDaemon([...spellings, ...SOURCE]);
    expect(env.found('firstword')).toEqual(['docs/deep/a.txt']);
    expect(env.status().freshness.map(({ path }) => path)).toEqual([env.path('docs')]);
  });
});
