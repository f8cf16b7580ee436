/** What processes take, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Of a process and those that it has started; what they share counts once. */
export function memoryMb(pid: number): number {
  const children = childrenOf(pid).map(memoryMb);
  return children.reduce((sum, mb) => sum + mb, inMb(`/proc/${pid}/smaps_rollup`, 'Pss'));
}

/** Of a process and those that it has started, without what is in files: nobody else's memory makes it more or less. */
export function anonymousMb(pid: number): number {
  const children = childrenOf(pid).map(anonymousMb);
  return children.reduce((sum, mb) => sum + mb, inMb(`/proc/${pid}/status`, 'RssAnon'));
}

/** Of the process alone. */
export function residentMb(pid: number): number {
  return inMb(`/proc/${pid}/status`, 'VmRSS');
}

export function descriptorCount(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function childrenOf(pid: number): number[] {
  return tryRead(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function inMb(file: string, field: string): number {
  const [, kib = '0'] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(tryRead(file)) ?? [];
  return (Number(kib) * 1024) / 1e6;
}

/** '' of a process that has ended. */
function tryRead(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
