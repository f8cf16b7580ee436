/**
 * The machine's one kernel audit, borrowed for a test: who has the lock may set rules and start auditd, and puts everything
 * back. What a test that was killed has left behind is put back by the next one, from the note in the lock.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = '/tmp/find-text-audit.lock';
const LOCK_PATIENCE_MS = 240_000;
const LOCK_POLL_MS = 200;

/** How the kernel was found, and what to take away again. */
export interface Borrowed {
  readonly enabled: number;
  readonly backlog: number;
  /** Of auditd and its plugins. */
  readonly folder: string;
  readonly keys: readonly string[];
  readonly auditdPid?: number;
}

/** @returns why nothing can be tested with audit here; undefined when it can. */
export function whyNoAudit(): string | undefined {
  if (process.geteuid?.() !== 0) return 'not root';
  for (const program of ['auditd', 'auditctl', 'python3']) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `no ${program}`;
  }
  if (spawnSync('auditctl', ['-s']).status !== 0) return 'no audit in the kernel';
  return undefined;
}

/** Waits for its turn. */
export async function borrow(wanted: Pick<Borrowed, 'folder' | 'keys'>): Promise<Borrowed> {
  await takeLock();
  const { enabled, backlog_limit: backlog, pid } = auditState();
  if (pid !== 0) {
    rmSync(LOCK, { recursive: true });
    throw new Error(`auditd is at work on this machine (process ${pid}): stop it to run this test`);
  }
  const borrowed = { enabled: enabled as number, backlog: backlog as number, ...wanted };
  note(borrowed);
  return borrowed;
}

export function note(borrowed: Borrowed): void {
  writeFileSync(join(LOCK, 'borrowed'), JSON.stringify(borrowed));
}

export function giveBack(borrowed: Borrowed): void {
  putBack(borrowed);
  rmSync(LOCK, { recursive: true });
}

export function auditctl(...args: string[]): string {
  return execFileSync('auditctl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The numbers of `auditctl -s`. */
export function auditState(): Readonly<Record<string, number>> {
  const fields = auditctl('-s').matchAll(/^(\w+) (\d+)/gm);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, Number(value)]));
}

function putBack({ enabled, backlog, folder, keys, auditdPid }: Borrowed): void {
  for (const key of keys) spawnSync('auditctl', ['-D', '-k', key]);
  if (auditdPid !== undefined && readText(`/proc/${auditdPid}/comm`) === 'auditd\n') process.kill(auditdPid, 'SIGTERM');
  auditctl('-b', String(backlog));
  auditctl('-e', String(enabled));
  rmSync(folder, { recursive: true, force: true });
}

async function takeLock(): Promise<void> {
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  while (!tryLock()) {
    if (Date.now() > deadline) throw new Error(`${LOCK} is held by process ${readText(join(LOCK, 'pid'))}`);
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK);
    writeFileSync(join(LOCK, 'pid'), String(process.pid));
    return true;
  } catch {
    const holder = readText(join(LOCK, 'pid'));
    if (holder && !isAlive(Number(holder))) breakLock();
    return false;
  }
}

function breakLock(): void {
  const borrowed = readText(join(LOCK, 'borrowed'));
  if (borrowed) putBack(JSON.parse(borrowed) as Borrowed);
  rmSync(LOCK, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
