/** Integrity monitoring with the real programs: what arrives at a receiver of webhooks. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../../indexer/notify/ledger/ledger.js';
import { verifyLedger } from '../../indexer/notify/ledger/verify.js';
import { openNotify } from '../../indexer/notify/store.js';
import { type Received, Receiver, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function watched(...rule: string[]): Promise<{ env: TestEnv; receiver: Receiver }> {
  const [env, receiver] = [new TestEnv(), await Receiver.start()];
  writeRules(env, receiver, ...rule);
  return { env, receiver };
}

/** What was there before is known. */
async function untilCompared(receiver: Receiver, times = 1): Promise<void> {
  const isCompared = ({ event_type: kind }: Received) => kind === 'compared';
  await until('the folder is compared with the disk', () => receiver.all.filter(isCompared).length >= times);
}

async function untilTold(env: TestEnv, receiver: Receiver, lines: readonly string[]): Promise<void> {
  await until(
    () => `it is told: ${lines.join(', ')}; not ${receiver.linesIn(env.tree).join(', ')}`,
    () => lines.every((line) => receiver.linesIn(env.tree).includes(line)),
  );
}

/** Not even a busy machine reads it between its truncation and its text. */
function writeWhole(env: TestEnv, name: string, text: string): void {
  const beside = join(env.home, name);
  writeFileSync(beside, text);
  renameSync(beside, env.path(name));
}

function requireWholeHistory(env: TestEnv, noted?: string): void {
  const db = openNotify(env.dataDirectory);
  expect(verifyLedger(new Ledger(db), noted)).toMatchObject({ isWhole: true });
  db.close();
}

describe('a watched folder', () => {
  it('tells of each change once: created, rewritten, made executable, renamed, deleted', async () => {
    const { env, receiver } = await watched();
    writeFileSync(env.path('there.txt'), 'before');
    await env.startDaemon();
    await untilCompared(receiver);
    expect(receiver.changes).toEqual([]);
    const steps: readonly (readonly [string, () => void])[] = [
      ['created new.txt', () => writeFileSync(env.path('new.txt'), 'x')],
      ['modified there.txt', () => writeFileSync(env.path('there.txt'), 'after')],
      ['attrib there.txt', () => chmodSync(env.path('there.txt'), 0o4755)],
      ['moved new.txt > other.txt', () => renameSync(env.path('new.txt'), env.path('other.txt'))],
      ['deleted other.txt', () => rmSync(env.path('other.txt'))],
      ['created link', () => symlinkSync('/etc/hostname', env.path('link'))],
      ['created sub', () => mkdirSync(env.path('sub'))],
    ];
    for (const [at, [line, step]] of steps.entries()) {
      step();
      await untilTold(env, receiver, [line]);
      expect(receiver.linesIn(env.tree)).toHaveLength(at + 1);
    }
    const modified = receiver.changes.find(({ event_type: kind }) => kind === 'modified');
    expect(modified).toMatchObject({
      src_path: env.path('there.txt'),
      changed: ['size', 'mtime', 'sha256'],
      rule: 'all',
    });
    expect([modified?.file?.before?.sha256, modified?.file?.after?.sha256]).toEqual([
      sha256('before'),
      sha256('after'),
    ]);
    const attrib = receiver.changes.find(({ event_type: kind }) => kind === 'attrib');
    expect(attrib?.changes).toEqual(['mode 644 → 4755, now setuid, executable']);
    expect(receiver.headers[0]).toMatchObject({ 'ce-specversion': '1.0', 'content-type': 'application/json' });
    requireWholeHistory(env, receiver.all.at(-1)?.chain.hash);
  });

  it.for([
    ['setfattr', ['-n', 'user.note', '-v', 'x'], 'attribute user.note added'],
    ['setfacl', ['-m', 'u:1:r'], 'access control list added'],
    ['setcap', ['cap_net_raw+ep'], 'capabilities added'],
  ] as const)(
    'tells of %s, which changes neither bytes nor mode nor times',
    async ([command, args, words], context) => {
      const { env, receiver } = await watched('attributes = ["xattr"]');
      writeFileSync(env.path('a'), 'x');
      await env.startDaemon();
      await untilCompared(receiver);
      const { status } = spawnSync(command, [...args, env.path('a')]);
      if (status !== 0) return context.skip(`${command} cannot do its work here`);
      await untilTold(env, receiver, ['attrib a']);
      expect(receiver.changes).toMatchObject([{ changed: ['xattr'], changes: [words] }]);
    },
  );

  it('tells of an editor that replaces the file as one change, and of a temporary file not at all', async () => {
    const { env, receiver } = await watched('settleMs = 1000');
    writeFileSync(env.path('a.txt'), 'before');
    await env.startDaemon();
    await untilCompared(receiver);
    writeFileSync(env.path('gone'), 'x');
    rmSync(env.path('gone'));
    writeFileSync(env.path('a.tmp'), 'after');
    renameSync(env.path('a.tmp'), env.path('a.txt'));
    await untilTold(env, receiver, ['modified a.txt via a.tmp']);
    writeFileSync(env.path('last'), 'x');
    await untilTold(env, receiver, ['created last']);
    expect(receiver.linesIn(env.tree)).toEqual(['modified a.txt via a.tmp', 'created last']);
  });

  it('that is renamed, moved out and in takes its files along', async () => {
    const { env, receiver } = await watched();
    mkdirSync(env.path('d/e'), { recursive: true });
    writeFileSync(env.path('d/e/a'), 'x');
    await env.startDaemon();
    await untilCompared(receiver);
    renameSync(env.path('d'), env.path('f'));
    await untilTold(env, receiver, ['moved d > f', 'moved d/e > f/e', 'moved d/e/a > f/e/a']);
    renameSync(env.path('f'), join(env.home, 'outside'));
    await untilTold(env, receiver, ['deleted f', 'deleted f/e', 'deleted f/e/a']);
    renameSync(join(env.home, 'outside'), env.path('g'));
    await untilTold(env, receiver, ['created g', 'created g/e', 'created g/e/a']);
    expect(receiver.linesIn(env.tree)).toHaveLength(9);
  });

  it('tells what happened while nothing ran, as found by a comparison', async () => {
    const { env, receiver } = await watched();
    for (const name of ['changed', 'gone', 'renamed']) writeFileSync(env.path(name), name);
    const daemon = await env.startDaemon();
    await untilCompared(receiver);
    expect(await daemon.end('SIGKILL')).toBe('SIGKILL');
    writeFileSync(env.path('changed'), 'otherwise');
    rmSync(env.path('gone'));
    renameSync(env.path('renamed'), env.path('called otherwise'));
    writeFileSync(env.path('new'), 'x');
    await env.startDaemon();
    const lines = ['modified changed', 'deleted gone', 'moved renamed > called otherwise', 'created new'];
    await untilTold(env, receiver, lines);
    expect([...receiver.linesIn(env.tree)].sort()).toEqual([...lines].sort());
    expect(new Set(receiver.changes.map(({ origin }) => origin))).toEqual(new Set(['comparison']));
    expect(receiver.changes.every(({ is_synthetic: isSynthetic }) => isSynthetic)).toBe(true);
  });

  it('is told of a file that is written without a pause, while it is written', async () => {
    const { env, receiver } = await watched();
    await env.startDaemon();
    await untilCompared(receiver);
    const writing = setInterval(() => appendFileSync(env.path('busy'), 'x'), 50);
    onTestFinished(() => clearInterval(writing));
    await untilTold(env, receiver, ['created busy']);
  });

  it('tells of files that are left out of the index', async () => {
    const { env, receiver } = await watched();
    mkdirSync(env.path('.ssh'));
    writeFileSync(env.path('.ssh/id_rsa'), 'secret');
    await env.startDaemon();
    await untilCompared(receiver);
    for (const text of ['one', 'three', 'seventeen']) {
      writeFileSync(env.path('.ssh/id_rsa'), text);
      await until('it is told', () => receiver.changes.some(({ file }) => file?.after?.sha256 === sha256(text)));
    }
    expect(receiver.linesIn(env.tree)).toEqual(Array(3).fill('modified .ssh/id_rsa'));
    expect(env.found('seventeen')).toEqual([]);
  });

  it('that is missing tells nothing as deleted, and goes on when it is there again', async () => {
    const { env, receiver } = await watched();
    writeFileSync(env.path('a'), 'x');
    const daemon = await env.startDaemon();
    await untilCompared(receiver);
    await daemon.end('SIGTERM');
    renameSync(env.tree, `${env.tree}-away`);
    const second = await env.startDaemon();
    const compared = ({ event_type: kind, details }: Received) => kind === 'compared' && details?.unreachable === 2;
    await until('it is compared', () => receiver.all.some(compared));
    await second.end('SIGTERM');
    renameSync(`${env.tree}-away`, env.tree);
    appendFileSync(env.path('a'), 'y');
    await env.startDaemon();
    await untilTold(env, receiver, ['modified a']);
    expect(receiver.linesIn(env.tree)).toEqual(['modified a']);
  });
});

describe('the daemon is killed at any moment', () => {
  it('and each of 200 changes arrives, in order for each file, with the same id when it arrives again', async () => {
    const { env, receiver } = await watched('first = "all"', 'settleMs = 20');
    let daemon = await env.startDaemon();
    await untilCompared(receiver);
    const isTold = (name: string, text: string) =>
      receiver.changes.some(
        ({ src_path: path, file }) => path === env.path(name) && file?.after?.sha256 === sha256(text),
      );
    const expected: (readonly [name: string, text: string])[] = [];
    for (let round = 0; round < 10; round++) {
      for (let n = 0; n < 20; n++) {
        const change = [`f${n}`, `round ${round} of file ${n}`] as const;
        expected.push(change);
        writeWhole(env, change[0], change[1]);
      }
      // The next round would hide this one where it is not told yet.
      const some = expected.slice(-20).slice(0, round % 2 === 0 ? 20 : 5);
      await until('some are told', () => some.every(([name, text]) => isTold(name, text)));
      await daemon.end('SIGKILL');
      daemon = await env.startDaemon();
      const all = expected.slice(-20);
      await until('all of the round are told', () => all.every(([name, text]) => isTold(name, text)));
    }
    const ids = new Map<string, string>();
    for (const { id, chain } of receiver.all) {
      expect(ids.get(id) ?? chain.hash).toBe(chain.hash);
      ids.set(id, chain.hash);
    }
    for (let n = 0; n < 20; n++) {
      const hashes = receiver.changes
        .filter(({ src_path: path }) => path === env.path(`f${n}`))
        .map(({ file }) => file?.after?.sha256);
      expect(hashes).toEqual(Array.from({ length: 10 }, (_, round) => sha256(`round ${round} of file ${n}`)));
    }
    requireWholeHistory(env, receiver.all.at(-1)?.chain.hash);
  });

  it('while the receiver is down: all arrives when it is up again', async () => {
    const { env, receiver } = await watched('first = "all"', 'settleMs = 20');
    const daemon = await env.startDaemon();
    await untilCompared(receiver);
    receiver.status = 503;
    for (let n = 0; n < 20; n++) writeWhole(env, `f${n}`, 'x');
    const db = openNotify(env.dataDirectory);
    const { head } = new Ledger(db);
    await until('all are in the history', () => new Ledger(db).head.sequence >= head.sequence + 20);
    db.close();
    await daemon.end('SIGKILL');
    receiver.status = 204;
    await env.startDaemon();
    await until('all arrive', () => receiver.changes.length === 20);
    expect(new Set(receiver.linesIn(env.tree))).toEqual(new Set(Array.from({ length: 20 }, (_, n) => `created f${n}`)));
  });
});

describe('without rules', () => {
  it('there is no thread and no history', async () => {
    const env = new TestEnv();
    const { process: daemon } = await env.startDaemon();
    expect(existsSync(join(env.dataDirectory, 'notify.db'))).toBe(false);
    const threads = readdirSync(`/proc/${daemon.pid}/task`).length;
    const { env: other, receiver } = await watched();
    const { process: watching } = await other.startDaemon();
    await untilCompared(receiver);
    expect(readdirSync(`/proc/${watching.pid}/task`).length).toBeGreaterThan(threads);
  });
});
