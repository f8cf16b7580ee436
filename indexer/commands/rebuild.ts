/** `find-textd rebuild`: builds the next generation beside the current one and swaps; a search meanwhile uses the old one. */
import { displayPath } from '../../shared/paths.js';
import { currentIndexFile, makeCurrent, nextIndexFile, removeIndexFile } from '../../shared/store/generation.js';
import { lockHolder, takeLock } from '../../shared/store/lock.js';
import { PRIORITY } from '../../shared/types.js';
import { UNLIMITED } from '../budget/budget.js';
import { giveWay } from '../budget/give-way.js';
import { NO_SOURCE } from '../change-source.js';
import { reportLoopDelay } from '../loop-report.js';
import { Session } from '../session.js';
import { type Context, prepareIndexDirectory, say } from './context.js';
import { showProgress } from './progress-line.js';
import { resolveRoots } from './roots.js';

export async function rebuild(context: Context, directories: readonly string[]): Promise<void> {
  giveWay(context.config['budget.nice']);
  prepareIndexDirectory(context);
  const { dataDirectory } = context.locations;
  const roots = await resolveRoots(directories, context.config, currentIndexFile(dataDirectory));
  const lock = takeLock(dataDirectory, 'rebuild', 'find-textd rebuild');
  const stopReport = reportLoopDelay();
  const file = nextIndexFile(dataDirectory);
  try {
    const count = await build(context, file, roots);
    makeCurrent(dataDirectory, file);
    tellDaemon(dataDirectory);
    say(context, `rebuilt: ${count.toLocaleString('en')} files in ${roots.map(displayPath).join(', ')} are searchable`);
  } catch (error) {
    removeIndexFile(file);
    throw error;
  } finally {
    stopReport();
    lock.release();
  }
}

async function build(context: Context, file: string, roots: readonly Buffer[]): Promise<number> {
  const { dataDirectory, stateDirectory, runtimeDirectory } = context.locations;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const session = await Session.open({
    file,
    roots,
    makeSource: () => NO_SOURCE,
    config: context.config,
    budget: UNLIMITED,
    ownDirectories: [dataDirectory, stateDirectory, runtimeDirectory],
    lastAliveMs: 0,
    onFatal: fail,
    onNotice: (text) => say(context, text),
    onTroubles: (_all, fresh) => fresh && say(context, fresh),
  });
  const stopProgress = showProgress(context.stderr, () => session.progress.totals);
  try {
    await Promise.race([failed, session.start(PRIORITY.bulk).then(() => session.maintain())]);
    return session.documentCount;
  } finally {
    stopProgress();
    await session.stop();
  }
}

/** A daemon that runs goes on with the new index; it compares it with the disk, so changes meanwhile are not lost. */
function tellDaemon(dataDirectory: string): void {
  const daemon = lockHolder(dataDirectory, 'daemon');
  if (daemon && daemon.pid > 0) process.kill(daemon.pid, 'SIGHUP');
}
