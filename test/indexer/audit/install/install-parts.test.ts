import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freeId, parsePasswd } from '../../../../indexer/audit/install/accounts.js';
import { auditPaths } from '../../../../indexer/audit/install/audit-paths.js';
import { diagnose, type Symptoms } from '../../../../indexer/audit/install/diagnose.js';
import { gatherFacts } from '../../../../indexer/audit/install/facts.js';
import { auditInstall } from '../../../../indexer/audit/install/install.js';
import { parseKernelState } from '../../../../indexer/audit/install/kernel-state.js';
import { runCommand } from '../../../../indexer/audit/install/run-command.js';
import { ownFolders, wantedRoots } from '../../../../indexer/audit/install/wanted-roots.js';
import { whyUntrusted } from '../../../../indexer/audit/plugin/trusted-path.js';
import { locate } from '../../../../shared/locations.js';
import { tempFolder } from '../../../helpers/temp.js';

const isRoot = process.getuid?.() === 0;
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n\nbroken\nx:x:65529:65528::/:\n';

describe('accounts', () => {
  it('reads users, and passes over what is none', () => {
    expect(parsePasswd(PASSWD).map(({ name }) => name)).toEqual(['root', 'alice', 'x']);
    expect(parsePasswd(PASSWD)[1]).toEqual({ name: 'alice', uid: 1000, gid: 1000, home: '/home/alice' });
  });

  it('takes an id that neither a user nor a group has', () => {
    expect(freeId('', '')).toBe(65_529);
    expect(freeId(PASSWD, 'g:x:65528:\n')).toBe(65_527);
    const all = Array.from({ length: 20 }, (_none, at) => `u:x:${65_515 + at}:0::/:`).join('\n');
    expect(freeId(all, '')).toBeUndefined();
  });
});

describe('wantedRoots', () => {
  const by = { uid: 1000, locations: undefined };

  it.runIf(isRoot)('gives a folder to its owner, one of root to who asks, any to who is named', () => {
    const folder = tempFolder();
    const accounts = parsePasswd(PASSWD);
    expect(wantedRoots([folder], undefined, accounts, by)[0]?.owner).toEqual({ uid: 1000, gid: 1000 });
    chownSync(folder, 4321, 4322);
    expect(wantedRoots([folder], undefined, accounts, by)[0]?.owner).toEqual({ uid: 4321, gid: 4322 });
    for (const name of ['alice', '1000'])
      expect(wantedRoots([folder], name, accounts, by)[0]?.owner).toEqual({ uid: 1000, gid: 1000 });
    expect(() => wantedRoots([folder], 'mallory', accounts, by)).toThrow('no such user');
  });

  it('takes the real path, and refuses what is no folder', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    writeFileSync(join(folder, 'file'), '');
    expect(wantedRoots([join(folder, 'link')], undefined, [], by)[0]?.path).toEqual(Buffer.from(join(folder, 'real')));
    expect(() => wantedRoots([join(folder, 'file')], undefined, [], by)).toThrow('not a folder');
    expect(() => wantedRoots([join(folder, 'none')], undefined, [], by)).toThrow('ENOENT');
  });

  it('knows where the daemons of the owners write', () => {
    const roots = [{ path: Buffer.from('/x'), owner: { uid: 1000, gid: 1000 } }];
    const paths = ownFolders(roots, parsePasswd(PASSWD), by).map(({ path }) => path);
    expect(paths).toEqual([
      '/home/alice/.local/share/find-text',
      '/home/alice/.local/state/find-text',
      expect.anything(),
    ]);
    const own = ownFolders(roots, [], { uid: 1000, locations: locate({ HOME: '/h', XDG_DATA_HOME: '/data' }) });
    expect(own[0]?.path).toBe('/data/find-text');
    expect(ownFolders(roots, [], by)).toEqual([]);
  });
});

describe('whyUntrusted', () => {
  function program(): { folder: string; file: string } {
    const folder = join(tempFolder(), 'bin');
    mkdirSync(folder);
    const file = join(folder, 'program');
    writeFileSync(file, '', { mode: 0o755 });
    return { folder, file };
  }

  it('trusts what nobody else can change', () => {
    expect(whyUntrusted(program().file)).toBeUndefined();
  });

  const withMode = (mode: number, which: 'file' | 'folder') => (parts: ReturnType<typeof program>) => {
    chmodSync(parts[which], mode);
    return parts.file;
  };
  const behindLink = (which: 'file' | 'folder') => (parts: ReturnType<typeof program>) => {
    const link = `${parts.folder}-link`;
    symlinkSync(parts[which], link);
    return which === 'file' ? link : join(link, 'program');
  };

  it.each<[string, (parts: ReturnType<typeof program>) => string]>([
    ['may be written to by others (mode 0757)', withMode(0o757, 'file')],
    ['may be written to by others (mode 0775)', withMode(0o775, 'file')],
    ['may be written to by others (mode 0777)', withMode(0o777, 'folder')],
    ['does not exist', ({ folder }) => join(folder, 'none')],
    ['is not a folder', ({ file }) => join(file, 'x')],
    ['is a symbolic link', behindLink('file')],
    ['is a symbolic link', behindLink('folder')],
  ])('%s', (why, spoil) => {
    expect(whyUntrusted(spoil(program()))).toContain(why);
  });

  it('trusts what lies in a sticky folder, but not such a folder as the place for something', () => {
    const { folder, file } = program();
    chmodSync(folder, 0o1777);
    expect(whyUntrusted(file)).toBeUndefined();
    expect(whyUntrusted(folder)).toContain('mode 1777');
  });

  it.runIf(isRoot)('refuses another owner, of the file and of any folder above', () => {
    const { folder, file } = program();
    chownSync(folder, 1000, 1000);
    expect(whyUntrusted(file)).toBe(`${folder} belongs to user 1000, not to root`);
    expect(whyUntrusted(file, { trustedUids: [0, 1000], forbidden: 0o022 })).toBeUndefined();
  });
});

describe('gatherFacts', () => {
  it('looks for the folder of plugins where older systems have it', () => {
    const base = tempFolder();
    mkdirSync(join(base, 'etc/audisp/plugins.d'), { recursive: true });
    expect(auditPaths(base).pluginConf).toBe(join(base, 'etc/audisp/plugins.d/find-text.conf'));
    mkdirSync(join(base, 'etc/audit/plugins.d'), { recursive: true });
    expect(auditPaths(base).pluginConf).toBe(join(base, 'etc/audit/plugins.d/find-text.conf'));
  });

  it('reads the rules of others without our own, the limits of systemd, and where the plugin can go', () => {
    const base = tempFolder();
    for (const folder of ['etc/audit/rules.d', 'usr/local/lib', 'opt'])
      mkdirSync(join(base, folder), { recursive: true });
    chmodSync(join(base, 'usr/local/lib'), 0o775);
    writeFileSync(join(base, 'etc/audit/rules.d/10-b.rules'), '-b 99\n');
    writeFileSync(join(base, 'etc/audit/rules.d/70-find-text.rules'), 'ours\n');
    const tools = {
      auditctl: '/ctl',
      systemctl: '/sys',
      service: undefined,
      augenrules: undefined,
      node: process.execPath,
    };
    const run = ([program = '']: readonly string[]) => ({
      isOk: true,
      output: program === '/sys' ? 'MemoryDenyWriteExecute=yes' : 'enabled 1\npid 7\nlost 3\n',
    });
    const facts = gatherFacts(auditPaths(base), tools, run);
    expect(facts).toMatchObject({ otherRules: '-b 99\n', deniesJit: true, kernel: { enabled: 1, pid: 7, lost: 3 } });
    expect(facts.programFile).toBe(join(base, 'opt/find-text/find-text-audit'));
  });

  it('refuses a node that others can replace, as one in a home folder', async () => {
    const base = tempFolder();
    const home = join(base, 'home');
    mkdirSync(home);
    chmodSync(home, 0o777);
    const node = join(home, 'node');
    writeFileSync(node, '', { mode: 0o755 });
    mkdirSync(join(base, 'tree'));
    const program = join(base, 'plugin.js');
    writeFileSync(program, '', { mode: 0o644 });
    const tools = { auditctl: '/usr/bin/true', systemctl: undefined, service: undefined, augenrules: undefined, node };
    const parts = { paths: auditPaths(base), tools, run: runCommand, program };
    const context = { locations: locate({ HOME: base }), stdout: { write: () => true } };
    await expect(auditInstall(context, [join(base, 'tree')], {}, parts)).rejects.toThrow(
      `root would run what others can change: ${home} may be written to by others`,
    );
  });
});

describe('parseKernelState', () => {
  it('reads what auditctl says, and nothing of an error', () => {
    const output =
      'enabled 1\nfailure 1\npid 123\nrate_limit 0\nbacklog_limit 8192\nlost 4\nbacklog 2\nbacklog_wait_time 0\n';
    expect(parseKernelState({ isOk: true, output })).toEqual({
      enabled: 1,
      pid: 123,
      lost: 4,
      backlog: 2,
      backlogLimit: 8192,
      backlogWaitTime: 0,
    });
    expect(parseKernelState({ isOk: true, output: 'You must be root' })).toBeUndefined();
    expect(parseKernelState({ isOk: false, output })).toBeUndefined();
  });
});

describe('diagnose', () => {
  const alive = {
    ...{ pid: 1, isRunning: true, startedMs: 0, atMs: 1000, events: 0, changes: 0, dropped: 0, gaps: 0 },
    ...{ rssBytes: 0, failures: 0, lastFailure: null, logsFailing: 0 },
  };
  const fine: Symptoms = {
    kernel: { enabled: 1, pid: 7, lost: 0, backlog: 0, backlogLimit: 64, backlogWaitTime: 1 },
    rules: '-w /tree -p wa -k find-text-aa',
    keys: ['find-text-aa'],
    status: alive,
    deniesJit: false,
    isSelinuxEnforcing: false,
    nowMs: 2000,
  };

  it.each<[string, Partial<Symptoms>]>([
    ['switched off', { kernel: { ...fine.kernel, enabled: 0 } as Symptoms['kernel'] }],
    ['auditd does not run', { kernel: { ...fine.kernel, pid: 0 } as Symptoms['kernel'] }],
    ['does not tell', { kernel: undefined }],
    ['never,task', { rules: '-a never,task\n-w /tree -p wa -k find-text-aa' }],
    ['rule find-text-aa is not loaded', { rules: 'No rules' }],
    ['has not started the plugin', { status: undefined }],
    ['has ended', { nowMs: 100_000 }],
    ['has ended', { status: { ...alive, isRunning: false } }],
    ['cannot write 1 change log(s): ENOSPC', { status: { ...alive, logsFailing: 1, lastFailure: 'ENOSPC' } }],
    ['writes no nametype=', { status: { ...alive, untoldEvents: 3 } }],
    ['systemd forbids', { status: undefined, deniesJit: true }],
    ['SELinux', { status: undefined, isSelinuxEnforcing: true }],
    ['everything looks right', {}],
  ])('says: %s', (cause, symptoms) => {
    expect(diagnose({ ...fine, ...symptoms }).join('\n')).toContain(cause);
  });
});
