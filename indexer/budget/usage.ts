/**
 * What the daemon and its children have used since they began, as /proc tells it: some 50 µs and 30 µs for each child.
 */
import { readFileSync } from 'node:fs';
import { processFields } from '../../shared/process-identity.js';

/** All but memory only grow, also when a child ends: the kernel adds what it used to its parent. */
export interface Usage {
  /** Everything of this process but the writer thread. */
  readonly mainCpuMs: number;
  readonly writerCpuMs: number;
  readonly childrenCpuMs: number;
  /** From and to the disk. */
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Memory that is not shared with another of these processes, and what this one shares. */
  readonly memoryBytes: number;
}

/** On every Linux that Node runs on. */
const MS_PER_TICK = 10;
/** Of /proc/PID/stat behind the name: its own user and system ticks, then those of the children it has buried. */
const OWN_TICKS = 11;
const CHILDREN_TICKS = 13;

/** @param writerThread  /proc/…/task/… of the writer thread. */
export function readUsage(children: readonly number[], writerThread: string): Usage {
  const { user, system } = process.cpuUsage();
  const writerCpuMs = threadCpuMs(writerThread);
  const io = [ioOf('self'), ...children.map(ioOf)];
  return {
    mainCpuMs: Math.max((user + system) / 1000 - writerCpuMs, 0),
    writerCpuMs,
    childrenCpuMs: cpuMs('self', CHILDREN_TICKS) + sum(children.map((pid) => cpuMs(pid, OWN_TICKS))),
    readBytes: sum(io.map(({ read }) => read)),
    writtenBytes: sum(io.map(({ written }) => written)),
    memoryBytes: memoryOf('self', 'VmRSS') + sum(children.map((pid) => memoryOf(pid, 'RssAnon'))),
  };
}

function cpuMs(pid: number | 'self', at: number): number {
  const [user, system] = (processFields(pid) ?? []).slice(at, at + 2).map(Number);
  return ((user ?? 0) + (system ?? 0)) * MS_PER_TICK;
}

/** In nanoseconds, where the kernel keeps such accounts. */
function threadCpuMs(thread: string): number {
  return Number(tryRead(`/proc/${thread}/schedstat`).split(' ')[0]) / 1e6;
}

function ioOf(pid: number | 'self'): { read: number; written: number } {
  const text = tryRead(`/proc/${pid}/io`);
  const value = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return { read: value('read_bytes'), written: value('write_bytes') };
}

function memoryOf(pid: number | 'self', name: 'VmRSS' | 'RssAnon'): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(tryRead(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
