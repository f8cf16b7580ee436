/** Integrity monitoring with what goes wrong around it: secrets, a full disk, endpoints that are renamed while they fail. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../indexer/notify/ledger/ledger.js';
import { verifyLedger } from '../../indexer/notify/ledger/verify.js';
import { openNotify } from '../../indexer/notify/store.js';
import { writeConfig } from '../helpers/config-file.js';
import { fillUp, onFullableDisk } from '../helpers/disk.js';
import { type Received, Receiver } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const RULE = '[[notify]]\nname = "all"\npaths = ["."]\nsettleMs = 100\nfirst = "all"\n';
const endpoint = (name: string, { url }: Receiver, ...more: string[]) =>
  ['[[endpoint]]', `name = "${name}"`, `webhook = "${url}"`, ...more, ''].join('\n');
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function untilCompared(receiver: Receiver): Promise<void> {
  await until('it is compared', () => receiver.all.some(({ event_type: kind }) => kind === 'compared'));
}

describe('the secret of an endpoint', () => {
  it.for([
    ['is missing', (file: string) => rmSync(file), /there is no such file/],
    ['can be read by others', (file: string) => chmodSync(file, 0o644), /other users can read it/],
  ] as const)('that %s: nothing is sent, it is said, and all arrives, signed, when it is mended', async (kind) => {
    const [, spoil, why] = kind;
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const file = join(env.home, 'secret');
    writeFileSync(file, `${SECRET}\n`, { mode: 0o600 });
    spoil(file);
    writeConfig(env, RULE + endpoint('ops', receiver, `secretFile = "${file}"`));
    const daemon = await env.startDaemon();
    const health = () => env.status().integrity?.endpoints[0];
    await until('it is compared', () => (health()?.waiting ?? 0) >= 2);
    writeFileSync(env.path('a'), 'x');
    await until('the change waits', () => (health()?.waiting ?? 0) >= 3);
    await until('it is said', () => why.test(daemon.stderr()));
    expect(health()).toMatchObject({ state: 'failing', problem: expect.stringMatching(why) });
    expect(receiver.all).toEqual([]);
    writeFileSync(file, `${SECRET}\n`);
    chmodSync(file, 0o600);
    env.run('find-textd', 'notify', 'enable', 'ops');
    await until('it arrives', () => receiver.linesIn(env.tree).includes('created a'));
    expect(receiver.headers.every((headers) => `${headers['webhook-signature']}`.startsWith('v1,'))).toBe(true);
    expect(daemon.stderr() + env.run('find-textd', 'status').stdout).not.toContain(SECRET.slice(6));
  });
});

describe('rules that are changed while messages wait for an endpoint that fails', () => {
  it('and rename it: they stay, status says so, and they arrive when it has its name again', async () => {
    const [env, failing, well] = [new TestEnv(), await Receiver.start(), await Receiver.start()];
    failing.status = 503;
    const written = (name: string) => RULE + endpoint(name, failing) + endpoint('well', well);
    writeConfig(env, written('ops'));
    await env.startDaemon();
    await untilCompared(well);
    writeFileSync(env.path('a'), 'x');
    await until('the change waits for one', () => well.linesIn(env.tree).includes('created a'));
    writeConfig(env, written('alerts'));
    const health = () => env.status().integrity?.endpoints.map(({ name, state }) => `${name} ${state}`) ?? [];
    await until('the other name counts', () => health().includes('ops removed'));
    expect(health().slice(1)).toEqual(['well works', 'ops removed']);
    expect(env.run('find-textd', 'status').stdout).toMatch(
      /^ +ops: not configured any more, \d+ dead letters: `find-textd notify dead`$/m,
    );
    const again = env.run('find-textd', 'notify', 'dead', '--resend', 'all').stdout;
    expect(again).toMatch(
      /^(\d+) messages will be sent again\n\1 messages for ops: when a daemon has an endpoint of that name\n$/,
    );
    expect(env.run('find-textd', 'status').stdout).toMatch(/^ +ops: not configured any more, \d+ waiting$/m);
    failing.status = 204;
    writeConfig(env, written('ops'));
    await until('it has its name again', () => health().some((line) => /^ops (works|failing)$/.test(line)));
    await until('it arrives', () => failing.linesIn(env.tree).includes('created a'));
    expect(failing.linesIn(env.tree)).toEqual(['created a']);
  });
});

it('a program of a backup that hangs is named, and no change waits for it for long', async () => {
  const [env, receiver] = [new TestEnv(), await Receiver.start()];
  const places = 'backup = [{ tool = "command", argv = ["/bin/sleep", "1000"] }]\n';
  writeConfig(env, RULE + places + endpoint('ops', receiver));
  writeFileSync(env.path('a'), 'before');
  await env.startDaemon();
  await untilCompared(receiver);
  for (const text of ['one', 'three']) {
    writeFileSync(env.path('a'), text);
    const isTold = ({ file }: Received) => file?.after?.size === text.length;
    await until('it is told', () => receiver.changes.some(isTold));
    expect(receiver.changes.find(isTold)?.backup).toEqual({ none: expect.stringContaining('did not answer') });
  }
});

describe.skipIf(process.getuid?.() !== 0)('a disk that is full [needs root]', () => {
  it('of the history: nothing is lost and nothing told twice, when there is room again', async () => {
    const { env, disk } = onFullableDisk();
    const receiver = await Receiver.start();
    writeConfig(env, RULE + endpoint('ops', receiver));
    const daemon = await env.startDaemon();
    await untilCompared(receiver);
    const filler = join(disk, 'filler');
    fillUp(filler);
    const names = Array.from({ length: 300 }, (_, n) => `n${n}`);
    for (const name of names) writeFileSync(env.path(name), `${name} ${'x'.repeat(3_000)}`);
    await until('the daemon says that it is full', () => daemon.stderr().includes('full'));
    rmSync(filler);
    await until(
      () => `all are told, not ${receiver.changes.length}`,
      () => receiver.changes.length >= names.length,
    );
    expect([...receiver.linesIn(env.tree)].sort()).toEqual(names.map((name) => `created ${name}`).sort());
    expect(daemon.process.exitCode).toBeNull();
    const db = openNotify(env.dataDirectory);
    expect(verifyLedger(new Ledger(db), receiver.all.at(-1)?.chain.hash)).toMatchObject({ isWhole: true });
    db.close();
  });
});
