/**
 * `find-textd run`: compares and watches, until SIGTERM or SIGINT. SIGHUP (a rebuild has finished, or
 * somebody has changed the configuration) reads the configuration again and opens the index anew.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { runtimeFolder } from '../../shared/locations.js';
import { makeFolder } from '../../shared/own-folder.js';
import { displayPath } from '../../shared/path-text.js';
import { querySocket } from '../../shared/query-socket.js';
import { currentIndexFile, makeCurrent, nextIndexFile, setAside } from '../../shared/store/generation.js';
import { type Lock, lastHeldMs, takeLock } from '../../shared/store/lock.js';
import { guard, toStoreError } from '../../shared/store/open.js';
import { rememberRoots } from '../../shared/store/roots-file.js';
import { PRIORITY } from '../../shared/types.js';
import type { Budget } from '../budget/budget.js';
import { giveWay } from '../budget/give-way.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';
import type { OwnExtractor } from '../extract/own/own-extractor.js';
import { answerRequests } from '../forget/mailbox.js';
import { QueryServer } from '../serve/query-server.js';
import { Session } from '../session.js';
import type { NotifyWishes } from '../session-parts.js';
import { reportLoopDelay } from '../system/loop-report.js';
import { ServiceManager } from '../system/service-manager.js';
import { BaselineSchedule } from './baseline/schedule.js';
import { chooseSource, type SourceName } from './choose-source.js';
import { type Context, prepareIndexDirectory, say, tellTroubles } from './context.js';
import { makeBudget } from './make-budget.js';
import { DaemonRules } from './notify-rules.js';
import { commandsOf, rereadCommands } from './own-extractors.js';
import { showProgress } from './progress-line.js';
import { rereadConfig } from './reread-config.js';
import { followRoots, missingTexts, type Roots, requireSome, resolveRoots, rootNames } from './roots.js';
import { RootsWatch } from './roots-watch.js';
import { searchCommand } from './search-command.js';
import { type Ending, IndexFileWatch, nextEnding, type SessionEnding, Signals } from './session-ending.js';
import { watchSource } from './source-watch.js';
import { watchVolumes } from './watch-volumes.js';

export interface RunOptions {
  /** Default: as configured. */
  readonly source?: SourceName;
  /** Default: the rules of the configuration. */
  readonly monitor?: MonitorOptions;
}

/** For a daemon that is there to tell of changes, and not for searches. */
export interface MonitorOptions {
  readonly wishes: (roots: readonly Buffer[]) => NotifyWishes;
  /** It knows what is there. */
  readonly ready: Promise<void>;
  readonly readyText: (source: string) => string;
  /** More folders of find-text itself. */
  readonly own: readonly string[];
}

const BEAT_MS = 60_000;
const FULL_DISK_PAUSE_MS = 1_000;

/**
 * Resolves after a signal to stop, when the running batch is committed.
 * @throws FindTextError when it cannot start or go on.
 */
export async function runDaemon(started: Context, directories: readonly string[], options: RunOptions): Promise<void> {
  let context = started;
  const manager = ServiceManager.ofEnvironment(process.env);
  giveWay(context.config['budget.nice']);
  const { dataDirectory } = context.locations;
  const names = rootNames(directories, context.config, currentIndexFile(dataDirectory));
  const volumes = await watchVolumes(names.names);
  let roots = await resolveRoots(names);
  if (roots.isUnknown) requireSome(roots);
  for (const text of missingTexts(roots)) say(context, text);
  const locate = async (stopped: AbortSignal) => {
    volumes.tryAgain();
    roots = await followRoots(roots);
    volumes.follow(roots.paths);
    await whenThereIsRoom(context, () => rememberRoots(dataDirectory, roots.named), stopped);
    return roots;
  };
  let commands = commandsOf(context);
  const rules = options.monitor ? undefined : await DaemonRules.open(context, () => roots.paths);
  const lastAliveMs = lastHeldMs(dataDirectory, 'daemon');
  let lock = await whenThereIsRoom(context, () => holdIndex(context, roots));
  const beat = setInterval(() => lock.beat(), BEAT_MS);
  const stopReport = reportLoopDelay();
  const signals = new Signals();
  let kept = keptParts(context);
  try {
    let ending: Ending = 'reopen';
    while (ending !== 'stop') {
      if (ending !== 'reopen' && isGone(ending.error)) {
        say(context, `${ending.error.message}: a new one is made, unless there is another in its place`);
        lock.release();
        lock = holdIndex(context, roots);
      } else if (ending !== 'reopen') putAside(context, ending.error);
      ending = await runSession(
        context,
        { locate, lastAliveMs, budget: kept.budget, lock, volumes, rules, commands, manager, ...options },
        signals,
      );
      const next = ending === 'reopen' && !options.monitor ? rereadConfig(context) : context;
      if (ending === 'reopen') commands = rereadCommands(next, commands);
      if (next === context) continue;
      context = next;
      kept.close();
      kept = keptParts(context);
      if (directories.length === 0)
        roots = await resolveRoots(rootNames(directories, context.config, currentIndexFile(dataDirectory)));
    }
  } finally {
    manager.close();
    rules?.close();
    kept.close();
    signals.close();
    clearInterval(beat);
    stopReport();
    lock.release();
    volumes.close();
  }
}

/** What outlives a session, as long as the configuration is the same. */
function keptParts(context: Context) {
  const budget = makeBudget(context);
  const baseline = new BaselineSchedule(context);
  baseline.start();
  const close = () => {
    baseline.close();
    budget.close();
  };
  return { budget, close };
}

/** @throws FindTextError also when another daemon has it */
function holdIndex(context: Context, roots: Roots): Lock {
  prepareIndexDirectory(context);
  const { dataDirectory, runtimeDirectory } = context.locations;
  guard(`make the runtime folder ${runtimeDirectory}`, () => makeFolder(runtimeFolder(context.locations)));
  const lock = takeLock(dataDirectory, 'daemon', 'find-textd run', runtimeDirectory);
  try {
    rememberRoots(dataDirectory, roots.named);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * A daemon that meets a full disk before it has an index to wait with begins when it has room again.
 * @throws FT_STORE_FULL when stopped
 */
async function whenThereIsRoom<T>(context: Context, action: () => T, stopped?: AbortSignal): Promise<T> {
  for (let isTold = false; ; isTold = true) {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof FindTextError) || error.code !== 'FT_STORE_FULL' || stopped?.aborted) throw error;
      if (!isTold) say(context, `${error.message}: waiting until it has room`);
      await pause(FULL_DISK_PAUSE_MS, undefined, stopped ? { signal: stopped } : {}).catch(() => {});
    }
  }
}

function isGone(error: unknown): error is FindTextError {
  return error instanceof FindTextError && error.code === 'FT_STORE_MISSING';
}

interface SessionWishes extends RunOptions {
  /** Where the roots are now: each session begins with it. */
  readonly locate: (stopped: AbortSignal) => Promise<Roots>;
  readonly lastAliveMs: number;
  /** Those of the configuration; missing: it is there for others. */
  readonly rules: DaemonRules | undefined;
  /** That read files. */
  readonly commands: readonly OwnExtractor[];
  readonly budget: Budget;
  readonly manager: ServiceManager;
  readonly lock: Lock;
  readonly volumes: HangingVolumes;
}

interface LocatedWishes extends SessionWishes {
  readonly roots: Roots;
}

async function runSession(context: Context, wishes: SessionWishes, signals: Signals): Promise<Ending> {
  const ended = nextEnding();
  signals.onSignal = (ending) => {
    if (ending === 'stop') ended.end(ending);
    else void Promise.resolve(wishes.rules?.reload()).finally(() => ended.end(ending));
  };
  ended.stopped.addEventListener('abort', () => wishes.lock.leave());
  tellTroubles(context, [], undefined);
  const roots = await wishes.locate(ended.stopped);
  const located = { ...wishes, roots };
  const session = await openSession(context, located, ended);
  wishes.manager.ready();
  const watch = new IndexFileWatch(session.file, ended);
  const leave = attend(context, located, { session, ended });
  const server = wishes.monitor ? undefined : serveQueries(context);
  await ended.told;
  watch.close();
  leave();
  // It reads the index, and lets go of it before the writer does.
  await server?.close();
  return endSession(session, watch, ended);
}

/** A daemon that is there for searches. */
function serveQueries(context: Context): QueryServer | undefined {
  const { dataDirectory, runtimeDirectory } = context.locations;
  return QueryServer.open({
    socketPath: querySocket(runtimeDirectory),
    dataDirectory,
    home: process.env.HOME,
    threadPath: fileURLToPath(new URL('query-thread.js', import.meta.url)),
    onNotice: (text) => say(context, text),
  });
}

interface Attended {
  readonly session: Session;
  readonly ended: SessionEnding;
}

/** What goes on beside a session, and its work. @returns what ends all of it but the session itself. */
function attend(context: Context, wishes: LocatedWishes, { session, ended }: Attended): () => void {
  const { roots, rules, monitor } = wishes;
  const rootsWatch = new RootsWatch(roots.named, {
    onMoved: () => ended.end('reopen'),
    onTrouble: (text) => session.trouble('roots', text),
    onError: (error) => ended.end({ error }),
  });
  const ends = [
    followRules(rules, session, ended),
    () => rootsWatch.close(),
    answerRequests(context.locations.dataDirectory, {
      forget: (paths) => session.forget(paths),
      retry: (paths) => session.retry(paths),
    }),
  ];
  const stopProgress = monitor ? () => {} : showProgress(context.stderr, session);
  let stopSourceWatch = () => {};
  const work = async () => {
    await session.start(session.documentCount === 0 ? PRIORITY.bulk : PRIORITY.reconcile);
    stopProgress();
    if (ended.ending()) return;
    await monitor?.ready;
    context.stdout.write(monitor?.readyText(session.sourceKind) ?? readyText(session, roots));
    stopSourceWatch = followSource(context, session, wishes, ended);
    await Promise.all([session.maintain(), session.verify()]);
  };
  work().catch((error: unknown) => ended.end({ error }));
  return () => {
    for (const end of [...ends, stopSourceWatch, stopProgress]) end();
  };
}

async function endSession(session: Session, watch: IndexFileWatch, ended: SessionEnding): Promise<Ending> {
  const failure = await session.stop().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  // A wish to stop may have come meanwhile.
  const ending = watch.explain(ended.ending() ?? 'stop');
  if (failure && ending === 'stop') throw failure.error;
  return failure && ending === 'reopen' ? failure : ending;
}

/** A session works by the rules that hold when it begins. */
function followRules(rules: DaemonRules | undefined, session: Session, { end }: SessionEnding): () => void {
  if (!rules) return () => {};
  const reopen = () => end('reopen');
  const show = (text: string | undefined) => session.trouble('rules', text);
  Object.assign(rules, { onChange: reopen, onTrouble: show });
  show(rules.trouble);
  if (!rules.areUsed) reopen();
  return () => Object.assign(rules, { onChange: () => {}, onTrouble: () => {} });
}

function followSource(context: Context, session: Session, wishes: LocatedWishes, { end }: SessionEnding): () => void {
  const { roots, source: wanted = context.config.source } = wishes;
  return watchSource({ wanted, kind: session.sourceKind, roots: roots.paths }, context.config, (kind) => {
    say(context, `changes are seen through ${kind} from now on: comparing with the disk`);
    end('reopen');
  });
}

/**
 * A damaged index is kept for the user, and whoever opens the current one next builds a new one.
 * @throws any other error
 */
function putAside(context: Context, error: unknown): void {
  const { code, message } = toStoreError('work with the index', error);
  const current = currentIndexFile(context.locations.dataDirectory);
  if (code !== 'FT_STORE_CORRUPT' || !current) throw error;
  say(context, `${message}: it is kept as ${setAside(current)}, a new index is built`);
}

function readyText(session: Session, { named, paths }: Roots): string {
  const missing = named.filter(({ why }) => why !== undefined).map(({ path }) => path);
  const there = paths.filter((path) => !missing.some((each) => each.equals(path)));
  const folders = (there.length > 0 ? there : paths).map(displayPath).join(', ');
  const count = session.documentCount;
  const seeing =
    session.sourceKind === 'none' ? 'changes are not watched' : `changes are seen through ${session.sourceKind}`;
  const search = searchCommand(fileURLToPath(new URL('find-text.js', import.meta.url)), process.env.PATH);
  return `ready: ${counted(count, 'file')} in ${folders} ${count === 1 ? 'is' : 'are'} searchable, ${seeing}\nsearch from another terminal: ${search} "some words"\n`;
}

async function openSession(
  context: Context,
  { roots, lastAliveMs, budget, volumes, source, monitor, rules, commands }: LocatedWishes,
  { end, stopped }: SessionEnding,
): Promise<Session> {
  const { dataDirectory, stateDirectory, runtimeDirectory } = context.locations;
  const notify = monitor ? monitor.wishes(roots.paths) : await rules?.wishes();
  const open = (file: string) =>
    Session.open({
      file,
      roots: roots.paths,
      named: roots.named,
      makeSource: chooseSource(
        source ?? context.config.source,
        { ...context.config, wantsAncestry: notify !== undefined },
        roots.paths,
      ),
      config: context.config,
      budget,
      volumes,
      notify,
      commands,
      ownDirectories: [dataDirectory, stateDirectory, runtimeDirectory, ...(monitor?.own ?? [])],
      lastAliveMs,
      stopped,
      listener: {
        failed: (error) => end({ error }),
        noticed: (text) => say(context, text),
        troubled: (all, fresh) => tellTroubles(context, all, fresh),
      },
    });
  const current = currentIndexFile(dataDirectory);
  try {
    if (current) return await open(current);
  } catch (error) {
    putAside(context, error);
  }
  const file = nextIndexFile(dataDirectory);
  const session = await open(file);
  try {
    await whenThereIsRoom(context, () => makeCurrent(dataDirectory, file), stopped);
    return session;
  } catch (error) {
    await session.stop();
    throw error;
  }
}
