/**
 * `find-textd rebuild`: builds the next generation beside the current one and swaps; a search meanwhile uses the old
 * one.
 */
import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { overlap } from '../../shared/path-within.js';
import { currentIndexFile, makeCurrent, nextIndexFile, removeIndexFile } from '../../shared/store/generation.js';
import { lifeOf, readHolder, takeLock } from '../../shared/store/lock.js';
import { PRIORITY } from '../../shared/types.js';
import { UNLIMITED } from '../budget/budget.js';
import { giveWay } from '../budget/give-way.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';
import { loadNotify } from '../notify/rules/load-notify.js';
import { PLACES } from '../rules/rules.js';
import { Session } from '../session.js';
import { NO_SOURCE } from '../sources/change-source.js';
import { collectLater } from '../system/heap-growth.js';
import { reportLoopDelay } from '../system/loop-report.js';
import { type Context, prepareIndexDirectory, say } from './context.js';
import { commandsOf } from './own-extractors.js';
import { showProgress } from './progress-line.js';
import { lossOf } from './rebuild-loss.js';
import { missingTexts, type Roots, requireSome, resolveRoots, rootNames } from './roots.js';
import { watchVolumes } from './watch-volumes.js';

const LOOK_EVERY_MS = 500;

interface Files {
  readonly file: string;
  /** That it is going to replace. */
  readonly current: string | undefined;
}

export async function rebuild(context: Context, directories: readonly string[]): Promise<void> {
  collectLater();
  giveWay(context.config['budget.nice']);
  prepareIndexDirectory(context);
  const { dataDirectory } = context.locations;
  const current = currentIndexFile(dataDirectory);
  const names = rootNames(directories, context.config, current);
  const volumes = await watchVolumes(names.names);
  const roots = await resolveRoots(names);
  requireSome(roots);
  const loss = () => (current === undefined ? undefined : lossOf(roots, current, context));
  failIf(await loss());
  for (const text of missingTexts(roots)) say(context, text);
  volumes.follow(roots.paths);
  const lock = takeLock(dataDirectory, 'rebuild', 'find-textd rebuild');
  const stopReport = reportLoopDelay();
  const file = nextIndexFile(dataDirectory);
  try {
    const count = await build(context, { file, current }, roots, volumes);
    // A volume may have gone meanwhile.
    failIf(await loss());
    makeCurrent(dataDirectory, file);
    tellDaemon(dataDirectory);
    say(
      context,
      `rebuilt: ${counted(count, 'file')} in ${roots.paths.map(displayPath).join(', ')} ${count === 1 ? 'is' : 'are'} searchable`,
    );
  } catch (error) {
    removeIndexFile(file);
    throw error;
  } finally {
    stopReport();
    lock.release();
    volumes.close();
  }
}

async function build(context: Context, files: Files, roots: Roots, volumes: HangingVolumes): Promise<number> {
  const { file, current } = files;
  const silence = () => silenceOf(volumes, roots.paths);
  failIf(silence());
  const { dataDirectory, stateDirectory, runtimeDirectory, configFile } = context.locations;
  const commands = commandsOf(context);
  const { set: rules } = await loadNotify(configFile, { roots: roots.paths, places: PLACES });
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const session = await Session.open({
    file,
    roots: roots.paths,
    named: roots.named,
    makeSource: () => NO_SOURCE,
    config: context.config,
    budget: UNLIMITED,
    volumes,
    ownDirectories: [dataDirectory, stateDirectory, runtimeDirectory],
    secrecy: { rules, dataDirectory },
    commands,
    lastAliveMs: 0,
    listener: {
      failed: (error) => fail(error),
      noticed: (text) => say(context, text),
      troubled: (_all, fresh) => fresh && say(context, fresh),
    },
  });
  const stopProgress = showProgress(context.stderr, session);
  const look = setInterval(() => {
    const error = silence();
    if (error) fail(error);
  }, LOOK_EVERY_MS);
  try {
    await Promise.race([failed, begin(session)]);
    failIf(silence());
    if (current) await session.takeOverEvents(current);
    return session.documentCount;
  } finally {
    clearInterval(look);
    stopProgress();
    await session.stop();
  }
}

async function begin(session: Session): Promise<void> {
  await session.start(PRIORITY.bulk);
  await session.commandsDone();
  await session.maintain();
}

/** An index that lacks a volume must not take the place of one that has it. */
function silenceOf({ silent }: HangingVolumes, roots: readonly Buffer[]): FindTextError | undefined {
  const point = silent.find((each) => roots.some((root) => overlap(root, each)));
  if (!point) return undefined;
  const hint = 'the index that was there goes on answering; try again when the volume answers, or name other folders';
  const message = `rebuild the index: the volume at ${displayPath(point)} does not answer`;
  return new FindTextError('FT_READ_FAILED', message, { hint });
}

function failIf(error: FindTextError | undefined): void {
  if (error) throw error;
}

/**
 * A daemon that runs goes on with the new index; it compares it with the disk, so changes meanwhile are not lost. In
 * another PID namespace its number may be somebody else's: there it sees by itself that its file is gone.
 */
function tellDaemon(dataDirectory: string): void {
  if (lifeOf(dataDirectory, 'daemon') === 'here') process.kill(readHolder(dataDirectory, 'daemon').pid, 'SIGHUP');
}
