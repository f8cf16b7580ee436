/**
 * Entry of the notify thread: makes the monitor of one index from the configuration, and ends it when it is told to. It
 * has handles of its own: nobody waits for it, and it waits for nobody.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { readMounts } from '../../shared/mounts.js';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { cleanText } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { type Db, toStoreError } from '../../shared/store/open.js';
import { baselineNews } from '../baseline/store.js';
import { openPauses } from '../budget/pauses.js';
import { shareOwnReads } from '../disk/own-reads.js';
import { installedHere } from '../packages/installed-packages.js';
import { PLACES } from '../rules/rules.js';
import { SYSTEM_CLOCK } from '../system/clock.js';
import type { Notices } from '../words.js';
import { CaughtUp } from './caught-up.js';
import { Deliverer } from './deliver/deliverer.js';
import { readHealth } from './deliver/health.js';
import type { LaneListener } from './deliver/lane.js';
import { AccountNames } from './doers.js';
import { Echo } from './echo.js';
import { Findings } from './findings.js';
import { thisHost } from './host.js';
import { IndexEvents } from './index-events.js';
import { Looker } from './looker.js';
import { MissedReads } from './missed-reads.js';
import { Monitor, type MonitorListener } from './monitor.js';
import { NewRules, ruleKey } from './new-rules.js';
import { Notifier } from './notifier.js';
import { PackageWork } from './packages/package-work.js';
import { Recorder } from './recorder.js';
import { type ParsedNotify, parseNotify } from './rules/parse-notify.js';
import type { NotifyRule } from './rules/rule.js';
import { RuleSet } from './rules/rule-set.js';
import { untoldEvents } from './rules/untold-events.js';
import { Notes, newestSetAside, openNotify, setAsideIfDamaged, watchPlace } from './store.js';
import type { FromNotifyThread, NotifyThreadOptions, ToNotifyThread } from './thread-words.js';
import { Watched } from './watched.js';

const HASH_TIMEOUT_MS = 10_000;
const DRAIN_MS = 1_500;

const accounts = new AccountNames();
const options = workerData as NotifyThreadOptions;
const port = parentPort;
if (!port) throw new Error('notify-thread runs as a worker thread only');
const say = (message: FromNotifyThread) => port.postMessage(message);
const listener: Notices = { noticed: (text) => say({ kind: 'notice', text }) };
const caughtUp = new CaughtUp(say);

run().then(
  () => port.close(),
  (error: unknown) => {
    if (toStoreError('', error).code === 'FT_STORE_CORRUPT') setAsideIfDamaged(options.dataDirectory);
    say({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
    port.close();
  },
);

async function run(): Promise<void> {
  const roots = options.roots.map(toBytes);
  const parsed = parseNotify(options.config.text, options.config.file, { roots, places: PLACES });
  const stopSharing = new RuleSet(parsed.compiled).asksForReads ? shareOwnReads() : () => {};
  const db = openNotify(options.dataDirectory);
  const index = new IndexEvents(options.indexFile);
  const ofLanes: LaneListener = {
    ...listener,
    troubled: ({ kind, text, endpoint }) => {
      db.transaction(() => recorder.own({ kind, text, atMs: Date.now(), details: { endpoint } }, endpoint)).immediate();
      ofMonitor.told();
    },
  };
  const deliverer = new Deliverer(db, parsed.endpoints, { listener: ofLanes });
  const echo = options.isEchoing ? new Echo(db, (echoed) => say({ kind: 'told', ...echoed })) : undefined;
  const ofMonitor: MonitorListener = {
    told: () => {
      deliverer.wake();
      echo?.tell();
    },
    troubled: (text) => say({ kind: 'trouble', text }),
    compared: () => say({ kind: 'ready' }),
  };
  const recorder = makeRecorder(db, parsed, deliverer);
  const findings = makeFindings(db, parsed.rules, roots);
  db.transaction(() => findings.prune()).immediate();
  const rules = new RuleSet(parsed.compiled);
  const watched = new Watched(rules, roots, [...options.own, ...ownFiles(parsed)]);
  const packages = makePackages(db, parsed, watched);
  const newRules = new NewRules(db, parsed.compiled);
  const own = { db, index, parsed, recorder, findings, rules, newRules, watched, packages };
  const monitor = makeMonitor(own, ofMonitor);
  port?.on('message', (message: ToNotifyThread) => hear(message, monitor, echo));
  deliverer.start();
  // What a crash has left.
  echo?.tell();
  try {
    await monitor.run();
    say({ kind: 'said all' });
  } finally {
    // A history that cannot be read must not keep the thread from its end.
    await drain(db, echo).catch(() => {});
    await deliverer.stop();
    await findings.close();
    await packages.close();
    index.close();
    db.close();
    stopSharing();
  }
}

function hear(message: ToNotifyThread, monitor: Monitor, echo: Echo | undefined): void {
  if (message === 'poke') return monitor.poke();
  if (message.kind === 'caught up') return caughtUp.answer(message.id);
  if (message.kind === 'shown') return echo?.shown(message.upTo);
  if (message.kind === 'read') {
    monitor.read(message.paths);
    return say({ kind: 'have read', id: message.id });
  }
  monitor.stop(message.change);
  caughtUp.close();
}

/** Telling of a change would change them. */
function ownFiles({ endpoints }: ParsedNotify): readonly Uint8Array[] {
  return endpoints.flatMap(({ target }) =>
    target.kind === 'file' ? [fromPathKey(PLACES.realPath(pathKey(toBytes(target.path))))] : [],
  );
}

/** What was told last goes out now where that is quick, the rest at the next start. */
async function drain(db: Db, echo: Echo | undefined): Promise<void> {
  const isSending = () => readHealth(db).some(({ state, waiting }) => state === 'works' && waiting > 0);
  const isWaiting = () => echo?.isWaiting || isSending();
  for (const endMs = performance.now() + DRAIN_MS; isWaiting() && performance.now() < endMs; ) await pause(20);
}

function makeFindings(db: Db, rules: readonly NotifyRule[], roots: readonly Uint8Array[]): Findings {
  const names = {
    user: (uid: number) => accounts.now.users.get(uid),
    group: (gid: number) => accounts.now.groups.get(gid),
  };
  const surroundings = { roots, places: PLACES };
  const programs = new URL('.', import.meta.url);
  const { dataDirectory } = options;
  return new Findings({ db, dataDirectory, rules, surroundings, programs, names }, join(dataDirectory, 'backup-cache'));
}

interface Parts {
  readonly db: Db;
  readonly index: IndexEvents;
  readonly parsed: ParsedNotify;
  readonly recorder: Recorder;
  readonly findings: Findings;
  readonly rules: RuleSet;
  readonly newRules: NewRules;
  readonly watched: Watched;
  readonly packages: PackageWork;
}

function makeRecorder(db: Db, { rules, endpoints }: ParsedNotify, { outbox }: Deliverer): Recorder {
  const { ownKinds } = options;
  return new Recorder(db, {
    rules,
    endpoints: endpoints.map(({ name }) => name),
    host: thisHost(),
    accounts,
    outlet: outbox,
    ...(ownKinds && { ownKinds: new Set(ownKinds) }),
  });
}

function makePackages(db: Db, { compiled }: ParsedNotify, watched: Watched): PackageWork {
  return new PackageWork({
    db,
    installed: installedHere(),
    clock: SYSTEM_CLOCK,
    watched,
    notes: new Notes(db),
    scope: JSON.stringify([watched.roots.map(pathKey), compiled.map(ruleKey)]),
    arriving: caughtUp,
  });
}

function makeMonitor(own: Parts, ofMonitor: MonitorListener): Monitor {
  const { db, index, parsed, recorder, findings, rules, newRules, watched, packages } = own;
  const notices = [...unseenPlaces(parsed, watched), ...untoldEvents(parsed.rules, options.source)];
  for (const text of notices) listener.noticed(text);
  const looker = new Looker({ maxBytes: options.maxHashBytes, timeoutMs: HASH_TIMEOUT_MS }, readMounts);
  const notifier = new Notifier({
    ...{ db, index, rules, watched, recorder, looker, newRules, packages },
    accounts,
    clock: SYSTEM_CLOCK,
    findings,
    listener: ofMonitor,
    arriving: caughtUp,
  });
  return new Monitor({
    ...{ db, index, notifier, recorder, newRules },
    compiled: parsed.compiled,
    settings: options.config.settings,
    listener: ofMonitor,
    keepMs: options.keepMs,
    heartbeatMs: options.heartbeatMs,
    isHistoryInPlace: watchPlace(options.dataDirectory),
    setAside: newestSetAside(options.dataDirectory),
    baselines: baselineNews(options.dataDirectory),
    pauses: openPauses(options.dataDirectory),
    missedReads: makeMissedReads(db, rules, watched),
  });
}

function makeMissedReads(db: Db, { ofReads }: RuleSet, { roots }: Watched): MissedReads {
  const { source, auditConfig } = options;
  return new MissedReads({
    asked: source === 'audit' ? { rules: ofReads, roots, auditConfig } : undefined,
    db,
    listener,
  });
}

/** What rules name, and no folder that is indexed has. */
function unseenPlaces({ compiled }: ParsedNotify, { roots }: Watched): readonly string[] {
  return compiled.flatMap(({ rule: { name }, selection }) => {
    const unseen = selection.unseen(roots).map(cleanText).join(', ');
    const what = `the rule "${name}" does not watch ${unseen}`;
    return unseen === ''
      ? []
      : [
          `${what}: that is in no folder that is indexed; it has to be in \`roots\`, which is read at the start, or on SIGHUP`,
        ];
  });
}
