/**
 * The machine's one kernel audit, borrowed for a test: who has the lock may set rules and start auditd, and puts everything
 * back. What a test that was killed has left behind is put back by the next one, from the note in the lock.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Held with flock(1), so that it is free again when its holder has died, without anybody having to judge that. */
const LOCK = '/tmp/find-text-audit.flock';
/** What the holder has to put back. */
const NOTE = '/tmp/find-text-audit.borrowed';
const LOCK_PATIENCE_MS = 240_000;
/** For a test as a whole: its turn may be long in coming. */
export const AUDIT_TEST_MS = LOCK_PATIENCE_MS + 120_000;
/** auditd gives its plugins three seconds to end. */
const END_PATIENCE_MS = 10_000;
const POLL_MS = 50;

let lock: ChildProcess | undefined;

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
  await takeLock();
  const deadline = Date.now() + END_PATIENCE_MS;
  while (auditState().pid !== 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  const { enabled, backlog_limit: backlog, pid } = auditState();
  if (pid !== 0) {
    releaseLock();
    throw new Error(`auditd is at work on this machine (process ${pid}): stop it to run this test`);
  }
  const borrowed = { enabled: enabled as number, backlog: backlog as number, ...wanted };
  note(borrowed);
  return borrowed;
}

export function note(borrowed: Borrowed): void {
  writeFileSync(NOTE, JSON.stringify(borrowed));
}

export function giveBack(borrowed: Borrowed): void {
  putBack(borrowed);
  rmSync(NOTE);
  releaseLock();
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

/** flock holds the lock as long as `cat` has an input: until `releaseLock`, or the end of this process. */
async function takeLock(): Promise<void> {
  const seconds = String(LOCK_PATIENCE_MS / 1000);
  const holder = spawn('flock', ['-w', seconds, LOCK, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.once('exit', () => reject(new Error(`${LOCK} was held by somebody else for ${seconds} s`)));
  });
  lock = holder;
  const leftBehind = readText(NOTE);
  if (leftBehind === undefined) return;
  putBack(JSON.parse(leftBehind) as Borrowed);
  rmSync(NOTE);
}

function releaseLock(): void {
  lock?.stdin?.end();
  lock = undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
