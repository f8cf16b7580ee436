/** The steps of an installation one by one: showing the plan, telling auditd, proving that changes arrive. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import type { FileChange } from '../../../../indexer/audit/changes/file-change.js';
import { makeFolder, runPlanned, writePlanned } from '../../../../indexer/audit/install/apply-plan.js';
import { AuditdService } from '../../../../indexer/audit/install/auditd-service.js';
import type { Tools } from '../../../../indexer/audit/install/facts.js';
import type { Plan, PlannedFile } from '../../../../indexer/audit/install/plan.js';
import { describeProof, prove } from '../../../../indexer/audit/install/prove.js';
import { proveReads } from '../../../../indexer/audit/install/prove-reads.js';
import { type RunCommand, runCommand } from '../../../../indexer/audit/install/run-command.js';
import { showAdvice, showPlan } from '../../../../indexer/audit/install/show-plan.js';
import { openSlots } from '../../../../indexer/audit/log/open-slots.js';
import { SlotRing } from '../../../../indexer/audit/log/slot-ring.js';
import {
  AUDIT_DEFAULTS,
  keyOf,
  logDirectoryOf,
  type ReadWatch,
  type WatchedRoot,
} from '../../../../indexer/audit/plugin/audit-config.js';
import { NOBODY } from '../../../helpers/nobody.js';
import { tempFolder } from '../../../helpers/temp.js';
import { until } from '../../../helpers/test-env.js';
import { change, SELF } from '../log/samples.js';

const fine = { isOk: true, output: '' };

function fileOf(path: string, content: string): PlannedFile {
  return { path, mode: 0o644, content: Buffer.from(content), why: 'a reason' };
}

function planOf(files: readonly PlannedFile[], more: Partial<Plan> = {}): Plan {
  const rest = { refusals: [], after: [], advice: [], config: undefined, loose: new Map() };
  return { ...rest, files, auditd: 'reload', ...more };
}

describe('showPlan', () => {
  it('shows new files as a whole, of changed ones the lines that change, and what stays', () => {
    const folder = tempFolder();
    const at = (name: string) => join(folder, name);
    writeFileSync(at('changed'), 'one\ntwo\n');
    writeFileSync(at('kept'), 'same\n');
    const files = [
      fileOf(at('new'), 'a\nb\n'),
      fileOf(at('changed'), 'one\nthree\n'),
      fileOf(at('kept'), 'same\n'),
      fileOf(at('large'), 'x'.repeat(10_000)),
    ];
    expect(showPlan(planOf(files)).split('\n')).toEqual([
      `write ${at('new')} (4 bytes, mode 644)  # a reason`,
      '    + a',
      '    + b',
      `change ${at('changed')} (10 bytes, mode 644)  # a reason`,
      '    - two',
      '    + three',
      `keep ${at('kept')}`,
      `write ${at('large')} (10000 bytes, mode 644)  # a reason`,
      'send SIGHUP to auditd; restart it if it does not start the plugin',
      '',
    ]);
  });

  it('shows commands in their order, and no control character', () => {
    const after = [
      { argv: ['/bin/first', 'a\x1b[2Jb'], why: 'first' },
      { argv: ['/sbin/auditctl', '-R', 'rules'], why: 'last' },
    ];
    const shown = showPlan(planOf([fileOf('/none/x', 'evil\x1b]0;\x07\n')], { after, auditd: 'restart' }));
    expect(shown).not.toMatch(/[^\n -~]/);
    expect(shown).toMatch(/^write .*\n.*\nrun \/bin\/first .* {2}# first\nrun .*# last\nrestart auditd\n$/);
    expect(showAdvice(planOf([], { advice: ['do this'] }))).toBe('note: do this\n');
  });
});

describe('writePlanned', () => {
  it('replaces a file with its mode, keeps the mode where none is wanted, and writes nothing twice', () => {
    const path = join(tempFolder(), 'conf');
    writeFileSync(path, 'old', { mode: 0o600 });
    expect(writePlanned({ ...fileOf(path, 'new'), mode: undefined })).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(writePlanned(fileOf(path, 'new'))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(writePlanned(fileOf(path, 'new'))).toBe(false);
  });

  it('writes in place of a symlink, not through it', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'precious'), 'precious');
    symlinkSync('precious', join(folder, 'conf'));
    expect(writePlanned(fileOf(join(folder, 'conf'), 'new'))).toBe(true);
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
    expect(readFileSync(join(folder, 'conf'), 'utf8')).toBe('new');
  });
});

it('makeFolder refuses a folder that others may write to', () => {
  const folder = join(tempFolder(), 'a');
  makeFolder(join(folder, 'b'));
  chmodSync(folder, 0o777);
  expect(() => makeFolder(join(folder, 'b'))).toThrow(`${folder} may be written to by others (mode 0777)`);
});

it('runPlanned fails with what the command said, unless it may fail', () => {
  const run: RunCommand = () => ({ isOk: false, output: 'no rules' });
  const command = { argv: ['/sbin/auditctl', '-D'], why: '' };
  expect(() => runPlanned(command, run)).toThrow('run /sbin/auditctl -D: no rules');
  expect(() => runPlanned({ ...command, isOptional: true }, run)).not.toThrow();
});

describe('AuditdService', () => {
  const TOOLS: Tools = {
    auditctl: '/ctl',
    systemctl: undefined,
    service: undefined,
    augenrules: undefined,
    node: '/n',
  };

  /** A process in the place of auditd, that says which signals it gets. */
  function startPretender() {
    const script = 'trap "echo HUP" HUP; trap "echo TERM; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    return { pid: child.pid as number, said: () => said, ended };
  }

  function serviceFor(pid: number, tools: Partial<Tools>, answer: RunCommand = () => fine) {
    const ran: string[] = [];
    const run: RunCommand = (argv) => {
      if (argv.includes('-s')) return { isOk: true, output: `enabled 1\npid ${pid}\n` };
      if (argv.includes('-l')) return fine;
      ran.push(argv.join(' '));
      return answer(argv);
    };
    return { service: new AuditdService({ ...TOOLS, ...tools }, run), ran };
  }

  it('reloads by a signal, and does nothing when auditd does not run', async () => {
    const auditd = startPretender();
    await until('it is ready', () => auditd.said().includes('ready'));
    serviceFor(auditd.pid, {}).service.reload();
    await until('the signal has come', () => auditd.said().includes('HUP'));
    expect(() => serviceFor(0, {}).service.reload()).not.toThrow();
  });

  it('restarts under systemd by ending it and starting it, as systemd may refuse to stop it', async () => {
    const auditd = startPretender();
    await until('it is ready', () => auditd.said().includes('ready'));
    const { service, ran } = serviceFor(auditd.pid, { systemctl: '/sys' });
    expect(service.canRestart).toBe(true);
    await service.restart();
    await auditd.ended;
    expect(auditd.said()).toContain('TERM');
    expect(ran).toEqual(['/sys start auditd.service']);
  });

  it('restarts by the service command elsewhere, and says why that failed', async () => {
    const { service, ran } = serviceFor(0, { service: '/service' });
    await service.restart();
    expect(ran).toEqual(['/service auditd restart']);
    const broken = serviceFor(0, { systemctl: '/sys' }, () => ({ isOk: false, output: 'Unit not found' })).service;
    await expect(broken.restart()).rejects.toThrow('run /sys start auditd.service: Unit not found');
    expect(serviceFor(0, {}).service.canRestart).toBe(false);
  });
});

async function watchedFolder() {
  const base = tempFolder();
  const path = Buffer.from(join(base, 'tree'));
  mkdirSync(path);
  const root = { path, owner: SELF, key: keyOf(path) };
  const config = {
    ...AUDIT_DEFAULTS,
    logDirectory: join(base, 'logs'),
    runAs: SELF,
    roots: [root],
    leaveOut: { paths: [], actors: [] },
  };
  const ring = new SlotRing(await openSlots(logDirectoryOf(config, root), 2, SELF), path, 1 << 20, Date.now);
  onTestFinished(() => ring.close());
  await ring.append([]);
  return { root, config, ring };
}

describe('prove', () => {
  /** What the kernel would tell of the steps of the probe, but for those left out. */
  function told(root: WatchedRoot, name: string, leftOut: readonly string[]): string {
    const steps: [FileChange['kind'], string, string?][] = [
      ['create', '-a'],
      ['write', '-a'],
      ['attrib', '-a'],
      ['write', '-b'],
      ['write', '-c'],
      ['rename', '-a', '-d'],
      ['delete', '-d'],
    ];
    const lines = steps.map(([kind, from, to], serial) => {
      const place = (file: string) => ({ ...change(1, `${root.path}/${name}${file}`).from });
      const attribute = kind === 'attrib' ? ('mode' as const) : null;
      return leftOut.includes(`${kind}${from}`)
        ? ''
        : encodeChange({ ...change(serial), kind, attribute, from: place(from), to: to ? place(to) : null });
    });
    return encodeChange(change(99, `${root.path}/other`)) + lines.join('');
  }

  async function provenWithout(...leftOut: string[]) {
    const { root, config, ring } = await watchedFolder();
    return prove(config, root, (argv, as) => {
      expect(as).toEqual(SELF);
      const name = String(argv.at(-1));
      if (!name.endsWith('-c')) void ring.append([Buffer.from(told(root, name, leftOut))]);
      return { isOk: true, output: '{}' };
    });
  }

  it('has seen what it did when each kind of change stands in the log', async () => {
    expect(describeProof(await provenWithout())).toMatch(
      /\/tree: every kind of change was in the change log after \d+ ms$/,
    );
  });

  it('says which kinds of change did not come', async () => {
    const proof = await provenWithout('write-a', 'attrib-a', 'write-c', 'rename-a');
    expect(proof).toMatchObject({ kind: 'unseen', isAll: false });
    expect(describeProof(proof)).toMatch(
      /: opening for writing, changing permissions \(chmod\), cutting off \(truncate\), renaming$/,
    );
  });

  it('does all of it for real, leaves nothing behind, and says what could not be done', async () => {
    const { root, config, ring } = await watchedFolder();
    const proof = await prove(config, root, (argv, as) => {
      const done = runCommand(argv, process.getuid?.() === 0 ? as : undefined);
      expect(readdirSync(root.path)).toEqual([]);
      const name = String(argv.at(-1));
      if (name.endsWith('-c')) return done;
      expect(done).toEqual({ isOk: true, output: '{}' });
      void ring.append([Buffer.from(told(root, name, []))]);
      return { isOk: true, output: '{"chmod":"EPERM"}' };
    });
    expect(describeProof(proof)).toMatch(/; not tried: changing permissions \(chmod\)/);
  });

  it('does not try in a folder that has taken the place of the one that was noted', async () => {
    const { root, config } = await watchedFolder();
    const other = { ...root, folder: { inode: 1, uid: SELF.uid } };
    const never: RunCommand = () => expect.unreachable();
    expect(describeProof(await prove(config, other, never))).toContain('another folder stands there');
  });

  it('says that it could not try in a folder where nothing can be made', async () => {
    const { root, config } = await watchedFolder();
    const denied: RunCommand = () => ({ isOk: false, output: 'node:fs\nError: EROFS: read-only file system\n at x' });
    expect(describeProof(await prove(config, root, denied))).toContain(
      'not tried, no file can be made there (Error: EROFS',
    );
  });
});

describe('proveReads', () => {
  const READS = { isOpened: true, isDenied: true, exes: [] };

  async function proven(reads: Partial<ReadWatch>, told: readonly FileChange['kind'][]) {
    const { root, config, ring } = await watchedFolder();
    const asked = { ...root, reads: { ...READS, folders: [root.path], ...reads } };
    const proofs = await proveReads({ ...config, runAs: NOBODY }, asked, (argv, as) => {
      expect(as).toEqual(SELF);
      const done = runCommand(argv, process.getuid?.() === 0 ? as : undefined);
      expect(readdirSync(root.path)).toEqual([]);
      const lines = told.map((kind, serial) => {
        const name = `${argv.at(-1)}${kind === 'open' ? '-r' : '-n'}`;
        return encodeChange({ ...change(serial, `${root.path}/${name}`), kind });
      });
      void ring.append([Buffer.from(lines.join(''))]);
      return done;
    });
    return proofs.map(describeProof);
  }

  it('has seen an open and a denied one, which it has done for real, and leaves nothing behind', async () => {
    const text = expect.stringMatching(
      /\/tree: every kind of read that is asked for was in the change log after \d+ ms$/,
    );
    expect(await proven({}, ['open', 'denied'])).toEqual([text]);
  });

  it('says which of them did not come', async () => {
    const text = expect.stringMatching(/did not arrive in the change log within 5 s: being denied \(EACCES\)$/);
    expect(await proven({}, ['open'])).toEqual([text]);
  });

  it('asks for no more than what is asked for, and nothing of a program that is left out', async () => {
    expect(await proven({ isDenied: false }, ['open'])).toHaveLength(1);
    expect(await proven({ isDenied: false, exes: [process.execPath] }, [])).toEqual([]);
    expect(await proven({ folders: [] }, [])).toEqual([]);
  });

  it('does not try in a folder that a link leads to', async () => {
    const { root, config } = await watchedFolder();
    const elsewhere = join(tempFolder(), 'other');
    mkdirSync(join(elsewhere, 'in'), { recursive: true });
    symlinkSync(elsewhere, join(String(root.path), 'link'));
    const folders = [Buffer.from(join(String(root.path), 'link/in'))];
    const [proof] = await proveReads(config, { ...root, reads: { ...READS, folders } }, (argv, as) =>
      runCommand(argv, process.getuid?.() === 0 ? as : undefined),
    );
    expect(proof).toMatchObject({ kind: 'untried', why: 'Error: another folder stands there' });
  });
});
