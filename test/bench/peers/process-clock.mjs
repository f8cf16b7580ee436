/** What other processes use: CPU to the microsecond, and whether they have something to do, also when they get no processor. */
import { readdirSync } from 'node:fs';
import koffi from 'koffi';
import { statFields, tryRead } from '../lib/process-tree.mjs';

const libc = koffi.load('libc.so.6');
const clockGettime = libc.func('int clock_gettime(int clock, _Out_ int64_t *time)');
/** The clock of a whole process, as clock_getcpuclockid(3) makes its number. */
const SCHEDULED = 2;
/** Places in /proc/PID/stat after the name. */
const [NICE, POLICY] = [16, 38];

/** Seconds of CPU of these processes, with their threads that have ended. What has ended counts nothing. */
export function cpuOf(pids) {
  return pids.reduce((total, pid) => total + processCpuS(pid), 0);
}

function processCpuS(pid) {
  const time = new BigInt64Array(2);
  return clockGettime((~pid << 3) | SCHEDULED, time) === 0 ? Number(time[0]) + Number(time[1]) / 1e9 : 0;
}

/** Seconds that the threads of these processes ran or waited for a processor. */
export function demandOf(pids) {
  return pids.flatMap(threadsOf).reduce((total, thread) => total + threadDemandS(thread), 0);
}

export function isAlive(pid) {
  const state = stateOf(pid);
  return state !== undefined && state !== 'Z';
}

/** Whether it runs only when others do not (SCHED_BATCH, SCHED_IDLE), or is nicer than `nice`. */
export function givesWay(pid, nice) {
  const fields = statFields(pid);
  return fields !== undefined && (Number(fields[POLICY]) !== 0 || Number(fields[NICE]) > nice);
}

/** Whether a thread runs, or waits for a disk. */
export function isAtWork(pids) {
  return pids.flatMap(threadsOf).some((thread) => ['R', 'D'].includes(stateOf(thread)));
}

function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

function threadDemandS(thread) {
  const [ran = 0, waited = 0] = (tryRead(`/proc/${thread}/schedstat`) ?? '').split(' ').map(Number);
  return (ran + waited) / 1e9;
}

function stateOf(place) {
  return statFields(place)?.[0];
}
