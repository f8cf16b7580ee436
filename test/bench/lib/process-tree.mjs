/**
 * Starts a program and accounts for it and everything it starts: CPU seconds, peak memory of all its processes together,
 * wall time. CPU is what the kernel reports for reaped children (getrusage), so only one program is measured at a time.
 * Used by the sections and by lib/anchors.mjs.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';

const SAMPLE_MS = 25;
/** PSS walks the page tables of every process (milliseconds), so it is read more rarely, and at each new height. */
const PSS_EVERY_MS = 250;
const NEW_HEIGHT = 1.03;
const TICKS_PER_SECOND = 100;
const MB = 1e6;
const KEPT_OUTPUT = 1 << 20;

const libc = koffi.load('libc.so.6');
const getrusage = libc.func('int getrusage(int who, _Out_ int64_t *usage)');
const SC_PAGESIZE = 30;
const PAGE_BYTES = Number(libc.func('long sysconf(int name)')(SC_PAGESIZE));
const CHILDREN = -1;
const RUSAGE_WORDS = 18;

/** User and system seconds, in microsecond steps, of all children that have ended and of theirs. */
export function childrenCpu() {
  const usage = new BigInt64Array(RUSAGE_WORDS);
  getrusage(CHILDREN, usage);
  const seconds = (at) => Number(usage[at]) + Number(usage[at + 1]) / 1e6;
  return { userS: seconds(0), systemS: seconds(2) };
}

/** Finds the descendants of a process. A process stays one of them when its parent ends before it. */
class Descendants {
  #isOurs = new Map();

  constructor(rootPid) {
    this.#isOurs.set(rootPid, true);
  }

  list() {
    const alive = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    const before = this.#isOurs;
    this.#isOurs = new Map(alive.filter((pid) => before.has(pid)).map((pid) => [pid, before.get(pid)]));
    const parents = new Map(alive.filter((pid) => !before.has(pid)).map((pid) => [pid, parentOf(pid)]));
    for (const pid of parents.keys()) this.#isOurs.set(pid, this.#descends(pid, parents));
    return alive.filter((pid) => this.#isOurs.get(pid));
  }

  #descends(pid, parents) {
    let at = pid;
    while (parents.has(at)) at = parents.get(at);
    return this.#isOurs.get(at) === true;
  }
}

function parentOf(pid) {
  return Number(statFields(pid)?.[1] ?? 0);
}

/** The fields of /proc/PID/stat after the name: state, parent, ... @param place  PID, or PID/task/THREAD */
export function statFields(place) {
  const text = tryRead(`/proc/${place}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function rssBytes(pid) {
  return Number(tryRead(`/proc/${pid}/statm`)?.split(' ')[1] ?? 0) * PAGE_BYTES;
}

function pssBytes(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(tryRead(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0) * 1024;
}

export function tryRead(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

class MemorySampler {
  peakRss = 0;
  peakPss = 0;
  processes = 0;
  #descendants;
  #timer;
  #pssDueMs = 0;
  #pssHeight = 0;

  constructor(rootPid) {
    this.#descendants = new Descendants(rootPid);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** The program and what it has started, as far as they live. */
  pids() {
    return this.#descendants.list();
  }

  /** CPU of the living processes and of the children they have reaped, to a hundredth of a second. */
  cpuS() {
    const ticks = this.#descendants.list().map((pid) => sum((statFields(pid) ?? []).slice(11, 15).map(Number)));
    return sum(ticks) / TICKS_PER_SECOND;
  }

  reset() {
    this.peakRss = 0;
    this.peakPss = 0;
    this.#pssHeight = 0;
  }

  stop() {
    clearInterval(this.#timer);
  }

  #sample() {
    const pids = this.#descendants.list();
    const rss = sum(pids.map(rssBytes));
    this.peakRss = Math.max(this.peakRss, rss);
    this.processes = Math.max(this.processes, pids.length);
    const now = performance.now();
    if (now < this.#pssDueMs && rss < this.#pssHeight * NEW_HEIGHT) return;
    this.peakPss = Math.max(this.peakPss, sum(pids.map(pssBytes)));
    this.#pssDueMs = now + PSS_EVERY_MS;
    this.#pssHeight = Math.max(this.#pssHeight, rss);
  }
}

/**
 * Starts `argv`. `ended` resolves with the account (never rejects; `code` is null when a signal ended it).
 * `cpuS()` tells its CPU so far; `pids()` who belongs to it; `peaks()` its peak memory since `resetPeaks()`; `output` is what it printed until now, the last megabyte; `stopSampling()` ends the
 * memory account early, for measurements that the sampling would disturb.
 */
export function startTree(argv, options = {}) {
  const before = childrenCpu();
  const startMs = performance.now();
  const child = spawn(argv[0], argv.slice(1), { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.prependOnceListener('exit', kill);
  const sampler = new MemorySampler(child.pid ?? -1);
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      output[stream] = (output[stream] + text).slice(-KEPT_OUTPUT);
    });
  }
  const ended = new Promise((resolve) => {
    const finish = (code, signal, error) => {
      process.off('exit', kill);
      sampler.stop();
      resolve({ code, signal, error, ...output, ...account(before, startMs, sampler) });
    };
    child.on('error', (error) => finish(null, null, error));
    child.on('close', (code, signal) => finish(code, signal));
  });
  const peaks = () => ({ rssMb: sampler.peakRss / MB, pssMb: sampler.peakPss / MB });
  return {
    ...{ child, ended, output, cpuS: () => sampler.cpuS(), stopSampling: () => sampler.stop() },
    ...{ peaks, resetPeaks: () => sampler.reset(), pids: () => sampler.pids() },
  };
}

/** Runs `argv` to its end. @throws when it does not end with status 0: a benchmark of a failed program says nothing. */
export async function runTree(argv, options = {}) {
  const run = await startTree(argv, options).ended;
  if (run.code === 0) return run;
  const why = run.error?.message ?? `${run.signal ?? `status ${run.code}`}\n${run.stderr.trim().slice(-2000)}`;
  throw new Error(`run ${argv.slice(0, 3).join(' ')}: ${why}`);
}

function account(before, startMs, sampler) {
  const after = childrenCpu();
  return {
    cpuS: after.userS + after.systemS - before.userS - before.systemS,
    wallS: (performance.now() - startMs) / 1000,
    peakRssMb: sampler.peakRss / MB,
    peakPssMb: sampler.peakPss / MB,
    processes: sampler.processes,
  };
}

export function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
