/** `find-textd watch`: one command, no configuration, each change a line and a post. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shownUpTo } from '../../indexer/notify/echo.js';
import { Notes, openNotifyForReading } from '../../indexer/notify/store.js';
import type { Db } from '../../shared/store/open.js';
import { type Received, Receiver } from '../helpers/notify-receiver.js';
import { type Daemon, TestEnv, until } from '../helpers/test-env.js';

async function started(env: TestEnv, ...args: readonly string[]): Promise<Daemon> {
  const watch = env.spawn('watch', env.tree, '--source', 'inotify', ...args);
  await until('it watches', () => {
    if (watch.process.exitCode !== null) throw new Error(`it has ended: ${watch.stderr()}`);
    return /^watching /m.test(watch.stdout());
  });
  return watch;
}

/** `created a.txt`. Without gaps: a mount that came and went beside it opens one. */
function linesOf(watch: Daemon, env: TestEnv): readonly string[] {
  const lines = watch
    .stdout()
    .split('\n')
    .filter((line) => /^\d{4}-/.test(line) && !/ gap_(opened|closed) /.test(line));
  return lines.map((line) =>
    line
      .replace(`${env.tree}/`, '')
      .replace(/^\S+ \S+ +/, '')
      .replace(/ +/g, ' '),
  );
}

/** What is printed and not recorded as printed is printed again after a kill. */
async function untilRecorded(env: TestEnv): Promise<void> {
  const files = readdirSync(join(env.home, 'data'), { recursive: true, encoding: 'utf8' });
  const file = files.find((name) => basename(name) === 'notify.db') ?? '';
  const db = openNotifyForReading(dirname(join(env.home, 'data', file))) as Db;
  const last = db.prepare<[], number>("SELECT max(sequence) FROM ledger WHERE delivery = 'sent'").pluck();
  await until('it is recorded', () => shownUpTo(new Notes(db)) === last.get());
  db.close();
}

describe('find-textd watch', () => {
  it.each(['WATCH_WEBHOOK_URL', 'WEBHOOK_URL'])(
    'tells create, rewrite, read, delete as 1, 1, 0, 1, and posts them to %s',
    async (variable) => {
      const [env, receiver] = [new TestEnv(), await Receiver.start()];
      env.env[variable] = receiver.url;
      const watch = await started(env);
      const steps: readonly (readonly [number, () => void])[] = [
        [1, () => writeFileSync(env.path('a.txt'), 'one')],
        [2, () => writeFileSync(env.path('a.txt'), 'two, and longer')],
        [2, () => void readFileSync(env.path('a.txt'))],
        [3, () => rmSync(env.path('a.txt'))],
      ];
      for (const [count, step] of steps) {
        step();
        await until(`${count} are posted`, () => receiver.all.length >= count);
      }
      expect(receiver.all.map(({ event_type: kind, src_path: path }) => [kind, path])).toEqual(
        ['created', 'modified', 'deleted'].map((kind) => [kind, env.path('a.txt')]),
      );
      // Its line and its message go separate ways.
      await until('the last line is printed', () => linesOf(watch, env).includes('deleted a.txt'));
      expect(linesOf(watch, env)).toEqual(['created a.txt', 'modified a.txt', 'deleted a.txt']);
      expect(watch.stdout()).not.toContain('/hook');
      expect(await watch.end('SIGTERM')).toBe(0);
    },
  );

  it('prints changes when there is no webhook, also those that happened while it did not run', async () => {
    const env = new TestEnv();
    const first = await started(env);
    writeFileSync(env.path('a.txt'), 'one');
    await until('it is printed', () => linesOf(first, env).length === 1);
    await untilRecorded(env);
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    rmSync(env.path('a.txt'));
    const second = await started(env);
    await until('it is printed', () => linesOf(second, env).length > 0);
    expect(linesOf(second, env)).toEqual(['deleted a.txt']);
  });

  it('knows after a kill at any moment what it has printed, and tells what became of it', async () => {
    const env = new TestEnv();
    const first = await started(env);
    writeFileSync(env.path('a.txt'), 'one');
    const isPrinted = () => linesOf(first, env).includes('created a.txt');
    first.process.stdout?.on('data', () => isPrinted() && first.process.kill('SIGKILL'));
    expect(await first.ended).toBe('SIGKILL');
    rmSync(env.path('a.txt'));
    const second = await started(env);
    await until('it is printed', () => linesOf(second, env).includes('deleted a.txt'));
    // The line that it was killed at is printed again where nobody could note it.
    expect(['deleted a.txt', 'created a.txt deleted a.txt']).toContain(linesOf(second, env).join(' '));
  });

  it('keeps the address of --webhook out of the process list, its files and what it says', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const url = `${receiver.url}/qzvsecret`;
    const watch = await started(env, '--webhook', url);
    writeFileSync(env.path('a.txt'), 'one');
    await until('it is posted', () => receiver.all.length > 0);
    const listed = readFileSync(`/proc/${watch.process.pid}/cmdline`, 'latin1');
    expect(listed).toContain('find-textd watch');
    expect(listed + watch.stdout() + watch.stderr()).not.toContain('qzvsecret');
    expect(env.shell(`grep -rl qzvsecret ${join(env.home, 'data')} ${join(env.home, 'state')}`).stdout).toBe('');
  });

  it('tells only the events that are asked for', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'one');
    const watch = await started(env, '--events', 'deleted');
    writeFileSync(env.path('b.txt'), 'one');
    rmSync(env.path('a.txt'));
    await until('it is printed', () => linesOf(watch, env).length > 0);
    expect(linesOf(watch, env)).toEqual(['deleted a.txt']);
    expect(await watch.end('SIGINT')).toBe(0);
  });

  it('says what is wrong with its arguments', () => {
    const env = new TestEnv();
    const wrong = env.run('find-textd', 'watch', env.tree, '--events', 'created,changed');
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('watch for "changed": there is no such event'),
    ]);
    const address = env.run('find-textd', 'watch', env.tree, '--webhook', 'ftp-qzvsecret');
    expect([address.status, address.stderr]).toEqual([2, expect.stringContaining('does not begin with https://')]);
    expect(address.stderr).not.toContain('qzvsecret');
    const host = env.run('find-textd', 'watch', env.tree, '--webhook', 'http://qzv secret/x');
    expect([host.status, host.stderr]).toEqual([2, expect.stringContaining('look at its host and port')]);
    expect(host.stderr).not.toContain('qzv');
    const missing = env.run('find-textd', 'watch', join(env.home, 'missing'));
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringMatching(/watch .*missing: it does not exist/)]);
    writeFileSync(env.path('a.txt'), 'one');
    const file = env.run('find-textd', 'watch', env.path('a.txt'));
    expect([file.status, file.stderr]).toEqual([2, expect.stringContaining('the folder that it is in')]);
    const option = env.run('find-textd', 'watch', '--evnts', 'created', env.tree);
    expect([option.status, option.stderr]).toEqual([2, expect.stringContaining('`find-textd watch --help`')]);
  });

  it('says that nothing is posted when no webhook is named, and who watches already', async () => {
    const env = new TestEnv();
    const watch = await started(env);
    expect(watch.stdout()).toContain('set WATCH_WEBHOOK_URL');
    const second = env.run('find-textd', 'watch', env.tree);
    expect([second.status, second.stderr]).toEqual([
      2,
      expect.stringContaining(`another watch (process ${watch.process.pid}) does it already`),
    ]);
  });

  it('keeps what a receiver did not take, and tries it at once when it is started again', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    env.env.WATCH_WEBHOOK_URL = receiver.url;
    receiver.status = 503;
    const first = await started(env);
    writeFileSync(env.path('a.txt'), 'one');
    await until('it says that it waits', () => /what is to be sent waits/.test(first.stderr()));
    // After the second failure the schedule waits for five minutes.
    await until('it has failed twice', () => receiver.refused >= 2);
    expect(await first.end('SIGTERM')).toBe(0);
    receiver.status = 204;
    await started(env);
    // A gap may be told, too, as where something was mounted for a moment.
    const isIt = ({ event_type, src_path }: Received) => event_type === 'created' && src_path === env.path('a.txt');
    await until('it arrives', () => receiver.all.some(isIt));
  });
});
