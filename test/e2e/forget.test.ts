/** What is deleted, left out, closed, overwritten or renamed leaves the files of the index; `find-textd forget` makes it so at once. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openNotify } from '../../indexer/notify/store.js';
import { takeLock } from '../../shared/store/lock.js';
import { openForReading } from '../../shared/store/open.js';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { writeConfig } from '../helpers/notify-receiver.js';
import { rareWord, remains } from '../helpers/remains.js';
import { tempFolder } from '../helpers/temp.js';
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

/** Until no more is free; the daemon may write meanwhile. */
function fill(folder: string, freeBytes: number): void {
  const page = Buffer.alloc(4096);
  const isFilled = () => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize <= freeBytes;
  };
  try {
    while (!isFilled()) appendFileSync(join(folder, 'filler'), page);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

describe('find-textd forget', () => {
  it('takes names that are not UTF-8 byte for byte, and refuses one that is still there', async () => {
    const env = new TestEnv();
    const path = Buffer.concat([Buffer.from(`${env.tree}/caf`), Buffer.of(0xe9), Buffer.from('.txt')]);
    writeFileSync(path, 'doubloon');
    await env.startDaemon();
    const forget = () => env.shell(`"$FIND_TEXTD" forget "${env.tree}/$(printf 'caf\\351').txt"`);
    expect(forget()).toMatchObject({ status: 2, stderr: expect.stringContaining('indexed again') });
    rmSync(path);
    await env.untilFound('doubloon', []);
    expect(forget()).toMatchObject({ status: 0, stderr: expect.stringContaining('forgotten') });
  });

  it('wipes a deleted folder at once, through the daemon', async () => {
    const { env, words } = await started();
    rmSync(env.path('secret'), { recursive: true });
    expectForgotten(env, env.path('secret'));
    expect(remains(env.dataDirectory, words)).toEqual([]);
    expect(env.found('other')).toEqual(['other.txt']);
    expect(env.status().index).toMatchObject({ uncleanSinceMs: null, isBeingCleaned: false, documents: 1 });
    expect(env.run('find-textd', 'status').stdout).toMatch(
      /^cleaned {3}\d+:\d+: the index files hold no text of deleted files$/m,
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
    const renamed = [1002, 1003].map((n) => env.path('secret', `${wordOf(n)}.html`));
    expectForgotten(env, ...renamed, env.path('nothing'));
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
    reader.prepare('SELECT count(*) FROM file').get();
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

  it.each(['SIGSTOP before it', 'SIGSTOP amid it'])(
    'gives up when the daemon shows no sign of life: %s',
    async (when) => {
      const env = new TestEnv();
      makeFiles(env);
      const daemon = await env.startDaemon();
      await env.untilSettled();
      const reader = openForReading(join(env.dataDirectory, 'index-000001.db'));
      onTestFinished(() => void reader.close());
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM file').get();
      rmSync(env.path('secret'), { recursive: true });
      // It may take the request faster than anybody can look.
      daemon.process.kill('SIGSTOP');
      const forgetting = env.spawn('forget', env.path('secret'));
      const request = join(env.dataDirectory, 'forget-request.json');
      if (when === 'SIGSTOP amid it') {
        await until('the request is there', () => existsSync(request));
        daemon.process.kill('SIGCONT');
        await until('the daemon has begun', () => !existsSync(request));
        daemon.process.kill('SIGSTOP');
      }
      expect(await forgetting.ended).toBe(2);
      expect(forgetting.stderr()).toContain(`the daemon (process ${daemon.process.pid}) does not answer`);
      expect(existsSync(request)).toBe(false);
    },
  );

  it('works while the daemon is paused', async () => {
    const { env, words } = await started();
    expect(env.run('find-textd', 'pause').status).toBe(0);
    rmSync(env.path('secret'), { recursive: true });
    expectForgotten(env, env.path('secret'));
    expect(remains(env.dataDirectory, words)).toEqual([]);
  });

  it('is refused while a rebuild may have read the file already, and by a second one', async () => {
    const { env } = await started();
    const rebuilding = takeLock(env.dataDirectory, 'rebuild', 'find-textd rebuild');
    rmSync(env.path('secret'), { recursive: true });
    expect(env.run('find-textd', 'forget', env.path('secret'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`a rebuild (process ${process.pid}) is building a new index`),
    });
    rebuilding.release();
    const other = takeLock(env.dataDirectory, 'forget', 'find-textd forget');
    expect(env.run('find-textd', 'forget', env.path('secret'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is already at work on it'),
    });
    other.release();
    expectForgotten(env, `${env.path('secret')}/`);
  });

  it('takes a relative path, and does not refuse what is outside of the folders that are indexed', async () => {
    const { env, words } = await started();
    rmSync(env.path('secret'), { recursive: true });
    expectForgotten(env, relative(process.cwd(), env.path('secret')), env.env.XDG_CONFIG_HOME as string, '/usr');
    expect(remains(env.dataDirectory, words)).toEqual([]);
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot).each([400, 60, 0])(
    'ends with a message, or does it, on a disk with %d KB free [needs root]',
    async (freeKb) => {
      const folder = tempFolder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=14m,mode=0755', 'tmpfs', folder]);
      onTestFinished(() => void execFileSync('umount', ['-l', folder]));
      const env = new TestEnv(folder);
      const words = makeFiles(env);
      for (let n = 0; n < 60; n++) {
        const text = Array.from({ length: 500 }, (_, at) => rareWord(n * 500 + at + 100_000)).join(' ');
        writeFileSync(env.path(n % 2 ? 'secret' : '.', `big${n}.html`), `<p>${text}`);
      }
      await env.startDaemon();
      await env.untilSettled();
      rmSync(env.path('secret'), { recursive: true });
      fill(folder, freeKb * 1024);
      const { status, stderr } = env.run('find-textd', 'forget', env.path('secret'));
      if (status !== 0) {
        expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(/full|no space/i) });
        expect(stderr).toContain('free some MB on that disk');
        rmSync(join(folder, 'filler'));
        expectForgotten(env, env.path('secret'));
      }
      expect(remains(env.dataDirectory, words)).toEqual([]);
    },
  );

  it('says that there is no index', () => {
    const env = new TestEnv();
    expect(env.run('find-textd', 'forget', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is none'),
    });
  });
});

describe('find-textd run', () => {
  it.each([
    ['SIGTERM', 0],
    ['SIGKILL', 0],
    ['SIGTERM', 1],
    ['SIGKILL', 1],
  ] as const)(
    'cleans at its start what was deleted before it was ended by %s; with %d MiB of events names go by forget',
    async (signal, maxMiB) => {
      const env = new TestEnv();
      mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
      writeFileSync(join(env.home, 'config/find-text/config.toml'), `events.maxMiB = ${maxMiB}\n`);
      makeFiles(env);
      const daemon = await env.startDaemon();
      await env.untilSettled();
      rmSync(env.path('secret'), { recursive: true });
      await env.untilFound(wordOf(1), []);
      await daemon.end(signal);
      await env.startDaemon();
      const numbers = [...Array(FILES).keys()];
      const texts = numbers.flatMap((n) => [wordOf(n), wordOf(n + 2000)]);
      const names = numbers.map((n) => wordOf(n + 1000));
      const gone = maxMiB === 0 ? [...texts, ...names] : texts;
      await until(
        () => `nothing remains of ${remains(env.dataDirectory, gone).length}; ${JSON.stringify(env.status().index)}`,
        () => remains(env.dataDirectory, gone).length === 0,
      );
      if (maxMiB === 0) return;
      expectForgotten(env, env.path('secret'));
      expect(remains(env.dataDirectory, names)).toEqual([]);
    },
  );
});

describe('a file that rules watch', () => {
  it('is forgotten by integrity monitoring, too, but for its history, which says so and verifies', async () => {
    const env = new TestEnv();
    writeConfig(env, '[[notify]]\nname = "all"\npaths = ["."]\ndiff = true\nsettleMs = 100\nto = []\n');
    makeFiles(env);
    const known = () => env.status().integrity?.watched ?? 0;
    await env.startDaemon();
    await until('all is known', () => known() === FILES + 3);
    rmSync(env.path('secret'), { recursive: true });
    await until('the end of all is told', () => known() === 2);
    const { stderr, status } = env.run('find-textd', 'forget', env.path('secret'));
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(
        new RegExp(
          `\nfind-textd: what integrity monitoring knew .* is wiped; ${FILES + 1} entries stay in its history.*\n$`,
        ),
      ),
    ]);
    const db = openNotify(env.dataDirectory);
    const paths = ['known', 'shadow', 'shadow_rule'].flatMap((table) =>
      db.prepare<[], Buffer>(`SELECT path FROM ${table}`).pluck().all().map(String),
    );
    db.close();
    expect(new Set(paths)).toEqual(new Set([env.tree, env.path('other.txt')]));
    expect(env.run('find-textd', 'verify').status).toBe(0);
  });
});
