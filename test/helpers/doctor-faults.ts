/**
 * What can be wrong for `find-textd doctor`, made wrong: for real wherever a test may do so, and by other facts where it would take
 * another kernel or stop the machine.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Ledger } from '../../indexer/notify/ledger/ledger.js';
import { openNotify } from '../../indexer/notify/store.js';
import { encodeFreshness, FRESHNESS_KEY, type GapReason } from '../../shared/freshness.js';
import { Meta } from '../../shared/store/meta.js';
import { sqlitePackage } from '../../shared/store/native-sqlite.mjs';
import type { DoctorWorld } from './doctor-world.js';
import { tempFolder } from './temp.js';

export const notRoot = process.geteuid?.() === 0 ? undefined : 'needs root';

export function whyNoSysctl(): string | undefined {
  if (notRoot) return notRoot;
  const value = readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8').trim();
  const { status } = spawnSync('sysctl', ['-q', `fs.inotify.max_queued_events=${value}`]);
  return status === 0 ? undefined : 'sysctl may not set limits here';
}
export const noSysctl = whyNoSysctl();

export function whyNoMount(): string | undefined {
  if (notRoot) return notRoot;
  const folder = tempFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status !== 0) return 'no disk may be mounted here';
  execFileSync('umount', [folder]);
  return undefined;
}
export const noMount = whyNoMount();

/** A disk of its own for the index. */
export function mountUnderIndex({ dataDirectory }: DoctorWorld, options: string): void {
  const aside = `${dataDirectory}.aside`;
  renameSync(dataDirectory, aside);
  mkdirSync(dataDirectory, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=700,${options}`, 'tmpfs', dataDirectory]);
  onTestFinished(() => void execFileSync('umount', ['-l', dataDirectory]));
}

/** /proc with other limits, and this process only. What `sysctl` sets is put back. */
export function lowLimit(world: DoctorWorld, name: string): void {
  const real = `/proc/sys/fs/inotify/${name}`;
  const before = readFileSync(real, 'utf8');
  const file = `/etc/sysctl.d/60-find-text-${name.replaceAll('_', '-')}.conf`;
  onTestFinished(() => {
    rmSync(file, { force: true });
    writeFileSync(real, before);
  });
  const proc = join(world.home, 'low');
  mkdirSync(join(proc, 'sys/fs/inotify'), { recursive: true });
  for (const each of ['max_user_watches', 'max_user_instances', 'max_queued_events'])
    writeFileSync(join(proc, 'sys/fs/inotify', each), each === name ? '1\n' : '1000000\n');
  symlinkSync(`/proc/${process.pid}`, join(proc, String(process.pid)));
  world.change({ proc });
}

/** What there really is. */
export function realProc(world: DoctorWorld): void {
  world.change({ proc: '/proc' });
}

const BETTER_SQLITE = createRequire(import.meta.url).resolve(sqlitePackage());
const HOLD = `const db = require(process.argv[1])(process.argv[2]); db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1e6)`;

export async function holdLock(world: DoctorWorld): Promise<void> {
  const child = world.start('node', '-e', HOLD, BETTER_SQLITE, join(world.dataDirectory, 'daemon.lock'));
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  realProc(world);
}

export function insertMessage(world: DoctorWorld, endpoint: string, deadMs: number | null): void {
  const db = openNotify(world.dataDirectory);
  db.prepare(
    `INSERT INTO outbox (endpoint, webhook_id, first_sequence, last_sequence, severity, created_ms, payload, dead_ms, dead_why)
     VALUES (?, 'w', 1, 1, 'info', 1, '{}', ?, 'nobody took it')`,
  ).run(endpoint, deadMs);
  db.close();
}

export function insertLane(world: DoctorWorld, endpoint: string, state: { failures?: number; is_off?: number }): void {
  const db = openNotify(world.dataDirectory);
  const { failures = 0, is_off = 0 } = state;
  db.prepare('INSERT INTO lane (endpoint, place, failures, is_off, problem) VALUES (?, ?, ?, ?, ?)').run(
    ...[endpoint, 'example.org', failures, is_off, 'nothing listens there'],
  );
  db.close();
}

/** As a daemon that has ended in good order. */
export function leaveGaps({ sample }: DoctorWorld, ...reasons: readonly GapReason[]): void {
  const root = Buffer.from(sample.root);
  const gaps = reasons.map((reason) => ({ reason, sinceMs: 1, scope: root }));
  const roots = [{ root, completeSinceMs: undefined, gaps }];
  new Meta(sample.db).set(FRESHNESS_KEY, encodeFreshness({ keeper: undefined, savedMs: Date.now(), roots }));
}

/** The digest of its only entry is that of `words`. */
export function changeHistory({ dataDirectory }: DoctorWorld, words: string): void {
  const db = openNotify(dataDirectory);
  const ledger = new Ledger(db);
  const entry = {
    atMs: 1,
    rule: 'all',
    kind: 'created',
    path: null,
    delivery: 'sent',
    body: { text: 'words' },
  } as const;
  if (ledger.head.sequence === 0) ledger.append(entry);
  db.prepare('UPDATE ledger SET json = ?').run(`{"sequence":1,"text":"${words}"}`);
  db.close();
}

export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function listenAt(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
}

export function damage({ sample }: DoctorWorld): void {
  sample.db.pragma('wal_checkpoint(TRUNCATE)');
  sample.db.close();
  const bytes = readFileSync(sample.file);
  bytes.fill(0x5a, 4096 * 8, 4096 * 20);
  writeFileSync(sample.file, bytes);
}

export function setVersion({ sample }: DoctorWorld, version: number): void {
  sample.db.pragma(`user_version = ${version}`);
  sample.db.close();
}

export function pretendKernel(world: DoctorWorld, state: { backlog?: number; backlogLimit?: number }): void {
  const kernel = { enabled: 1, pid: 1, lost: 0, backlog: 0, backlogLimit: 8_192, backlogWaitTime: 60_000, ...state };
  world.change({ uid: 0 });
  world.pretend = ({ audit, ...facts }) => ({
    ...facts,
    audit: audit && { ...audit, isInstalled: true, status: { ...audit.status, kernel } },
  });
}

export function pretendPlugin(world: DoctorWorld, logsFailing: number): void {
  const plugin = { pid: 1, isRunning: true, startedMs: 0, atMs: 0, events: 0, changes: 0, dropped: 0, gaps: 0 };
  const rest = { rssBytes: 0, failures: 1, lastFailure: 'ENOSPC', logsFailing };
  pretendStatus(world, { plugin: { ...plugin, ...rest }, isPluginAlive: true });
}

export function pretendLog(world: DoctorWorld, trouble: string | undefined, folder = world.sample.root): void {
  const log = { root: Buffer.from(folder), uid: 0, state: undefined, trouble };
  pretendStatus(world, { logs: [log] });
}

type Status = NonNullable<Parameters<DoctorWorld['pretend']>[0]['audit']>['status'];

export function pretendStatus(world: DoctorWorld, given: Partial<Status>): void {
  world.change({ uid: 0 });
  world.pretend = ({ audit, ...facts }) => ({
    ...facts,
    audit: audit && { ...audit, isInstalled: true, status: { ...audit.status, ...given } },
  });
}

export function pretendBoot(world: DoctorWorld, commandLine: string): void {
  const file = join(world.place.proc, 'cmdline');
  rmSync(file);
  writeFileSync(file, commandLine);
}

export function pretendWalls(
  world: DoctorWorld,
  walls: { readonly seccomp: boolean; readonly landlock: number },
): void {
  world.pretend = ({ extractors, ...facts }) => ({ ...facts, extractors: extractors && { ...extractors, walls } });
}
