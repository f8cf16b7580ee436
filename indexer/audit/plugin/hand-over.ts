/**
 * The way out where Node changes the user of no running process. One that runs with the system's libuv refuses it, as
 * that of Debian 13 does: work under way in io_uring would keep the rights of before (CVE-2024-22017). There a child goes
 * on, which begins without root and gets what is open. This process stays root and does nothing but pass signals on.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { decodeHeld, descriptorsOf, encodeHeld, type Held } from './held.js';

export const HANDED_OVER = '--handed-over';
/** Of the child: where it reads what it gets; the descriptors follow. */
const TOLD_AT = 3;

/** @returns the exit code of the child. */
export async function handOver(held: Held): Promise<number> {
  const { uid, gid } = held.config.runAs;
  const descriptors = descriptorsOf(held);
  const child = spawn(process.execPath, [process.argv[1] as string, held.configFile, HANDED_OVER], {
    uid,
    gid,
    cwd: '/',
    env: {},
    stdio: ['inherit', 'inherit', 'inherit', 'pipe', ...descriptors],
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const told = child.stdio[TOLD_AT] as Writable;
  told.on('error', () => {});
  told.end(encodeHeld(held, (fd) => TOLD_AT + 1 + descriptors.indexOf(fd)));
  return await new Promise((resolve, reject) => child.on('exit', (code) => resolve(code ?? 1)).on('error', reject));
}

/** In the child. @throws where it is root. */
export function takeOver(): Held {
  if (process.geteuid?.() === 0) throw new Error('it was handed over, and is root');
  return { ...decodeHeld(readFileSync(TOLD_AT, 'utf8')), parent: process.ppid };
}
