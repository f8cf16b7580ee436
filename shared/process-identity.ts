/**
 * Tells a process from a later process with the same number: by the number and its start time, in ticks since the boot.
 */
import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

/** Of /proc/PID/stat, counted behind the name, which may hold blanks and brackets. */
const START_TICKS = 19;

/** @returns undefined when there is no such process. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const fields = processFields(pid);
  return fields && { pid, startTicks: Number(fields[START_TICKS]) };
}

export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}

let own: ProcessIdentity | undefined;

/** `stopped`: by Ctrl-Z, SIGSTOP or a debugger, it lives, and does nothing. Who looks at itself runs. */
export function lookAtProcess({ pid, startTicks }: ProcessIdentity): 'gone' | 'stopped' | 'runs' {
  if (pid === process.pid) {
    own ??= identifyProcess(pid);
    if (own) return own.startTicks === startTicks ? 'runs' : 'gone';
  }
  const fields = processFields(pid);
  if (!fields || Number(fields[START_TICKS]) !== startTicks) return 'gone';
  return /^[Tt]$/.test(fields[0] ?? '') ? 'stopped' : 'runs';
}

export function isAlive(process: ProcessIdentity): boolean {
  return lookAtProcess(process) !== 'gone';
}

/**
 * The PID namespace of this process: in another one the same number is another process. undefined where /proc does not
 * say.
 */
export function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/**
 * The fields of /proc/PID/stat behind the name, state first; also of one thread. A process that has ended and is not yet
 * reaped counts as gone.
 */
export function processFields(place: number | 'self' | `${number}/task/${string}`): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${place}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields;
  } catch {
    return undefined;
  }
}
