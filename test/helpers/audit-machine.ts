/**
 * The machine's one kernel audit, borrowed for a test: who has the lock may set rules and start auditd, and puts everything
 * back. What a test that was killed has left behind is put back by the next one, from the note in the lock.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { LOCK_PATIENCE_MS, MachineLock } from './machine-lock.js';

export { runFolder } from './run-folder.js';

/** For a test as a whole: its turn may be long in coming. */
export const AUDIT_TEST_MS = LOCK_PATIENCE_MS + 600_000;
/** auditd gives its plugins three seconds to end. */
const END_PATIENCE_MS = 60_000;
const POLL_MS = 50;

const lock = new MachineLock<Borrowed>('/tmp/find-text-audit', putBack);

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
  for (const program of ['auditd', 'auditctl', 'flock', 'python3']) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `no ${program}`;
  }
  if (spawnSync('auditctl', ['-s']).status !== 0) return 'no audit in the kernel';
  return undefined;
}

/** Waits for its turn. */
export async function borrow(wanted: Pick<Borrowed, 'folder' | 'keys'>): Promise<Borrowed> {
  await lock.take();
  const deadline = Date.now() + END_PATIENCE_MS;
  while (auditState().pid !== 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  const { enabled, backlog_limit: backlog, pid } = auditState();
  if (pid !== 0) {
    lock.release();
    throw new Error(`auditd is at work on this machine (process ${pid}): stop it to run this test`);
  }
  const borrowed = { enabled: enabled as number, backlog: backlog as number, ...wanted };
  note(borrowed);
  return borrowed;
}

export function note(borrowed: Borrowed): void {
  lock.note(borrowed);
}

export function giveBack(): void {
  lock.release();
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

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
