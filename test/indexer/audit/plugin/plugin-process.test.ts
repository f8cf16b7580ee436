import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readNotedReads } from '../../../../indexer/audit/log/noted-reads.js';
import { isSlotName } from '../../../../indexer/audit/log/slot-header.js';
import type { WatchedRoot } from '../../../../indexer/audit/plugin/audit-config.js';
import { identifyProcess, isAlive, type ProcessIdentity } from '../../../../shared/process-identity.js';
import { AT_FDCWD, auditEvent, path } from '../../../helpers/audit-lines.js';
import { PLUGIN_ACCOUNT, PluginEnv, SELF } from '../../../helpers/audit-plugin.js';
import { until } from '../../../helpers/test-env.js';

const isRoot = SELF.uid === 0;
const ALICE = { uid: 12_345, gid: 12_345 };
const BOB = { uid: 12_346, gid: 12_346 };
const O_CREAT_O_WRONLY = '41';

/** A file being made in a watched folder, as the kernel tells it. */
function created(env: PluginEnv, serial: number, name = `f${serial}`, root = env.root()): Buffer {
  return auditEvent({
    serial,
    time: 1_700_000_000 + serial / 1000,
    call: 'openat',
    args: [AT_FDCWD, '0', O_CREAT_O_WRONLY],
    key: root.key,
    paths: [path('PARENT', `${root.path}/`, 7), path('CREATE', `${root.path}/${name}`, 1000 + serial)],
  });
}

/** The same ones for the same seed. */
function randomBytes(length: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state & 0xff;
    }),
  );
}

const many = (env: PluginEnv, from: number, to: number) =>
  Buffer.concat(Array.from({ length: to - from + 1 }, (_none, at) => created(env, from + at)));

describe('the plugin', () => {
  it('writes what comes in, and ends with the input', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    plugin.feed(many(env, 1, 3));
    expect(await plugin.end()).toBe(0);
    expect(env.told()).toEqual(['plugin-start', 'f1', 'f2', 'f3']);
    expect(env.log().at(1)).toMatchObject({ kind: 'create', who: { uid: 1000, comm: 'sh' }, key: env.root().key });
    expect(env.status()).toMatchObject({ isRunning: false, events: 3, changes: 3, dropped: 0, failures: 0 });
  });

  it('notes for the owner alone of which reads its rules tell, and of which no more', async () => {
    const env = new PluginEnv();
    const reads = { folders: [env.root().path], isOpened: true, isDenied: false, exes: ['/usr/bin/env'] };
    const roots = env.config.roots;
    env.writeConfig({ roots: roots.map((root) => ({ ...root, reads })) });
    await (await env.start()).end();
    expect(readNotedReads(env.directory())).toEqual(reads);
    const { mode, uid } = statSync(join(env.directory(), 'reads.json'));
    expect([mode & 0o777, uid]).toEqual([0o600, SELF.uid]);
    env.writeConfig({ roots });
    await (await env.start()).end();
    expect(readNotedReads(env.directory())).toBeNull();
  });

  it('writes a lone change while the input stays open, and says then how far it has read', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    await until('it has read nothing', () => env.status()?.readMs === 0);
    plugin.feed(created(env, 1));
    await until('it has read it', () => env.status()?.readMs === 1_700_000_000_001);
    expect(env.told()).toContain('f1');
  });

  it('ends on SIGTERM with what it had read', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    plugin.feed(many(env, 1, 500));
    plugin.signal('SIGTERM');
    expect(await plugin.ended).toBe(0);
    expect(env.told()).toHaveLength(501);
  });

  it('goes on after SIGHUP when nothing has changed', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    await until('it has written its status', () => env.status()?.atMs !== undefined);
    for (let heard = env.status()?.atMs, times = 0; times < 2; times++) {
      plugin.signal('SIGHUP');
      await until('it has heard', () => env.status()?.atMs !== heard);
      heard = env.status()?.atMs;
    }
    plugin.feed(created(env, 1));
    expect(await plugin.end()).toBe(0);
    expect(env.told()).toEqual(['plugin-start', 'f1']);
  });

  it('writes nothing of a root whose path leads elsewhere, says so, and goes on when it leads back', async () => {
    const env = new PluginEnv({ tree: SELF, other: SELF });
    const { ino: inode, uid } = statSync(env.path('tree'));
    const [tree, other] = env.config.roots as [WatchedRoot, WatchedRoot];
    env.writeConfig({ roots: [{ ...tree, folder: { inode, uid } }, other] });
    const plugin = await env.start();
    const loaded = (serial: number) =>
      `type=CONFIG_CHANGE msg=audit(1700000000.00${serial}:${serial}): op=add_rule key="${tree.key}" list=4 res=1\n`;
    plugin.feed(created(env, 1));
    await until('it is written', () => env.told().includes('f1'));
    renameSync(env.path('tree'), env.path('away'));
    symlinkSync('other', env.path('tree'));
    plugin.feed(loaded(2));
    plugin.feed(Buffer.concat([created(env, 3), created(env, 4, 'f4', other)]));
    await until('the others go on', () => env.told('other').includes('f4'));
    await until('it is told', () => env.told().includes('root-replaced') && env.status()?.looseRoots === 1);
    expect(env.told()).toEqual(['plugin-start', 'f1', 'root-replaced']);
    rmSync(env.path('tree'));
    renameSync(env.path('away'), env.path('tree'));
    plugin.feed(loaded(5));
    plugin.feed(created(env, 6));
    await plugin.end();
    expect(env.told()).toEqual(['plugin-start', 'f1', 'root-replaced', 'rule-added', 'f6']);
    expect(env.status()?.looseRoots).toBe(0);
  });

  it('ends on SIGHUP after a change of its configuration, to be started again as root', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    plugin.feed(created(env, 1));
    await until('it is written', () => env.told().includes('f1'));
    env.writeConfig({ maxLogs: 3 });
    plugin.signal('SIGHUP');
    expect(await plugin.ended).toBe(0);
    expect(env.told()).toEqual(['plugin-start', 'f1']);
  });

  it.each([
    ['removed', (directory: string) => rmSync(directory, { recursive: true })],
    ['moved away', (directory: string) => renameSync(directory, `${directory}-old`)],
  ])('ends when its log was %s, and makes a new one when it is started again', async (_what, vanish) => {
    const env = new PluginEnv();
    const first = await env.start();
    vanish(env.directory());
    first.signal('SIGHUP');
    expect(await first.ended).toBe(0);
    const second = await env.start();
    second.feed(created(env, 2));
    await second.end();
    expect(env.told()).toEqual(['plugin-start', 'f2']);
  });

  it('tells after a crash since when something may be missing', async () => {
    const env = new PluginEnv();
    const first = await env.start();
    first.feed(created(env, 1));
    await until('it is written', () => env.told().includes('f1'));
    const before = Math.floor(statSync(`${env.directory()}/changes.0.log`).mtimeMs) / 1000;
    first.signal('SIGKILL');
    await first.ended;
    const second = await env.start();
    second.feed(created(env, 2));
    await second.end();
    expect(env.told()).toEqual(['plugin-start', 'f1', 'plugin-start', 'f2']);
    expect(env.log().at(2)).toEqual({ kind: 'gap', reason: 'plugin-start', since: before });
  });

  it('rotates by size and count', async () => {
    const env = new PluginEnv();
    env.writeConfig({ maxLogBytes: 64 * 1024, maxLogs: 2 });
    const plugin = await env.start();
    for (let from = 1; from < 1000; from += 100) {
      plugin.feed(many(env, from, from + 99));
      await until('they are written', () => env.told().includes(`f${from + 99}`));
    }
    await plugin.end();
    const slots = readdirSync(env.directory()).filter(isSlotName);
    const sizes = slots.map((name) => statSync(`${env.directory()}/${name}`).size);
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(env.told()).not.toContain('f1');
  });

  it('survives bytes that are no records, says so, and hears the rest', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    const rubbish = randomBytes(300_000, 1);
    plugin.feed(Buffer.concat([rubbish, Buffer.from('\n'), created(env, 1), Buffer.alloc(10_000_000, 'x')]));
    plugin.feed(Buffer.concat([Buffer.from('\n'), created(env, 2), created(env, 3).subarray(0, 150)]));
    expect(await plugin.end()).toBe(0);
    expect(env.told().filter((what) => /^f/.test(what))).toEqual(['f1', 'f2']);
    expect(env.told()).toContain('unparsable');
    expect(env.status()).toMatchObject({ failures: 0 });
  });

  it('tells the gaps of the stream: auditd started, a rule removed, auditing off, records and events lost', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    const stamp = (serial: number) => `msg=audit(1700000000.000:${serial}):`;
    plugin.feed(`type=DAEMON_START ${stamp(9000)} op=start ver=3.0.9 res=success\n`);
    plugin.feed(created(env, 1));
    plugin.feed(`type=CONFIG_CHANGE ${stamp(2)} op=remove_rule key="${env.root().key}" list=4 res=1\n`);
    plugin.feed(`type=CONFIG_CHANGE ${stamp(3)} op=set audit_enabled=1 old=0 res=1\n`);
    plugin.feed(auditEvent({ serial: 4, items: 3, key: env.root().key, paths: [path('NORMAL', '/x', 1)] }));
    plugin.feed(many(env, 9, 9));
    await plugin.end();
    const gaps = ['plugin-start', 'daemon-start', 'rule-removed', 'rule-added', 'partial-event', 'overflow'];
    expect(new Set(env.told())).toEqual(new Set([...gaps, 'f1', 'f9']));
    expect(env.log().find(({ reason }) => reason === 'overflow')).toMatchObject({ count: 4 });
  });

  it.each([
    ['remove_rule', 'rule-removed'],
    ['add_rule', 'rule-added'],
  ])('tells of %s only in the log of its root, and of rules of others nowhere', async (op, reason) => {
    const env = new PluginEnv({ tree: SELF, other: SELF });
    const plugin = await env.start();
    const { key } = env.root('other');
    for (const whose of [`"${key}"`, '"somebody-else"', `"${key}-not"`, '(null)'])
      plugin.feed(`type=CONFIG_CHANGE msg=audit(1700000000.000:2): op=${op} key=${whose} list=4 res=1\n`);
    await plugin.end();
    expect(env.told('other')).toEqual(['plugin-start', reason]);
    expect(env.log('other').at(-1)).toMatchObject({ count: 1 });
    expect(env.told('tree')).toEqual(['plugin-start']);
  });

  it('says last what came last of a rule that goes and comes', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    for (const op of ['remove_rule', 'add_rule', 'remove_rule'])
      plugin.feed(`type=CONFIG_CHANGE msg=audit(1700000000.000:2): op=${op} key="${env.root().key}" list=4 res=1\n`);
    await plugin.end();
    expect(env.told()).toEqual(['plugin-start', 'rule-added', 'rule-removed']);
  });

  it('holds no more than 80 MB while it is flooded', async () => {
    const env = new PluginEnv();
    env.writeConfig({ maxLogBytes: 16 << 20 });
    const plugin = await env.start();
    for (let from = 1; from < 60_000; from += 1000) {
      plugin.feed(many(env, from, from + 999));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('it has read all', () => plugin.child.stdin?.writableLength === 0);
    const peakKb = Number.parseInt(plugin.proc('VmHWM'), 10);
    await plugin.end();
    expect(env.status()?.events).toBe(60_000);
    expect(peakKb).toBeGreaterThan(30_000);
    expect(peakKb).toBeLessThan(80_000);
  });

  describe('with a configuration it must not trust', () => {
    const spoil: Record<string, (env: PluginEnv) => void> = {
      'that is missing': (env) => rmSync(env.configFile),
      'that everybody may write': (env) => chmodSync(env.configFile, 0o666),
      'that is a symlink': (env) => {
        renameSync(env.configFile, `${env.configFile}-real`);
        symlinkSync(`${env.configFile}-real`, env.configFile);
      },
      'in a folder that everybody may write': (env) => chmodSync(env.folder, 0o777),
      'that is not JSON': (env) => writeFileSync(env.configFile, '{'),
      'with an unknown field': (env) =>
        writeFileSync(env.configFile, readFileSync(env.configFile, 'utf8').replace('"maxLogs"', '"maxLog"')),
    };

    it.each(Object.entries(spoil))(
      '%s: writes nothing, says why, and reads on so as not to hold up auditd',
      async (_what, spoilIt) => {
        const env = new PluginEnv();
        spoilIt(env);
        const plugin = env.spawn();
        plugin.feed(Buffer.alloc(4_000_000, 'x\n'));
        await until('all is read', () => plugin.child.stdin?.writableLength === 0);
        expect(await plugin.end()).toBe(2);
        expect(plugin.stderr).toContain(env.configFile);
        expect(existsSync(env.logDirectory)).toBe(false);
      },
    );
  });

  it('opens the other logs when one cannot be opened, and says so in its status', async () => {
    const env = new PluginEnv({ tree: SELF, other: SELF });
    mkdirSync(env.directory('other'), { recursive: true });
    chmodSync(env.directory('other'), 0o777);
    const plugin = await env.start();
    plugin.feed(created(env, 1));
    await plugin.end();
    expect(env.told('tree')).toEqual(['plugin-start', 'f1']);
    expect(env.status()).toMatchObject({
      logsFailing: 1,
      lastFailure: expect.stringContaining('written to by others'),
    });
  });
});

describe.skipIf(!isRoot)(`the plugin, started as root${isRoot ? '' : ' (skipped: this is not root)'}`, () => {
  it('drops root in every thread, with all groups and capabilities', async () => {
    const env = new PluginEnv();
    const plugin = await env.start();
    plugin.feed(created(env, 1));
    await until('it is written', () => env.told().includes('f1'));
    const { uid, gid } = PLUGIN_ACCOUNT;
    const threads = readdirSync(`/proc/${plugin.child.pid}/task`);
    expect(threads.length).toBeGreaterThan(3);
    for (const thread of threads) {
      const status = readFileSync(`/proc/${plugin.child.pid}/task/${thread}/status`, 'utf8');
      expect(status).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
      expect(status).toMatch(new RegExp(`^Gid:\\t${gid}\\t${gid}\\t${gid}\\t${gid}$`, 'm'));
      expect(status).toMatch(/^Groups:\s*$/m);
      expect(status).toMatch(/^CapPrm:\t0+$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
    }
  });

  it('goes on in a child without root where Node changes the user of no running process', async () => {
    const env = new PluginEnv({ tree: SELF, alice: ALICE });
    const plugin = await env.startHandedOver();
    const child = identifyProcess(env.status()?.pid as number) as ProcessIdentity;
    plugin.feed(created(env, 1));
    plugin.feed(created(env, 2, 'letter', env.root('alice')));
    await until('both are written', () => env.told().includes('f1') && env.told('alice').includes('letter'));
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const { uid, gid } = PLUGIN_ACCOUNT;
    expect(status).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
    expect(status).toMatch(new RegExp(`^Gid:\\t${gid}\\t${gid}\\t${gid}\\t${gid}$`, 'm'));
    expect(status).toMatch(/^Groups:\s*$/m);
    expect(status).toMatch(/^CapPrm:\t0+$/m);
    plugin.signal('SIGTERM');
    expect(await plugin.ended).toBe(0);
    expect(isAlive(child)).toBe(false);
    expect(env.told()).toEqual(['plugin-start', 'f1']);
    expect(env.status()).toMatchObject({ isRunning: false, logsFailing: 0 });
  });

  it('and there ends with its input, with a new configuration, and with the process that has handed over', async () => {
    const env = new PluginEnv();
    const first = await env.startHandedOver();
    first.feed(created(env, 1));
    expect(await first.end()).toBe(0);
    const second = await env.startHandedOver();
    env.writeConfig({ maxLogs: 3 });
    second.signal('SIGHUP');
    expect(await second.ended).toBe(0);
    const third = await env.startHandedOver();
    const child = identifyProcess(env.status()?.pid as number) as ProcessIdentity;
    third.signal('SIGKILL');
    await until('the child has ended, too', () => !isAlive(child));
    expect(env.told()).toEqual(['plugin-start', 'f1', 'plugin-start', 'plugin-start']);
  });

  it('will not stay root, whatever its configuration says', async () => {
    const env = new PluginEnv();
    env.writeConfig({ runAs: { uid: 0, gid: 0 } });
    const plugin = env.spawn();
    plugin.feed(created(env, 1));
    expect(await plugin.end()).toBe(2);
    expect(plugin.stderr).toContain('may not stay root');
  });

  it('gives each log to the owner of its root alone, and tells nobody of the others', async () => {
    const env = new PluginEnv({ alice: ALICE, bob: BOB });
    const plugin = await env.start();
    plugin.feed(created(env, 1, 'letter', env.root('alice')));
    plugin.feed(created(env, 2, 'novel', env.root('bob')));
    await plugin.end();
    expect([env.told('alice'), env.told('bob')]).toEqual([
      ['plugin-start', 'letter'],
      ['plugin-start', 'novel'],
    ]);
    for (const [name, owner] of Object.entries({ alice: ALICE, bob: BOB })) {
      const slot = `${env.directory(name)}/changes.0.log`;
      expect(statSync(slot)).toMatchObject(owner);
      expect(statSync(slot).mode & 0o777).toBe(0o600);
      expect(statSync(env.directory(name))).toMatchObject({ uid: 0 });
    }
  });

  it('drops and counts while the disk is full, and says so when it has room again', async () => {
    const env = new PluginEnv();
    mkdirSync(env.logDirectory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=755', 'none', env.logDirectory]);
    onTestFinished(() => void execFileSync('umount', [env.logDirectory]));
    const plugin = await env.start();
    writeFileSync(`${env.logDirectory}/ballast`, Buffer.alloc(200_000));
    plugin.feed(many(env, 1, 300));
    await until('it drops', () => {
      plugin.signal('SIGHUP');
      return (env.status()?.dropped ?? 0) > 0;
    });
    rmSync(`${env.logDirectory}/ballast`);
    let serial = 300;
    await until('it says so', () => {
      plugin.feed(created(env, ++serial));
      return env.told().includes('log-full');
    });
    plugin.feed(created(env, ++serial));
    await plugin.end();
    expect(env.told().at(-1)).toBe(`f${serial}`);
  });
});
