/**
 * `find-textd run`: compares and watches, until SIGTERM or SIGINT. SIGHUP (a rebuild has finished, or
 * somebody has changed the configuration) reads the configuration again and opens the index anew.
 */
import { FindTextError } from '../../shared/errors.js';
import { lastHeldMs } from '../../shared/store/lock.js';
import { giveWay } from '../budget/give-way.js';
import { PageSeat } from '../page/page-host.js';
import { collectSooner } from '../system/heap-growth.js';
import { keepHeapsShort, shareHeaps } from '../system/libc.js';
import { reportLoopDelay } from '../system/loop-report.js';
import { ServiceManager } from '../system/service-manager.js';
import { type Context, say } from './context.js';
import { DaemonRoots } from './daemon-roots.js';
import { DaemonSettings } from './daemon-settings.js';
import { whenThereIsRoom } from './full-disk.js';
import { HeldIndex } from './held-index.js';
import { DaemonRules } from './notify-rules.js';
import { putAside } from './open-session.js';
import { runSession } from './run-session.js';
import { type Ending, Signals } from './session-ending.js';
import type { RunOptions } from './session-wishes.js';

/** With one for each thread a flood takes some 30 MB more. */
const HEAPS = 2;
/** With less, each flood and each query takes memory anew that was given back just before. */
const HEAP_END_BYTES = 2 << 20;
const LARGE_BLOCK_BYTES = 1 << 20;

/**
 * Resolves after a signal to stop, when the running batch is committed.
 * @throws FindTextError when it cannot start or go on.
 */
export async function runDaemon(context: Context, directories: readonly string[], options: RunOptions): Promise<void> {
  shareHeaps(HEAPS);
  keepHeapsShort(HEAP_END_BYTES, LARGE_BLOCK_BYTES);
  collectSooner();
  const manager = ServiceManager.ofEnvironment(process.env);
  giveWay(context.config['budget.nice']);
  const roots = await DaemonRoots.resolve(context, directories);
  const settings = new DaemonSettings(context);
  const rules = options.monitor ? undefined : await DaemonRules.open(context, () => roots.now.paths);
  const lastAliveMs = lastHeldMs(context.locations.dataDirectory, 'daemon');
  const index = await whenThereIsRoom(context, () => new HeldIndex(context, roots.now));
  const stopReport = reportLoopDelay();
  const signals = new Signals();
  try {
    await runSessions({ ...options, roots, settings, rules, lastAliveMs, index, manager }, signals);
  } finally {
    manager.close();
    rules?.close();
    settings.close();
    signals.close();
    stopReport();
    index.close();
    roots.close();
  }
}

interface Daemon extends RunOptions {
  readonly roots: DaemonRoots;
  readonly settings: DaemonSettings;
  readonly rules: DaemonRules | undefined;
  readonly lastAliveMs: number;
  readonly index: HeldIndex;
  readonly manager: ServiceManager;
}

/** One after the other, until one is ended by a signal to stop. */
async function runSessions(daemon: Daemon, signals: Signals): Promise<void> {
  const { roots, settings, rules, lastAliveMs, index, manager, ...options } = daemon;
  const seat = new PageSeat();
  for (let ending: Ending = 'reopen'; ending !== 'stop'; ) {
    const { context, commands, budget } = settings;
    if (ending !== 'reopen') mend(daemon, ending.error);
    const locate = (stopped: AbortSignal) => roots.locate(context, stopped);
    const { volumes } = roots;
    const { lock } = index;
    ending = await runSession(
      context,
      { locate, lastAliveMs, budget, lock, volumes, rules, commands, manager, seat, ...options },
      signals,
    );
    if (ending === 'reopen' && settings.reread(!options.monitor)) await roots.renew(settings.context);
  }
}

/** Whatever the session ended with, the next one has an index to begin with. @throws what cannot be mended */
function mend({ index, roots, settings: { context } }: Daemon, error: unknown): void {
  if (!(error instanceof FindTextError && error.code === 'FT_STORE_MISSING')) return putAside(context, error);
  say(context, `${error.message}: a new one is made, unless there is another in its place`);
  index.holdAnew(context, roots.now);
}
