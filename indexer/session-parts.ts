/**
 * Makes the parts of a session, each from those above it. They are what owns the index file, what is known and left
 * out, how much may be done, what may be missing, the pipeline, and what looks after them. Nothing runs yet.
 */
import { fileURLToPath } from 'node:url';
import { CLOSED_GAPS_KEY, parseClosed } from '../shared/closed-gaps.js';
import type { Config } from '../shared/config/options.js';
import { FRESHNESS_KEY, parseFreshness } from '../shared/freshness.js';
import { readMountedParts, readMounts } from '../shared/mounts.js';
import { toBytes } from '../shared/paths.js';
import { eventLimits } from '../shared/store/events.js';
import type { NamedRoot } from '../shared/store/roots-file.js';
import type { Trouble } from '../shared/troubles.js';
import type { Priority } from '../shared/types.js';
import type { WorkBudget } from './budget/budget.js';
import { DaemonReport } from './daemon-report.js';
import type { HangingVolumes } from './disk/hanging-volumes.js';
import { isSilent, mayHang } from './disk/looks.js';
import { EXTRACTOR_VERSIONS } from './extract/extractor-versions.js';
import type { OwnExtractor } from './extract/own/own-extractor.js';
import { OwnExtractors } from './extract/own/own-extractors.js';
import { ExtractorPool } from './extract/pool.js';
import { RedactingExtractors } from './extract/redacting.js';
import { KeptEvents } from './flow/kept-events.js';
import { FreshnessKeeper } from './freshness/keeper.js';
import { IndexReader } from './index-reader.js';
import { IndexSecrecy, type SecrecyWishes } from './notify/content/index-secrecy.js';
import type { RuleSet } from './notify/rules/rule-set.js';
import type { NotifyThreadOptions } from './notify/thread-words.js';
import { Watched } from './notify/watched.js';
import { Pipeline } from './pipeline.js';
import { Restless } from './queue/restless.js';
import { rulesFolderOf } from './rules/ignore.js';
import type { IgnoreLookup } from './rules/ignore-lookup.js';
import { makeRules, PLACES } from './rules/rules.js';
import { Deliveries } from './sinks/deliveries.js';
import { type NotifyAudience, NotifySink } from './sinks/notify-sink.js';
import type { Sink } from './sinks/sink.js';
import { makeSinks } from './sinks/sinks.js';
import type { ChangeSource, ReadWishes } from './sources/change-source.js';
import { SYSTEM_CLOCK } from './system/clock.js';
import { Tally } from './tally.js';
import { Troubles } from './troubles.js';
import { MOUNTS_KEY, MountMemory } from './volumes/mount-memory.js';
import { isOpen, mountPointsIn } from './volumes/mount-points.js';
import { NetworkVolumes } from './volumes/network-volumes.js';
import { Places } from './volumes/places.js';
import { SilentVolumes } from './volumes/silent-volumes.js';
import type { Notices } from './words.js';
import { Upkeep } from './writer/upkeep.js';
import { WriterClient } from './writer/writer-client.js';

/** What a change source may need to know of the session it works for. */
export interface SourceParts {
  readonly reader: IndexReader;
  isExcluded(path: Uint8Array, isDirectory: boolean): boolean;
  /** Missing: nobody asks for reads. */
  readonly reads?: ReadWishes | undefined;
}

export interface SessionOptions {
  readonly file: string;
  /** Real paths, none inside another. */
  readonly roots: readonly Uint8Array[];
  /** The same and more as the user named them, to be remembered. */
  readonly named: readonly NamedRoot[];
  /** Made once the rules are known, so that it can leave out what is excluded. */
  readonly makeSource: (parts: SourceParts) => ChangeSource;
  readonly config: Config;
  readonly budget: WorkBudget;
  /** Volumes that may not answer. */
  readonly volumes?: HangingVolumes;
  /** Folders of find-text itself, never indexed. */
  readonly ownDirectories: readonly string[];
  /** When a daemon was last known to keep this index current; 0 when that is not known. */
  readonly lastAliveMs: number;
  /** The session is going to be stopped for good: it does not wait for a full disk any more. */
  readonly stopped?: AbortSignal;
  readonly listener: SessionListener;
  /** @default those that the configuration asks for */
  readonly sinks?: readonly Sink[];
  /** Commands that read files; missing: there are none. */
  readonly commands?: readonly OwnExtractor[] | undefined;
  /** Integrity monitoring; missing: no rule asks for it. */
  readonly notify?: NotifyWishes | undefined;
  /** Whose secrets the index does not get. @default those of `notify` */
  readonly secrecy?: SecrecyWishes | undefined;
  /** The folder of the writer thread and the extractor process. @default where this file was built to */
  readonly programs?: URL;
}

export interface SessionListener extends Notices {
  /** It cannot go on. */
  failed(error: unknown): void;
  /** Called with everything that is wrong whenever that changes; `fresh` is what has just begun. */
  troubled(all: readonly Trouble[], fresh: string | undefined): void;
}

export type SessionParts = Readonly<ReturnType<typeof makeParts>>;

/** The part that is opened before the others can be made. */
export type WriterParts = Readonly<ReturnType<typeof makeWriter>>;

const PROGRAMS = new URL('.', import.meta.url);

export function makeWriter({ file, config, stopped, listener, programs = PROGRAMS }: SessionOptions) {
  const clock = SYSTEM_CLOCK;
  const troubles = new Troubles((all, fresh) => listener.troubled(all, fresh));
  const writer = new WriterClient({
    file,
    queue: { settleMs: config['queue.settleMs'], maxWaitMs: config['queue.maxWaitMs'] },
    events: eventLimits(config),
    threadPath: fileURLToPath(new URL('writer-thread.js', programs)),
    onTrouble: (error) => troubles.set('disk', error?.message, error?.hint),
    stopped,
    clock,
  });
  return { writer, troubles, clock };
}

/** @param made  its writer is open: the index file is there. */
export function makeParts(options: SessionOptions, { writer, troubles, clock }: WriterParts) {
  const { config, roots, budget, listener, volumes: hanging } = options;
  const maxFileBytes = config['extract.maxFileMiB'] * 2 ** 20;
  const index = new IndexReader(options.file);
  const rules = makeRules(config, roots, options.ownDirectories, (text) => listener.noticed(text));
  const watched = options.notify && new Watched(options.notify.rules, roots.map(toBytes), ownFolders(options));
  const isWatched = watched && ((path: Uint8Array) => watched.has(path));
  const restless = new Restless(maxFileBytes, clock.monotonicMs);
  const upkeep = new Upkeep(writer, { pass: () => pipeline.pass() });
  const tally = new Tally({ troubles, upkeep, listener });
  const source = options.makeSource({
    reader: index,
    reads: options.notify?.rules.asksForReads ? options.notify.rules : undefined,
    isExcluded: (path, isDirectory) => isExcluded(rules, path, isDirectory) && !watched?.leadsTo(path, isDirectory),
  });
  const extractors = makeExtractors(options, maxFileBytes, (path, priority) =>
    pipeline.commit({ hints: [{ path, scope: 'path', priority }] }).catch((error: unknown) => listener.failed(error)),
  );
  const secrecy = makeSecrecy(options);
  const report = new DaemonReport({ source, progress: tally.progress, restless, clock });
  const previous = parseFreshness(index.meta.get(FRESHNESS_KEY))?.roots ?? [];
  const closed = parseClosed(index.meta.get(CLOSED_GAPS_KEY));
  const freshness = new FreshnessKeeper(previous, roots, { writer, index, report, clock, closed });
  const volumes = new MountMemory(index.meta.get(MOUNTS_KEY), roots, readMountedParts);
  const shared = {
    roots,
    source,
    writer,
    budget,
    restless,
    index,
    rules,
    volumes,
    extractors,
    freshness,
    clock,
    ...(isWatched && { isWatched }),
  };
  const discreet = secrecy && {
    extractors: new RedactingExtractors(extractors, secrecy),
    secrecy: (path: Uint8Array) => secrecy.wishFor(path),
  };
  const pipeline: Pipeline = new Pipeline({ ...shared, ...discreet }, tally);
  const places = new Places({ roots, memory: volumes, writer, source }, pipeline);
  const silent = hanging && new SilentVolumes({ roots, volumes: hanging, freshness, extractors, inbox: pipeline });
  const everyMs = config['network.compareMinutes'] * 60_000;
  const network = new NetworkVolumes({ roots, everyMs, readMounts, index }, clock.monotonicMs());
  const events = new KeptEvents({ writer, rules, index, ...eventLimits(config), ...(isWatched && { isWatched }) }, () =>
    pipeline.pass(),
  );
  const sinks = options.sinks ?? [...makeSinks(config), ...notifySinks(options, source, pipeline)];
  const deliveries = new Deliveries(sinks, { listener });
  if (sinks.length > 0) writer.announceTo(deliveries);
  return {
    ...shared,
    secrecy,
    troubles,
    upkeep,
    tally,
    report,
    pipeline,
    places,
    silent,
    network,
    events,
    deliveries,
    mountPoints: () => mountPointsIn(roots),
    isOpen,
  };
}

/**
 * For a source. A change of an ignore file counts even if the file itself is excluded. The rules would look at the
 * disk. So where that may hang they are applied later, and a silent volume is compared as a whole.
 */
function isExcluded(rules: IgnoreLookup, path: Uint8Array, isDirectory: boolean): boolean {
  return isSilent(path) || (!mayHang(path) && !rulesFolderOf(path) && rules.isExcludedFromAbove(path, isDirectory));
}

/** What integrity monitoring needs to know. */
export interface NotifyWishes
  extends Pick<NotifyThreadOptions, 'config' | 'ownKinds' | 'dataDirectory'>,
    NotifyAudience {
  readonly rules: RuleSet;
}

function notifySinks(options: SessionOptions, source: ChangeSource, pipeline: Pipeline): readonly Sink[] {
  const { notify, file, roots, config, listener, programs = PROGRAMS } = options;
  if (!notify) return [];
  const { dataDirectory, ownKinds } = notify;
  const thread: NotifyThreadOptions = {
    config: notify.config,
    dataDirectory,
    ...(ownKinds && { ownKinds }),
    isEchoing: notify.onTold !== undefined,
    indexFile: file,
    roots,
    own: ownFolders(options),
    source: source.kind,
    auditConfig: config['audit.config'],
    maxHashBytes: config['integrity.maxHashMiB'] * 2 ** 20,
    keepMs: config['integrity.keepDays'] * 86_400_000,
    heartbeatMs: config['integrity.heartbeatMinutes'] * 60_000,
  };
  const threadPath = fileURLToPath(new URL('notify-thread.js', programs));
  return [new NotifySink({ thread, threadPath, audience: notify, listener, inbox: pipeline })];
}

function ownFolders({ ownDirectories }: SessionOptions): readonly Uint8Array[] {
  return ownDirectories.map((folder) => toBytes(folder));
}

function makeSecrecy({
  notify,
  secrecy = notify,
  roots,
  programs = PROGRAMS,
}: SessionOptions): IndexSecrecy | undefined {
  return IndexSecrecy.of(secrecy, {
    surroundings: { roots: roots.map(toBytes), places: PLACES },
    threadPath: fileURLToPath(new URL('redact-thread.js', programs)),
    texts: EXTRACTOR_VERSIONS,
  });
}

/** @param onResult  of a command: the file is to be looked at again. */
function makeExtractors(
  { config, commands = [], programs = PROGRAMS }: SessionOptions,
  maxBytes: number,
  onResult: (path: Uint8Array, priority: Priority) => Promise<void>,
): ExtractorPool | OwnExtractors {
  const limits = {
    workers: config['extract.workers'],
    timeoutMs: config['extract.timeoutSeconds'] * 1000,
    memoryMb: config['extract.memoryMiB'],
  };
  const workerPath = fileURLToPath(new URL('extract-worker.js', programs));
  const pool = new ExtractorPool({ ...limits, workerPath, maxBytes });
  if (commands.length === 0) return pool;
  const shutInPath = fileURLToPath(new URL('shut-in.js', programs));
  return new OwnExtractors(pool, commands, { ...limits, shutInPath, onResult });
}
