/** Starts `find-textd run` and waits for it: until it is ready, until it is idle, until it has ended. Used by sections. */
import { startTree } from './process-tree.mjs';
import { sleep } from './stats.mjs';

const READY_LIMIT_S = 600;
const IDLE_LIMIT_S = 120;
/** Less than 3 % of one processor in a second. */
const IDLE_SECONDS = 4;
const IDLE_CPU_S = 0.03;

/** Resolves when the daemon has printed its line `ready…`. @throws with its last words when it ends before. */
export async function startDaemon(product, folder, env, source = 'inotify') {
  const argv = [...product.findTextd, 'run', folder, '--source', source];
  const daemon = startTree(argv, { env });
  let account;
  void daemon.ended.then((result) => {
    account = result;
  });
  const limitMs = performance.now() + READY_LIMIT_S * 1000;
  while (!/^ready/m.test(daemon.output.stdout)) {
    const isLate = performance.now() > limitMs;
    if (isLate) daemon.child.kill('SIGKILL');
    if (account || isLate) throw new Error(`find-textd run: not ready: ${daemon.output.stderr.slice(-2000)}`);
    await sleep(20);
  }
  return { ...daemon, stop: () => stop(daemon) };
}

/** For some seconds in a row: what can wait begins when nothing else is to do. */
export async function waitUntilIdle(daemon) {
  const limitMs = performance.now() + IDLE_LIMIT_S * 1000;
  let before = daemon.cpuS();
  let seconds = 0;
  while (performance.now() < limitMs) {
    await sleep(1000);
    const now = daemon.cpuS();
    seconds = now - before <= IDLE_CPU_S ? seconds + 1 : 0;
    if (seconds === IDLE_SECONDS) return;
    before = now;
  }
  throw new Error(`find-textd run: still busy ${IDLE_LIMIT_S} s after it was ready`);
}

/** SIGTERM. @returns the account of the run; its `code` must be 0. */
function stop(daemon) {
  daemon.child.kill('SIGTERM');
  return daemon.ended;
}
