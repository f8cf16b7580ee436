/** What is deleted, left out, closed, overwritten or renamed leaves the files of the index; `find-textd forget` makes it so at once. */
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openForReading } from '../../shared/store/open.js';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { rareWord, remains } from '../helpers/remains.js';
import { TestEnv, until } from '../helpers/test-env.js';

const FILES = 60;
const wordOf = (n: number) => rareWord(n);

function makeFiles(env: TestEnv, folder = 'secret'): string[] {
  mkdirSync(env.path(folder));
  writeFileSync(env.path('other.txt'), 'other words');
  return Array.from({ length: FILES }, (_, n) => {
    writeFileSync(
      env.path(folder, `${wordOf(n + 1000)}.html`),
      `<title>${wordOf(n + 2000)}</title><p>${wordOf(n)} common words`,
    );
    return [wordOf(n), wordOf(n + 1000), wordOf(n + 2000)];
  }).flat();
}

async function started(): Promise<{ readonly env: TestEnv; readonly words: readonly string[] }> {
  const env = new TestEnv();
  const words = makeFiles(env);
  await env.startDaemon();
  await env.untilSettled();
  expect(remains(env.dataDirectory, words)).not.toEqual([]);
  return { env, words };
}

function expectForgotten(env: TestEnv, ...paths: readonly string[]): void {
  const run = env.run('find-textd', 'forget', ...paths);
  expect(run).toMatchObject({ status: 0, stderr: expect.stringMatching(/^find-textd: forgotten: .* MB now\n$/) });
}

describe('find-textd forget', () => {
  it('wipes a deleted folder at once, through the daemon', async () => {
    const { env, words } = await started();
    rmSync(env.path('secret'), { recursive: true });
    expectForgotten(env, env.path('secret'));
    expect(remains(env.dataDirectory, words)).toEqual([]);
    expect(env.found('other')).toEqual(['other.txt']);
    expect(env.status().index).toMatchObject({ uncleanSinceMs: null, isBeingCleaned: false, documents: 1 });
    expect(env.run('find-textd', 'status').stdout).toMatch(
      /^cleaned {3}\d+:\d+: the index files hold no word of deleted files$/m,
    );
  });

  it('does so without a daemon, and the next one starts as if nothing had been', async () => {
    const env = new TestEnv();
    const words = makeFiles(env);
    const daemon = await env.startDaemon();
    await env.untilSettled();
    expect(await daemon.end('SIGTERM')).toBe(0);
    rmSync(env.path('secret'), { recursive: true });
    expect(env.run('find-textd', 'forget', env.path('secret')).stderr).toContain(`(${FILES} files)`);
    expect(remains(env.dataDirectory, words)).toEqual([]);
    expect(env.status()).toMatchObject({ daemon: { isRunning: false }, index: { documents: 1 } });
    await env.startDaemon();
    await env.untilFound('other', ['other.txt']);
  });

  it.each(['with a daemon', 'without one'])(
    'refuses what would be indexed again and says what to type, %s',
    async (how) => {
      const env = new TestEnv();
      makeFiles(env);
      const daemon = await env.startDaemon();
      await env.untilSettled();
      if (how === 'without one') await daemon.end('SIGTERM');
      const { status, stderr } = env.run('find-textd', 'forget', env.path('secret'));
      expect(status).toBe(2);
      expect(stderr).toContain(
        `forget ${env.path('secret')}: it is there and not left out, so it would be indexed again`,
      );
      expect(stderr).toContain(`printf '%s\\n' '/secret' >> '${env.path('.find-textignore')}'`);
      expect(env.found(wordOf(1))).toHaveLength(1);
      expect(env.run('find-textd', 'forget', env.tree).stderr).toContain('start the daemon with other folders');
    },
  );

  it('wipes what was left out as it has advised', async () => {
    const { env, words } = await started();
    const advised = /printf .*/.exec(env.run('find-textd', 'forget', env.path('secret')).stderr)?.[0] ?? '';
    writeFileSync(env.path('.find-textignore'), /'(\/\S*)'/.exec(advised)?.[1] ?? '');
    expectForgotten(env, env.path('secret'));
    expect(remains(env.dataDirectory, words)).toEqual([]);
    expect(env.found(wordOf(1))).toEqual([]);
  });

  it('wipes what was overwritten and renamed, and damaged files that were set aside', async () => {
    const { env } = await started();
    const aside = join(env.dataDirectory, 'index-000001.db.damaged');
    writeFileSync(aside, 'old words');
    writeFileSync(env.path('secret', `${wordOf(1001)}.html`), 'new');
    renameSync(env.path('secret', `${wordOf(1002)}.html`), env.path('plain.html'));
    renameSync(env.path('secret', `${wordOf(1003)}.html`), env.path('plain.txt'));
    await env.untilFound('name:plain', ['plain.html', 'plain.txt']);
    await env.untilFound(wordOf(1), []);
    await env.untilSettled();
    expectForgotten(env, env.path('secret', `${wordOf(1002)}.html`), env.path('nothing'));
    expect(remains(env.dataDirectory, [wordOf(1), wordOf(2001), wordOf(1002), wordOf(1003)])).toEqual([]);
    expect(remains(env.dataDirectory, [wordOf(2), wordOf(3)])).not.toEqual([]);
    expect(existsSync(aside)).toBe(false);
  });

  const missing = whyNotNobody();
  it.skipIf(missing)(
    `wipes the text of files that may not be read any more, and keeps their names${missing ? ` (${missing})` : ''}`,
    async () => {
      const env = new TestEnv(undefined, NOBODY);
      for (const path of [env.home, env.tree]) chownSync(path, NOBODY.uid, NOBODY.gid);
      const words = makeFiles(env);
      await env.startDaemon();
      await env.untilSettled();
      const closed = env.path('secret', `${wordOf(1001)}.html`);
      chmodSync(closed, 0o600);
      await env.untilFound(wordOf(1), []);
      const { status, stderr } = env.run('find-textd', 'forget', closed);
      expect({ status, stderr }).toMatchObject({
        status: 0,
        stderr: expect.stringContaining('still found by its name'),
      });
      expect(remains(env.dataDirectory, [wordOf(1), wordOf(2001)])).toEqual([]);
      expect(env.found(`name:${wordOf(1001)}`)).toHaveLength(1);
      chmodSync(env.path('secret'), 0o700);
      await env.untilFound(wordOf(2), []);
      await env.untilSettled();
      expect(env.run('find-textd', 'forget', env.path('secret')).status).toBe(0);
      expect(remains(env.dataDirectory, words)).toEqual([]);
    },
  );

  it('says when a search still reads what was there before, and is done when that has ended', async () => {
    const { env, words } = await started();
    const reader = openForReading(join(env.dataDirectory, 'index-000001.db'));
    onTestFinished(() => void reader.close());
    writeFileSync(env.path('new.txt'), 'fresh words');
    await env.untilFound('fresh', ['new.txt']);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM doc').get();
    rmSync(env.path('secret'), { recursive: true });
    const forgetting = env.spawn('forget', env.path('secret'));
    await env.untilFound(wordOf(1), []);
    reader.exec('COMMIT');
    expect(await forgetting.ended).toBe(0);
    expect(remains(env.dataDirectory, words)).toEqual([]);
  });

  it('is finished by the next daemon when this one is killed amid it', async () => {
    const env = new TestEnv();
    const words = makeFiles(env);
    const daemon = await env.startDaemon();
    await env.untilSettled();
    rmSync(env.path('secret'), { recursive: true });
    const forgetting = env.spawn('forget', env.path('secret'));
    await until(
      'the daemon has begun, or all is done',
      () => !existsSync(join(env.dataDirectory, 'forget-request.json')),
    );
    await daemon.end('SIGKILL');
    expect(await forgetting.ended).toBe(0);
    expect(remains(env.dataDirectory, words)).toEqual([]);
    await env.startDaemon();
    expect(env.found('other')).toEqual(['other.txt']);
  });

  it('says that there is no index', () => {
    const env = new TestEnv();
    expect(env.run('find-textd', 'forget', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is none'),
    });
  });
});

describe('find-textd run', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'cleans at its start what was deleted before it was ended by %s',
    async (signal) => {
      const env = new TestEnv();
      const words = makeFiles(env);
      const daemon = await env.startDaemon();
      await env.untilSettled();
      rmSync(env.path('secret'), { recursive: true });
      await env.untilFound(wordOf(1), []);
      await daemon.end(signal);
      await env.startDaemon();
      await until(
        () => `nothing remains of ${remains(env.dataDirectory, words).length}; ${JSON.stringify(env.status().index)}`,
        () => remains(env.dataDirectory, words).length === 0,
      );
    },
  );
});
