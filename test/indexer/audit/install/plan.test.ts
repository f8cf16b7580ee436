import { describe, expect, it } from 'vitest';
import { auditPaths } from '../../../../indexer/audit/install/audit-paths.js';
import { withLargeQueue, withOldQueue } from '../../../../indexer/audit/install/auditd-conf.js';
import type { Facts } from '../../../../indexer/audit/install/facts.js';
import { type Plan, planInstall, type Wanted } from '../../../../indexer/audit/install/plan.js';
import { keyOf, type WatchedRoot } from '../../../../indexer/audit/plugin/audit-config.js';
import { parseAuditConfig } from '../../../../indexer/audit/plugin/parse-audit-config.js';

const ALICE = { uid: 1000, gid: 1000 };
const KERNEL = { enabled: 1, pid: 5, lost: 0, backlog: 0, backlogLimit: 64, backlogWaitTime: 15_000 };
const PATHS = auditPaths();

/** A machine as Debian sets one up, with systemd and without find-text. */
const DEBIAN: Facts = {
  paths: PATHS,
  tools: {
    auditctl: '/usr/sbin/auditctl',
    systemctl: '/usr/bin/systemctl',
    service: undefined,
    augenrules: '/usr/sbin/augenrules',
    node: '/usr/bin/node',
  },
  untrusted: [],
  programFile: '/usr/local/lib/find-text/find-text-audit',
  kernel: KERNEL,
  config: undefined,
  accounts: [],
  freeId: 65_529,
  auditdConf: 'log_format = ENRICHED\nq_depth = 2000\noverflow_action = SYSLOG\n',
  otherRules: '-D\n-b 8192\n--backlog_wait_time 60000\n-f 1\n',
  mergedRules: '-D\n-b 8192\n',
  before: undefined,
  deniesJit: true,
  hasDropIn: false,
  isAuditedFromBoot: false,
  distribution: 'debian',
};

const BOBS = { path: Buffer.from('/srv/bob'), owner: { uid: 1001, gid: 1001 } };
const WANTED: Wanted = {
  roots: [{ path: Buffer.from('/home/alice'), owner: ALICE }],
  ownFolders: [{ path: '/home/alice/.local/share/find-text', owner: ALICE }],
  program: Buffer.from('#!/usr/bin/env node\ncode\n'),
};

function planned(facts: Partial<Facts> = {}, wanted: Partial<Wanted> = {}): Plan {
  return planInstall({ ...DEBIAN, ...facts }, { ...WANTED, ...wanted });
}

function fileOf(plan: Plan, path: string): string | undefined {
  return plan.files.find((file) => file.path === path)?.content.toString();
}

describe('planInstall', () => {
  it('sets rules for reads where somebody asks: what was denied, changes, programs of no interest, reads', () => {
    const reads = { isOpened: true, isDenied: true, exes: ['/usr/sbin/nginx'] };
    const alice = { ...WANTED.roots[0], folders: [] } as unknown as Wanted['roots'][number];
    const roots = [{ ...alice, reads: { ...reads, folders: [Buffer.from('/home/alice/secret')] } }];
    const plan = planned({}, { roots });
    const text = fileOf(plan, PATHS.rulesFile) ?? '';
    const rules = text.split('\n').filter((line) => /^-a (?:always|.*perm=r )/.test(line));
    const key = keyOf(alice.path);
    const readKey = key.replace('find-text-', 'find-text-read-');
    const secret = 'dir=/home/alice/secret';
    expect(rules).toEqual([
      `-a always,exit -F ${secret} -F perm=rwa -F exit=-EACCES -F key=${readKey}`,
      `-a always,exit -F ${secret} -F perm=rwa -F exit=-EPERM -F key=${readKey}`,
      `-a always,exit -F dir=/home/alice -F perm=wa -F key=${key}`,
      `-a never,exit -F ${secret} -F perm=r -F exe=/usr/sbin/nginx -F key=find-text-never`,
      `-a always,exit -F ${secret} -F perm=r -F success=1 -F key=${readKey}`,
    ]);
    expect(parseAuditConfig(fileOf(plan, PATHS.configFile) ?? '', 'x').roots[0]?.reads).toEqual(roots[0]?.reads);
  });

  it('leaves no program out of reads that another user asks about, too', () => {
    const reads = { isOpened: true, isDenied: false, exes: ['/usr/sbin/nginx'], folders: [Buffer.from('/srv')] };
    const roots = [ALICE, { uid: 1001, gid: 1001 }].map((owner) => ({ path: Buffer.from('/srv'), owner, reads }));
    const text = fileOf(planned({}, { roots }), PATHS.rulesFile) ?? '';
    expect(text).not.toContain('nginx');
    expect(text.match(/perm=r /g)).toHaveLength(1);
  });

  it('sets one rule for each folder, of a folder in another one first, and none for what users could lead elsewhere', () => {
    const inner = { path: Buffer.from('/home/alice/docs'), owner: ALICE };
    const two = [...WANTED.roots, { path: Buffer.from('/srv/docs'), owner: { uid: 0, gid: 0 } }, inner];
    const rules = fileOf(planned({}, { roots: two }), PATHS.rulesFile)
      ?.split('\n')
      .filter((line) => /^-a/.test(line));
    expect(rules).toEqual([
      `-a always,exit -F dir=/home/alice/docs -F perm=wa -F key=${keyOf(inner.path)}`,
      `-a always,exit -F dir=/home/alice -F perm=wa -F key=${keyOf(Buffer.from('/home/alice'))}`,
      `-a always,exit -F dir=/srv/docs -F perm=wa -F key=${keyOf(Buffer.from('/srv/docs'))}`,
    ]);
  });

  it('excludes the change logs when they lie in a watched folder, and nothing outside of all', () => {
    const all = fileOf(planned({}, { roots: [{ path: Buffer.from('/'), owner: ALICE }] }), PATHS.rulesFile);
    expect(all).toContain('-a never,exit -F dir=/var/log/find-text ');
    const none = planned({}, { roots: [{ path: Buffer.from('/srv'), owner: ALICE }] });
    expect(fileOf(none, PATHS.rulesFile)).not.toContain('never,exit');
  });

  it('notes how auditing was before the first installation, and never again', () => {
    const noted = JSON.parse(fileOf(planned(), PATHS.beforeFile) as string);
    expect(noted).toMatchObject({ auditdRan: true, enabled: 1, backlogLimit: 64, mergedRules: '-D\n-b 8192\n' });
    expect(fileOf(planned({ before: noted }), PATHS.beforeFile)).toBeUndefined();
    expect(fileOf(planned({ config: planned().config }), PATHS.beforeFile)).toBeUndefined();
    expect(fileOf(planned({ kernel: undefined }), PATHS.beforeFile)).toBeUndefined();
  });

  it('keeps the list of folders from all but root', () => {
    expect(planned().files.find(({ path }) => path === PATHS.configFile)?.mode).toBe(0o600);
  });

  it('sets no rule for a folder of before whose path leads elsewhere, keeps it noted, and says so', () => {
    const config = planned().config as NonNullable<Plan['config']>;
    const [alice] = config.roots as [WatchedRoot];
    const plan = planned({ config }, { roots: [BOBS], loose: new Map([[alice, 'a symbolic link leads elsewhere']]) });
    expect(fileOf(plan, PATHS.rulesFile)).not.toContain('/home/alice ');
    expect(plan.config?.roots).toContain(alice);
    expect(plan.advice.join()).toContain('/home/alice is not watched: a symbolic link leads elsewhere.');
  });

  it('writes a configuration that the plugin accepts, with the plugin under an id nobody has', () => {
    const config = parseAuditConfig(fileOf(planned(), PATHS.configFile) as string, PATHS.configFile);
    expect(config.runAs).toEqual({ uid: 65_529, gid: 65_529 });
    const ownFolders = [Buffer.from('/home/alice/.local/share/find-text')];
    expect(config.roots).toEqual([{ ...WANTED.roots[0], key: keyOf(Buffer.from('/home/alice')), ownFolders }]);
    expect(config.leaveOut.paths).toEqual([]);
  });

  it('keeps the folders, limits and exclusions of before, and takes a new owner beside the old one', () => {
    const first = planned();
    const config = { ...(first.config as NonNullable<Plan['config']>), maxLogs: 7 };
    const withActor = { ...config, leaveOut: { ...config.leaveOut, actors: [{ exe: '/usr/bin/rsync' }] } };
    const bob = { path: Buffer.from('/home/alice'), owner: { uid: 1001, gid: 1001 } };
    const second = planned({ config: withActor }, { roots: [bob], ownFolders: [] }).config;
    expect(second?.roots.map(({ owner }) => owner.uid)).toEqual([1000, 1001]);
    expect(second).toMatchObject({ maxLogs: 7, leaveOut: withActor.leaveOut });
    const again = planned({ config: withActor }, { roots: WANTED.roots });
    expect(again.config?.roots).toHaveLength(1);
  });

  it('tells auditd of the plugin in lines it can read', () => {
    const conf = fileOf(planned(), PATHS.pluginConf) ?? '';
    expect(conf).toContain('active = yes\n');
    expect(conf).toContain('format = string\n');
    expect(conf).toContain(`args = ${PATHS.configFile}\n`);
    expect(Math.max(...conf.split('\n').map(({ length }) => length))).toBeLessThan(160);
  });

  it('gives the plugin an interpreter that needs no PATH', () => {
    expect(fileOf(planned(), DEBIAN.programFile as string)).toBe('#!/usr/bin/node\ncode\n');
  });

  it('lets systemd allow what node needs, and then has to restart auditd', () => {
    const plan = planned();
    expect(fileOf(plan, PATHS.serviceDropIn)).toContain('[Service]\nMemoryDenyWriteExecute=no\n');
    expect(plan.after[0]?.argv).toEqual(['/usr/bin/systemctl', 'daemon-reload']);
    expect(plan.auditd).toBe('restart');
    const allowed = planned({ deniesJit: false });
    expect(fileOf(allowed, PATHS.serviceDropIn)).toBeUndefined();
    expect(allowed.auditd).toBe('reload');
    expect(fileOf(planned({ deniesJit: false, hasDropIn: true }), PATHS.serviceDropIn)).toBeDefined();
  });

  it('never lowers a limit that somebody has set', () => {
    const rules = (facts: Partial<Facts>) => fileOf(planned(facts), PATHS.rulesFile);
    expect(rules({})).not.toMatch(/^-b/m);
    expect(rules({ otherRules: '-b 65536\n' })).not.toMatch(/^-b/m);
    expect(rules({ otherRules: '-b 320\n' })).toContain('\n-b 8192\n');
    expect(rules({ otherRules: '', kernel: { ...KERNEL, backlogLimit: 32_768 } })).toContain('\n-b 32768\n');
    expect(fileOf(planned({ auditdConf: 'q_depth = 50000\n' }), PATHS.auditdConf)).toBeUndefined();
  });

  it('switches auditing on, and says who is not seen until the next boot', () => {
    const plan = planned({ kernel: { ...KERNEL, enabled: 0 } });
    expect(plan.after.at(-1)?.argv).toEqual(['/usr/sbin/auditctl', '-e', '1']);
    expect(plan.advice.join()).toContain('audit=1');
    expect(planned({ isAuditedFromBoot: true }).advice).toEqual([]);
    expect(planned({ kernel: { ...KERNEL, backlogWaitTime: 0 } }).advice.join()).toContain('backlog_wait_time');
  });

  it.each<[string, Partial<Facts>, Partial<Wanted>]>([
    ['apt install auditd', { tools: { ...DEBIAN.tools, auditctl: undefined } }, {}],
    ['pacman -S audit', { tools: { ...DEBIAN.tools, auditctl: undefined }, distribution: 'arch' }, {}],
    ['root would run what others can change', { untrusted: ['/home/alice/.nvm/node belongs to user 1000'] }, {}],
    ['locked until the next boot', { kernel: { ...KERNEL, enabled: 2 } }, {}],
    ['never,task', { otherRules: '-a never,task\n' }, {}],
    ['never,task', { otherRules: '  -A task,never\n' }, {}],
    ['first line of a script', { tools: { ...DEBIAN.tools, node: '/opt/my node/bin/node' } }, {}],
    ['none of the ids', { freeId: undefined }, {}],
    ['line feed', {}, { roots: [{ path: Buffer.from('/a\nb'), owner: ALICE }] }],
    ['backslash', {}, { roots: [{ path: Buffer.from('/a\\ b'), owner: ALICE }] }],
    ['no folder is named', {}, { roots: [] }],
  ])('refuses with "%s", and then does nothing', (why, facts, wanted) => {
    const plan = planned(facts, wanted);
    expect(plan.refusals.join('; ')).toContain(why);
    expect([plan.files, plan.after]).toEqual([[], []]);
  });

  it('writes names with spaces and bytes that are no UTF-8 as auditctl reads them', () => {
    const path = Buffer.concat([Buffer.from('/srv/my docs/'), Buffer.from([0xff])]);
    const rules = planned({}, { roots: [{ path, owner: ALICE }] }).files.find((file) => file.path === PATHS.rulesFile);
    const expected = Buffer.concat([
      Buffer.from('dir=/srv/my\\ docs/'),
      Buffer.from([0xff]),
      Buffer.from(' -F perm=wa'),
    ]);
    expect(rules?.content.includes(expected)).toBe(true);
  });
});

describe('q_depth in auditd.conf', () => {
  it.each([
    'a = 1\nq_depth = 2000\nb = 2\n',
    'a = 1\n',
    '',
    'q_depth=100',
    'q_depth = 19999\n',
    '\tq_depth = 5 \nx = $&\n',
  ])('is raised in %j and restored', (text) => {
    const tuned = withLargeQueue(text) as string;
    expect(tuned.match(/^q_depth = 20000$/gm)).toHaveLength(1);
    expect(tuned.match(/^\s*q_depth/gm)).toHaveLength(1);
    expect(withLargeQueue(tuned)).toBeUndefined();
    expect(withOldQueue(tuned)?.trimEnd()).toBe(text.trimEnd());
  });

  it('is left alone where it is large enough, or was changed since', () => {
    expect(withLargeQueue('q_depth = 20000\n')).toBeUndefined();
    expect(withOldQueue('q_depth = 20000\n')).toBeUndefined();
    expect(withOldQueue('# before find-text: q_depth = 2000\nq_depth = 30000\n')).toBeUndefined();
  });
});
