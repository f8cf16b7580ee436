/** Programs that stay, with everything they start: until they have nothing to do, and until they are gone, by their ids. */
import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { startTree } from '../lib/process-tree.mjs';
import { sleep } from '../lib/stats.mjs';
import { demandOf, givesWay, isAlive, isAtWork } from './process-clock.mjs';

const LOOK_MS = 250;
/** Of run time and waiting for a processor between two looks. */
const STILL_S = 0.02;
const END_LIMIT_MS = 5000;

export function startService(argv, env) {
  const tree = startTree(argv, { env });
  const raising = setInterval(() => atOwnPriority(tree.pids()), LOOK_MS);
  const endAtExit = () => signalAll(tree.pids(), 'SIGKILL');
  process.prependOnceListener('exit', endAtExit);
  const stop = async () => {
    clearInterval(raising);
    await endAll(tree);
    process.off('exit', endAtExit);
    return tree.ended;
  };
  return { ...tree, stop };
}

/** The program in a D-Bus session of its own. @returns the service with the `env` in which its clients find it. */
export async function startSession(argv, env) {
  const tell = ['sh', '-c', 'echo "bus=$DBUS_SESSION_BUS_ADDRESS"; exec "$@"', 'sh'];
  const service = startService(['dbus-run-session', '--', ...tell, ...argv], env);
  const limitMs = performance.now() + END_LIMIT_MS;
  while (!/^bus=/m.test(service.output.stdout)) {
    if (performance.now() > limitMs) throw new Error(`start ${argv[0]} in a D-Bus session: ${service.output.stderr}`);
    await sleep(20);
  }
  const address = /^bus=(.*)$/m.exec(service.output.stdout)[1];
  return { ...service, env: { ...env, DBUS_SESSION_BUS_ADDRESS: address } };
}

/**
 * Waits until a service has had nothing to do for `quietMs` and `isFinished` agrees.
 * @returns when it last worked, in seconds from now, and whether that was before the limit.
 */
export async function untilIdle(service, { quietMs, limitMs, isFinished = () => true }) {
  const startMs = performance.now();
  let demand = -1;
  let busyMs = startMs;
  while (performance.now() - startMs < limitMs) {
    await sleep(LOOK_MS);
    const pids = service.pids();
    const now = demandOf(pids);
    if (Math.abs(now - demand) > STILL_S || isAtWork(pids)) busyMs = performance.now();
    demand = now;
    if (performance.now() - busyMs < quietMs) continue;
    if (isFinished()) return { wallS: (busyMs - startMs) / 1000, isDone: true };
    busyMs = Math.max(busyMs, performance.now() - quietMs / 2);
  }
  return { wallS: (performance.now() - startMs) / 1000, isDone: false };
}

/**
 * Gives processes that make way for all others the priority of this one, so that a busy machine does not starve some engines
 * more than others. Only root may; for other users they stay as they are.
 */
export function atOwnPriority(pids) {
  for (const pid of pids.filter((one) => givesWay(one, getPriority()))) {
    spawnSync('chrt', ['-a', '-o', '-p', '0', String(pid)]);
    spawnSync('renice', ['-n', String(getPriority()), '-p', String(pid)]);
  }
}

/** Runs a program to its end, or until the limit. @returns its account; `isDone` when it ended with status 0. */
export async function runLimited(argv, env, limitMs) {
  const service = startService(argv, env);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    signalAll(service.pids(), 'SIGKILL');
  }, limitMs);
  const account = await service.ended;
  clearTimeout(timer);
  await service.stop();
  if (account.code !== 0 && !isLate)
    throw new Error(
      `run ${argv.slice(0, 3).join(' ')}: ${account.error?.message ?? account.stderr.trim().slice(-1000)}`,
    );
  const { cpuS, wallS, peakRssMb, peakPssMb } = account;
  return { cpuS, wallS, peakRssMb, peakPssMb, isDone: !isLate };
}

/** Asks to end, then ends, what is left of a service. */
async function endAll(tree) {
  const limitMs = performance.now() + END_LIMIT_MS;
  let left = tree.pids().filter(isAlive);
  signalAll(left, 'SIGTERM');
  while (left.length > 0) {
    await sleep(50);
    left = [...new Set([...left, ...tree.pids()])].filter(isAlive);
    if (performance.now() > limitMs) signalAll(left, 'SIGKILL');
  }
}

function signalAll(pids, signal) {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
}
