/** A folder that root's programs trust, for tests with auditd. What a test that was killed has left there is removed by the next one. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, isAlive } from '../../shared/process-identity.js';
import { freshFolder } from './fresh-folder.js';

const OWNED = /^find-text-test-(\d+)-(\d+)-/;

export function runFolder(parent = '/run'): string {
  for (const name of readdirSync(parent)) {
    const [, pid, startTicks] = OWNED.exec(name) ?? [];
    if (pid === undefined || isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  return freshFolder(parent, `find-text-test-${process.pid}-${identifyProcess(process.pid)?.startTicks}`);
}
