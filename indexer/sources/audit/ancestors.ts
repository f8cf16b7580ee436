/**
 * What is above a process, and in which systemd unit it is. It is looked up in /proc when a change of it is reported, a
 * few milliseconds after. Nothing is guessed: what has ended by then is not known, unless it was seen itself a moment
 * before. A number that belongs to a later process counts as ended.
 */
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Actor } from '../../../shared/file-event.js';
import { processFields } from '../../../shared/process-identity.js';

export type Ancestry = Required<Pick<Actor, 'parents' | 'isParentsCut' | 'unit'>>;

/** A process that lives. */
export interface LivingProcess {
  readonly comm: string;
  readonly ppid: number;
  /** Milliseconds since 1970, to a hundredth of a second. */
  readonly startedMs: number;
}

export interface ProcessLooks {
  /** @returns undefined when there is no such process, or it may not be seen. */
  look(pid: number): LivingProcess | undefined;
  /** What /proc/PID/cgroup says. */
  cgroupOf(pid: number): string;
  now(): number;
}

type Caller = Pick<Actor, 'pid' | 'ppid' | 'comm' | 'exe'>;

interface Seen {
  readonly comm: string;
  readonly ppid: number;
  readonly atMs: number;
}

const MAX_PARENTS = 4;
const MAX_SEEN = 4_096;
/** A later report is about processes that may have got other parents since. */
const MAX_LATE_MS = 5_000;
/** All numbers are not given away within this time: who had one still has it, or nobody has. */
const REMEMBER_MS = 1_000;
/** Of the clock ticks in which a start is told. */
const START_SLACK_MS = 20;

const NOTHING: Ancestry = { parents: [], isParentsCut: true, unit: null };

export class Ancestors {
  /** By number, the last one seen last. */
  readonly #seen = new Map<number, Seen>();
  readonly #answers = new Map<string, { readonly ancestry: Ancestry; readonly atMs: number }>();

  constructor(private readonly looks: ProcessLooks = PROC) {}

  /** @param atMs  when it did what is reported. */
  of(caller: Caller, atMs: number): Ancestry {
    const { pid, ppid, comm, exe } = caller;
    const nowMs = this.looks.now();
    if (pid === null || ppid === null || nowMs - atMs > MAX_LATE_MS) return NOTHING;
    if (comm !== null) keep(this.#seen, pid, { comm, ppid, atMs });
    const key = `${pid} ${ppid} ${comm} ${exe}`;
    const known = this.#answers.get(key);
    if (known && nowMs - known.atMs < REMEMBER_MS) return known.ancestry;
    const ancestry = { ...this.#above(ppid, atMs), unit: this.#unitOf(pid, atMs) };
    keep(this.#answers, key, { ancestry, atMs: nowMs });
    return ancestry;
  }

  #above(ppid: number, atMs: number): Omit<Ancestry, 'unit'> {
    const parents: string[] = [];
    for (let pid = ppid; pid !== 0; ) {
      const process = parents.length < MAX_PARENTS ? this.#find(pid, atMs) : undefined;
      if (!process) return { parents, isParentsCut: true };
      parents.push(process.comm);
      pid = process.ppid;
    }
    return { parents, isParentsCut: false };
  }

  #find(pid: number, atMs: number): Pick<Seen, 'comm' | 'ppid'> | undefined {
    const living = this.#living(pid, atMs);
    if (living) {
      keep(this.#seen, pid, { ...living, atMs: this.looks.now() });
      return living;
    }
    const seen = this.#seen.get(pid);
    return seen && Math.abs(atMs - seen.atMs) <= REMEMBER_MS ? seen : undefined;
  }

  #living(pid: number, atMs: number): LivingProcess | undefined {
    const process = this.looks.look(pid);
    return process && process.startedMs <= atMs + START_SLACK_MS ? process : undefined;
  }

  #unitOf(pid: number, atMs: number): string | null {
    const before = this.#living(pid, atMs);
    const cgroup = before && this.looks.cgroupOf(pid);
    const isSame = this.#living(pid, atMs)?.startedMs === before?.startedMs;
    return cgroup !== undefined && isSame ? unitIn(cgroup) : null;
  }
}

/**
 * The unit of the system that a control group belongs to. Of a user's own manager it is `user@….service`: the units
 * below it he can name as he likes.
 */
export function unitIn(cgroup: string): string | null {
  const lines = cgroup.split('\n');
  const line = lines.find((each) => each.startsWith('0::')) ?? '';
  const older = lines.find((each) => /^\d+:name=systemd:/.test(each)) ?? '';
  const path = (older || line).replace(/^[^:]*:[^:]*:/, '');
  if (path.includes('/..')) return null;
  const [name] = path.split('/').filter((each) => each !== '' && !each.endsWith('.slice'));
  return name !== undefined && /\.(?:service|scope|socket|mount|swap)$/.test(name) ? name : null;
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_SEEN) map.delete(map.keys().next().value as K);
}

const PPID = 1;
const START_TICKS = 19;
/** The kernel shows times to programs in hundredths, whatever its own clock. */
const MS_PER_TICK = 10;

const PROC: ProcessLooks = {
  look: (pid) => {
    const fields = processFields(pid);
    const comm = fields && textOf(`/proc/${pid}/comm`).replace(/\n$/, '');
    if (!comm) return undefined;
    const bootMs = Date.now() - uptime() * 1_000;
    return { comm, ppid: Number(fields[PPID]), startedMs: bootMs + Number(fields[START_TICKS]) * MS_PER_TICK };
  },
  cgroupOf: (pid) => textOf(`/proc/${pid}/cgroup`),
  now: Date.now,
};

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
