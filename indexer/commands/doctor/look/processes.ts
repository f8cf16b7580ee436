/** Processes, as /proc shows those that this user may see. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { orUndefined } from '../../../../shared/errors.js';

export function processes(proc: string): readonly number[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Empty: it is gone. */
export function processName(pid: number, proc: string): string {
  return orUndefined(() => readFileSync(join(proc, String(pid), 'comm'), 'utf8').trim()) ?? '';
}

/** What its descriptors lead to; none: it is not for this user to see. */
export function openedBy(pid: number, proc: string): readonly string[] {
  const folder = join(proc, String(pid), 'fd');
  const names = orUndefined(() => readdirSync(folder)) ?? [];
  return names.flatMap((name) => orUndefined(() => readlinkSync(join(folder, name))) ?? []);
}
