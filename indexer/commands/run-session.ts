/** One session of a daemon: what goes on beside it, until something ends it. Called by run.ts. */
import { fileURLToPath } from 'node:url';
import { counted } from '../../shared/counted.js';
import { displayPath } from '../../shared/path-text.js';
import { querySocket } from '../../shared/query-socket.js';
import { PRIORITY } from '../../shared/types.js';
import { answerRequests } from '../forget/mailbox.js';
import { PageHost } from '../page/page-host.js';
import { QueryServer } from '../serve/query-server.js';
import type { Session } from '../session.js';
import { type Context, noticesTo, say, tellTroubles } from './context.js';
import type { DaemonRules } from './notify-rules.js';
import { openSession } from './open-session.js';
import { showProgress } from './progress-line.js';
import type { Roots } from './roots.js';
import { RootsWatch } from './roots-watch.js';
import { searchCommand } from './search-command.js';
import { type Ending, IndexFileWatch, nextEnding, type SessionEnding, type Signals } from './session-ending.js';
import type { LocatedWishes, SessionWishes } from './session-wishes.js';
import { watchSource } from './source-watch.js';

export async function runSession(context: Context, wishes: SessionWishes, signals: Signals): Promise<Ending> {
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
  const servers = wishes.monitor ? [] : [serveQueries(context), servePage(context, wishes)];
  await ended.told;
  watch.close();
  leave();
  // They read the index, and let go of it before the writer does.
  await Promise.all(servers.map((server) => server?.close()));
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
    listener: noticesTo(context),
  });
}

/** Without a wish for it nothing listens. */
function servePage(context: Context, { seat }: SessionWishes): PageHost | undefined {
  if (!context.config['page.enabled']) return void seat.leave();
  const threadPath = fileURLToPath(new URL('page-thread.js', import.meta.url));
  const listener = noticesTo(context);
  return new PageHost({ locations: context.locations, home: process.env.HOME, threadPath, listener }, seat);
}

interface Attended {
  readonly session: Session;
  readonly ended: SessionEnding;
}

/** What goes on beside a session, and its work. @returns what ends all of it but the session itself. */
function attend(context: Context, wishes: LocatedWishes, { session, ended }: Attended): () => void {
  const { roots, rules, monitor } = wishes;
  const rootsWatch = new RootsWatch(roots.named, { session, ended });
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
  rules.listener = { changed: reopen, troubled: show };
  show(rules.trouble);
  if (!rules.areUsed) reopen();
  return () => {
    rules.listener = undefined;
  };
}

function followSource(context: Context, session: Session, wishes: LocatedWishes, { end }: SessionEnding): () => void {
  const { roots, source: wanted = context.config.source } = wishes;
  return watchSource({ wanted, kind: session.sourceKind, roots: roots.paths }, context.config, (kind) => {
    say(context, `changes are seen through ${kind} from now on: comparing with the disk`);
    end('reopen');
  });
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
