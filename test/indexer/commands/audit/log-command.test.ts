/** `find-textd audit log`: who did what, when, in one log or in several, for a person at a terminal. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import type { FileChange, Place } from '../../../../indexer/audit/changes/file-change.js';
import { encodeGap } from '../../../../indexer/audit/log/gap.js';
import { openSlots } from '../../../../indexer/audit/log/open-slots.js';
import { SlotRing } from '../../../../indexer/audit/log/slot-ring.js';
import {
  AUDIT_DEFAULTS,
  encodeAuditConfig,
  keyOf,
  logDirectoryOf,
  type WatchedRoot,
} from '../../../../indexer/audit/plugin/audit-config.js';
import { runAuditLog } from '../../../../indexer/commands/audit/log.js';
import { timeText } from '../../../../shared/who-text.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';
import { change, SELF } from '../../audit/log/samples.js';

const USERS = new Map([
  [0, 'root'],
  [1000, 'ann'],
  [1001, 'bob'],
]);

type Line = Partial<FileChange> | string;

/** A machine with a change log for each folder, holding these lines. */
async function machine(logs: Readonly<Record<string, readonly Line[]>>) {
  const base = tempFolder();
  const roots = Object.keys(logs).map(
    (name): WatchedRoot => ({ path: Buffer.from(join(base, name)), owner: SELF, key: keyOf(Buffer.from(name)) }),
  );
  const config = {
    ...AUDIT_DEFAULTS,
    logDirectory: join(base, 'logs'),
    runAs: SELF,
    roots,
    leaveOut: { paths: [], actors: [] },
  };
  const configFile = join(base, 'audit.json');
  writeFileSync(configFile, encodeAuditConfig(config), { mode: 0o600 });
  for (const root of roots) {
    mkdirSync(root.path, { recursive: true });
    const ring = new SlotRing(await openSlots(logDirectoryOf(config, root), 2, SELF), root.path, 1 << 20, Date.now);
    onTestFinished(() => ring.close());
    const lines = Object.values(logs)[roots.indexOf(root)] ?? [];
    const text = lines.map((line, at) => (typeof line === 'string' ? line : encodeChange({ ...change(at), ...line })));
    await ring.append([Buffer.from(text.join('').replaceAll('BASE', base))]);
  }
  const print = async (args: Parameters<typeof runAuditLog>[0] = {}) => {
    const stdout = new TextSink();
    await runAuditLog(args, { configFile, stdout, users: USERS });
    return stdout.text.replaceAll(base, '');
  };
  return { base, print };
}

const at = (path: string, parent: Place['parent'] = null): Place => ({ path: Buffer.from(path), parent, name: null });
const in7 = (name: string): Place => ({ path: null, parent: { inode: 7, dev: '08:01' }, name: Buffer.from(name) });
const by = (auid: number | null, uid: number | null, exe: string | null, comm = 'vi') => ({
  who: { auid, uid, pid: 1, ppid: 1, comm, exe, gid: null, euid: uid, session: null },
});
const WHEN = timeText(1_700_000_000_000);

describe('audit log', () => {
  it('says when, who with names, what and with which program, newest last', async () => {
    const { print } = await machine({
      docs: [
        { ...by(1000, 1000, '/usr/bin/vi'), from: at('BASE/docs/a') },
        { ...by(1000, 0, '/usr/bin/rm', 'rm'), kind: 'delete', from: at('BASE/docs/a') },
        { ...by(null, 4711, '/usr/bin/python3', 'pip'), kind: 'create', from: at('BASE/docs/b') },
      ],
    });
    expect(await print()).toBe(
      [
        `${WHEN}  ann           opened-file: /docs/a  (/usr/bin/vi)`,
        `${WHEN}  ann as root   deleted: /docs/a  (/usr/bin/rm)`,
        `${WHEN}  4711          opened-file: /docs/b  (/usr/bin/python3 (pip))`,
        '',
      ].join('\n'),
    );
  });

  it('lets nothing in a name, a program or a folder obey the terminal', async () => {
    const evil = 'BASE/docs/a\n\x1b]0;evil\x07\u202e';
    const { print } = await machine({ docs: [{ ...by(1000, 1000, `/x\x1b[2J`, 'c\x07'), from: at(evil) }] });
    expect(await print()).toMatch(/^[ -~]+\n$/);
  });

  it('shows only what concerns a file or folder: also what moved or removed a folder above it', async () => {
    const { base, print } = await machine({
      docs: [
        { from: at('BASE/docs/sub/a') },
        { from: at('BASE/docs/subway/b') },
        { kind: 'rename', from: at('BASE/docs/c'), to: at('BASE/docs/sub/c') },
        { kind: 'rename', from: at('BASE/docs/sub'), to: at('BASE/docs/old') },
      ],
    });
    const names = async (path: string) =>
      (await print({ path: join(base, path) })).split('\n').flatMap((line) => /: (.*) {2}\(/.exec(line)?.[1] ?? []);
    expect(await names('docs/sub')).toEqual(['/docs/sub/a', '/docs/c -> /docs/sub/c', '/docs/sub -> /docs/old']);
    expect(await names('docs/sub/a')).toEqual(['/docs/sub/a', '/docs/sub -> /docs/old']);
    expect(await names('docs')).toHaveLength(4);
    await expect(print({ path: '/elsewhere' })).rejects.toMatchObject({
      message: expect.stringContaining('read the change log of /elsewhere: it is not watched; what is: '),
      hint: expect.stringContaining('audit install /elsewhere'),
    });
  });

  it('shows only changes by a user, a login or a program', async () => {
    const { print } = await machine({
      docs: [
        { ...by(1000, 0, '/usr/bin/rm', 'rm'), from: at('BASE/docs/one') },
        { ...by(1001, 1001, '/usr/bin/vim.basic', 'vim'), from: at('BASE/docs/two') },
      ],
    });
    const count = async (who: string) => (await print({ who })).split('\n').length - 1;
    expect(
      await Promise.all(['ann', 'root', '1000', 'bob', 'rm', 'vim', '/usr/bin/vim.basic', 'x'].map(count)),
    ).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  });

  it('shows only what is not older than a time', async () => {
    const { print } = await machine({
      docs: [
        { timestampMs: 1_600_000_000_000, from: at('BASE/docs/old') },
        { timestampMs: 1_700_000_000_000, from: at('BASE/docs/new') },
      ],
    });
    expect(await print({ since: '2023-01-01' })).toMatch(/^.*\/docs\/new.*\n$/);
    await expect(print({ since: 'yesterdayish\x1b' })).rejects.toThrow("'yesterdayish\\x1b' is no time");
  });

  it('names what was removed through a descriptor by what the log told of the folder before', async () => {
    const folder = { inode: 7, dev: '08:01' };
    const { print } = await machine({
      docs: [
        { kind: 'mkdir', from: at('BASE/docs/d'), file: folder },
        { kind: 'delete', certainty: 'inode', from: in7('f') },
        { kind: 'rename', from: at('BASE/docs/d'), to: at('BASE/docs/e'), file: folder },
        { kind: 'delete', certainty: 'inode', from: in7('g') },
      ],
    });
    expect(await print()).toMatch(/deleted: \/docs\/d\/f {2}\(.*deleted: \? g \(in folder inode 7\)/s);
  });

  it('tells where changes may be missing, whoever is asked for', async () => {
    const gap = encodeGap({ kind: 'gap', reason: 'overflow', sinceMs: 1_700_000_000_000, count: 12 });
    const { print } = await machine({ docs: [gap] });
    expect(await print({ who: 'bob' })).toBe(
      `${WHEN}  changes in /docs may have been missed since ${WHEN} (overflow, 12)\n`,
    );
  });

  it('merges several logs by time, and tells what stands in two of them once, in full', async () => {
    const file = { inode: 9, dev: '08:01' };
    const full = { serial: 5, timestampMs: 5000, file, from: at('BASE/docs/in/x') };
    const { print } = await machine({
      docs: [
        { ...full, certainty: 'inode', from: { path: null, parent: null, name: null } },
        { timestampMs: 7000, from: at('BASE/docs/z') },
      ],
      'docs/in': [full, { timestampMs: 6000, serial: 6, from: at('BASE/docs/in/y') }],
    });
    const text = await print();
    expect(text.match(/opened-file/g)).toHaveLength(3);
    expect(text).toMatch(/docs\/in\/x.*docs\/in\/y.*docs\/z/s);
  });

  it('prints JSON lines with names, and ids for programs', async () => {
    const { print } = await machine({ docs: [{ ...by(1000, 0, '/usr/bin/rm', 'rm'), from: at('BASE/docs/a') }] });
    expect(JSON.parse(await print({ json: true }))).toMatchObject({
      kind: 'write',
      action: 'opened-file',
      path: '/docs/a',
      root: '/docs',
      login: 'ann',
      user: 'root',
      who: { auid: 1000, uid: 0 },
    });
  });

  it('says what to do where there is no log', async () => {
    const base = tempFolder();
    const io = { stdout: new TextSink(), users: USERS };
    await expect(runAuditLog({}, { ...io, configFile: join(base, 'none.json') })).rejects.toMatchObject({
      code: 'FT_CONFIG_INVALID',
      hint: expect.stringContaining('audit install'),
    });
    const { print } = await machine({});
    await expect(print()).rejects.toThrow('read your change log: you have none');
  });
});
