/**
 * Is a child silent because its file is too much for it, or because other programs keep the processors busy? Extractors
 * give way to everything else, so on a busy machine half a second of work may take a minute.
 */
import { readdirSync } from 'node:fs';
import { processFields } from '../../shared/process-identity.js';

/** Of a process that said nothing for `silentMs`. */
export interface Silence {
  readonly silentMs: number;
  /** Processor time since then; undefined: not known. */
  readonly usedMs: number | undefined;
  /** One of its threads runs, or waits for a processor; it waits for nothing else. */
  readonly isRunnable: boolean;
}

/** The time limit, at most so many times. */
const MOST_LIMITS = 10;
/** `proc(5)`: always a hundredth of a second for user space. */
const TICK_MS = 10;
/** Of the fields behind the name of the program, in `/proc/PID/stat`. */
const [STATE, USER_TICKS, SYSTEM_TICKS] = [0, 11, 12];

/** Has it had less than half of its time, and is it still at work? */
export function isStarved({ silentMs, usedMs, isRunnable }: Silence, limitMs: number): boolean {
  return isRunnable && usedMs !== undefined && usedMs < limitMs / 2 && silentMs < limitMs * MOST_LIMITS;
}

/** Of all its threads, since its start. undefined: it is no more, or `/proc` is not there. */
export function processorMs(pid: number): number | undefined {
  const fields = processFields(pid);
  return fields && (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_MS;
}

export function isRunnable(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((id) => processFields(`${pid}/task/${id}`)?.[STATE] === 'R');
  } catch {
    return false;
  }
}
