/** What `find-textd status` says: is the index complete, is a daemon at work, what failed. Reads only; works without a daemon. */
import { type Rest, restText, type Spent, timeText } from '../../shared/activity.js';
import { judge } from '../../shared/answer/judge.js';
import { readKnowledge } from '../../shared/answer/knowledge.js';
import { damagedText, type OpenIndex, openIndex } from '../../shared/answer/open-index.js';
import { everywhere } from '../../shared/answer/reach.js';
import { type ReasonJson, toReasonJson } from '../../shared/answer/reason-json.js';
import type { Config } from '../../shared/config/options.js';
import { counted, grouped } from '../../shared/counted.js';
import { type DaemonState, ROOTS_KEY } from '../../shared/daemon-state.js';
import { cleanText, displayPath, jsonPath, jsonPathBytes } from '../../shared/path-text.js';
import { outermost } from '../../shared/path-within.js';
import { readCleaning } from '../../shared/store/cleanliness.js';
import { eventLimits, readEventTotals } from '../../shared/store/events.js';
import { Failures } from '../../shared/store/failures.js';
import { lockHolder } from '../../shared/store/lock.js';
import { Meta } from '../../shared/store/meta.js';
import type { Db } from '../../shared/store/open.js';
import { largestPartial } from '../../shared/store/partial-documents.js';
import { oldestEventMs } from '../../shared/store/read-events.js';
import { type NamedRoot, parseRoots, recallRoots } from '../../shared/store/roots-file.js';
import { indexBytes, liveShare } from '../../shared/store/space.js';
import { troubleText } from '../../shared/troubles.js';
import { type Walls, wallsHere } from '../system/confine.js';
import { type Context, pausesOf } from './context.js';
import { type DaemonStatus, daemonStatus, daemonText } from './daemon-status.js';
import { freshnessLines, type RootStatus, toRootStatus, withNames } from './freshness-status.js';
import { type IntegrityStatus, integrityLines, readIntegrity } from './integrity-status.js';
import { wallsText } from './walls-text.js';
import { readWatches, type WatchStatus, watchLines } from './watch-status.js';

export interface Status {
  /** Why the configuration is not understood: the defaults are shown, and a daemon goes on as it was; null: it is. */
  readonly configProblem: string | null;
  readonly daemon: DaemonStatus;
  /** Why the daemon only collects changes; without a daemon, why the next one would. */
  readonly rest: Rest | null;
  /** Memory is at its ceiling: work goes on in small pieces. */
  readonly isMemoryTight: boolean;
  /** By the daemon that runs, in the last hour. */
  readonly spent: Spent | null;
  readonly isRebuilding: boolean;
  readonly index: {
    readonly file: string;
    readonly bytes: number;
    readonly documents: number;
    readonly folders: number;
    /** 0 to 1: the rest is free, or taken by the words of files that are gone. */
    readonly liveShare: number;
    /** When the words of deleted files were last wiped from the index files; null: not yet. */
    readonly cleanedMs: number | null;
    /** Words were taken out since then and are not wiped yet; null: none. */
    readonly uncleanSinceMs: number | null;
    readonly isBeingCleaned: boolean;
  };
  /** What is remembered of what happened to files. */
  readonly events: {
    readonly count: number;
    /** About what they take in the index file. */
    readonly bytes: number;
    readonly maxBytes: number;
    readonly keepDays: number;
    /** When the oldest happened; null: there is none. */
    readonly oldestMs: number | null;
  };
  /** What integrity monitoring does; null: no rule has ever asked for it. */
  readonly integrity: IntegrityStatus | null;
  /** Folders that `find-textd watch` has a history of. */
  readonly watches: readonly WatchStatus[];
  readonly roots: readonly string[];
  /** How fresh the index of each root is known to be; empty when no daemon has said so yet. */
  readonly freshness: readonly RootStatus[];
  /** False also when no daemon runs: then nobody knows what has changed since. */
  readonly isComplete: boolean;
  /**
   * Why an answer may lack changes or be wrong, what matters most first: find-text prints the first that is no note.
   */
  readonly reasons: readonly ReasonJson[];
  /** What is wrong now, in words for the user. */
  readonly troubles: readonly string[];
  readonly queued: number;
  /** Of these changes those of files that go on changing and have cost much: when each is read again at the latest. */
  readonly delayed: readonly (ShownPath & { readonly untilMs: number })[];
  readonly state: DaemonState | undefined;
  readonly failures: {
    readonly count: number;
    readonly newest: readonly (ShownPath & { readonly code: string; readonly message: string })[];
  };
  /** What this kernel enforces of the processes that read files. */
  readonly walls: Walls;
  /** Files of which the first part is known only: they are longer than `extract.maxFileMiB`. */
  readonly partial: { readonly count: number; readonly largest: readonly (ShownPath & { readonly size: number })[] };
}

interface ShownPath {
  readonly path: string;
  /** When the bytes are not UTF-8. */
  readonly pathHex?: string;
}

const SHOWN_FAILURES = 100;
const SHOWN_PARTIAL = 5;

/**
 * What is said of the index is read from one state of it.
 * @throws FindTextError FT_STORE_MISSING when there is no index.
 */
export function readStatus(context: Context, configProblem?: string): Status {
  const { dataDirectory } = context.locations;
  const index = openIndex(dataDirectory);
  const { db, file, daemon } = index;
  try {
    const holder = lockHolder(dataDirectory, 'daemon');
    const known = readKnowledge(index, Date.now(), everywhere);
    const { freshness, keeping, state } = known;
    const reasons = judge(known);
    const named = readRoots(index);
    return {
      configProblem: configProblem ?? null,
      daemon: daemonStatus(holder, daemon.life, keeping),
      rest: (holder ? known.rest : pausesOf(context).current()) ?? null,
      isMemoryTight: daemon.activity?.isMemoryTight ?? false,
      spent: daemon.activity?.spent ?? null,
      isRebuilding: lockHolder(dataDirectory, 'rebuild') !== undefined,
      index: readIndex(db, file),
      events: readEventStatus(db, context.config),
      integrity: readIntegrity(dataDirectory),
      watches: readWatches(dataDirectory),
      roots: outermost(named.map(({ path }) => path)).map(displayPath),
      freshness: freshness && keeping ? withNames(toRootStatus(db, freshness, keeping, state), named) : [],
      isComplete: freshness !== undefined && reasons.every(({ isNote }) => isNote),
      reasons: reasons.map(toReasonJson),
      troubles: troubleTexts(index),
      queued: known.waiting,
      walls: wallsHere(),
      delayed: known.delayed.map(({ path, untilMs }) => ({ ...jsonPath('path', path), untilMs })),
      state,
      failures: readFailures(db),
      partial: { count: known.partial, largest: readPartial(db) },
    };
  } finally {
    db.close();
  }
}

export function readRoots({ db, isDamaged, dataDirectory }: OpenIndex): NamedRoot[] {
  return isDamaged ? recallRoots(dataDirectory) : parseRoots(new Meta(db).get(ROOTS_KEY));
}

function troubleTexts({ isDamaged, file, daemon: { troubles } }: OpenIndex): string[] {
  const damage = isDamaged ? [`the index ${file} ${damagedText}`] : [];
  return [...damage, ...troubles.map(troubleText)];
}

function readIndex(db: Db, file: string): Status['index'] {
  const { cleanedMs, uncleanSinceMs, running } = readCleaning(db);
  return {
    file,
    bytes: indexBytes(file),
    documents: count(db, 'file'),
    folders: count(db, 'dir'),
    liveShare: liveShare(db),
    cleanedMs: pastMs(cleanedMs),
    uncleanSinceMs: pastMs(uncleanSinceMs),
    isBeingCleaned: running?.wipes === true,
  };
}

function readEventStatus(db: Db, config: Config): Status['events'] {
  const { count, bytes } = readEventTotals(db);
  const { maxBytes } = eventLimits(config);
  return { count, bytes, maxBytes, keepDays: config['events.keepDays'], oldestMs: pastMs(oldestEventMs(db)) };
}

/** A time that is still to come is from before the clock was set back. */
function pastMs(ms: number | null): number | null {
  return ms === null ? null : Math.min(ms, Date.now());
}

export function statusText(status: Status): string {
  const { index, failures } = status;
  const lines = [
    ...(status.configProblem === null ? [] : [`config    ${cleanText(status.configProblem)}`]),
    `daemon    ${daemonText(status.daemon, status.state)}`,
    `index     ${counted(index.documents, 'file')} in ${counted(index.folders, 'folder')}, ${(index.bytes / 1e6).toFixed(1)} MB, ${Math.floor(index.liveShare * 100)} % of it in use${status.isRebuilding ? ', being rebuilt' : ''}`,
    `cleaned   ${cleanedText(index, Date.now())}`,
    ...folderLines(status),
    ...(status.rest ? [`paused    ${restText(status.rest, Date.now())}`] : []),
    ...completenessLines(status),
    ...status.delayed.map((file, at) => `${at === 0 ? 'delayed' : ''.padEnd(7)}   ${delayedText(file)}`),
    ...(status.spent ? [`spent     ${spentText(status.spent)}`] : []),
    ...(status.isMemoryTight ? ['memory    at its ceiling: one extractor and small batches until it is below'] : []),
    ...status.troubles.map((trouble) => `trouble   ${cleanText(trouble)}`),
    `events    ${eventsText(status.events, Date.now())}`,
    ...integrityLines(status.integrity),
    ...watchLines(status.watches),
    `walls     ${wallsText(status.walls)}`,
    `failed    ${grouped(failures.count)} ${failures.count === 1 ? 'file or folder' : 'files or folders'}${failures.count > SHOWN_FAILURES ? `, the newest ${SHOWN_FAILURES}:` : ''}`,
    ...failures.newest.map(({ message, code }) => `          ${code}: ${cleanText(message)}`),
    ...partialLines(status.partial),
  ];
  return `${lines.join('\n')}\n`;
}

/** `14:03; what was deleted since 15:10 is wiped within a day, or by \`find-textd forget PATH\`` */
function cleanedText({ cleanedMs, uncleanSinceMs, isBeingCleaned }: Status['index'], nowMs: number): string {
  const never = uncleanSinceMs === null ? 'not needed yet' : 'not yet';
  const when = cleanedMs === null ? never : timeText(cleanedMs, nowMs);
  if (isBeingCleaned) return `${when}; being cleaned`;
  if (uncleanSinceMs === null) return `${when}: the index files hold no text of deleted files`;
  const since = uncleanSinceMs > 0 ? ` since ${timeText(uncleanSinceMs, nowMs)}` : '';
  return `${when}; what was deleted or changed${since} is wiped within a day, or at once by \`find-textd forget PATH\``;
}

/**
 * `1,234 since 14:03, 0.2 of at most 64 MiB, kept for 400 days, with the names of deleted files: \`find-textd events\``
 */
function eventsText({ count, bytes, maxBytes, keepDays, oldestMs }: Status['events'], nowMs: number): string {
  if (maxBytes === 0) return 'none are kept (events.maxMiB)';
  if (count === 0 || oldestMs === null) return 'none yet: `find-textd events` tells what happens to files';
  const size = `${(bytes / 2 ** 20).toFixed(1)} of at most ${Number((maxBytes / 2 ** 20).toFixed(1))} MiB`;
  return `${grouped(count)} since ${timeText(oldestMs, nowMs)}, ${size}, kept for ${counted(keepDays, 'day')}, with the names of deleted files: \`find-textd events\``;
}

/** `/var/log/app.log goes on changing, and is read again at 15:10:07` */
function delayedText({ path, pathHex, untilMs }: Status['delayed'][number]): string {
  const shown = displayPath(jsonPathBytes(path, pathHex));
  const seconds = String(new Date(untilMs).getSeconds()).padStart(2, '0');
  return `${shown} goes on changing, and is read again at ${timeText(untilMs, Date.now())}:${seconds}`;
}

function folderLines({ freshness, roots }: Status): string[] {
  const texts =
    freshness.length > 0 ? freshness.flatMap((root) => freshnessLines(root, Date.now())) : [roots.join(', ')];
  return texts.map((text, at) => `${at === 0 ? 'folders' : ''.padEnd(7)}   ${text}`);
}

/** `12.3 s of processor time in the last 60 min (main 4.1, writer 6.0, extractors 2.2), …` */
function spentText({ seconds, mainCpuMs, writerCpuMs, extractorCpuMs, ...spent }: Spent): string {
  const toS = (ms: number) => (ms / 1000).toFixed(1);
  const toMb = (bytes: number) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
  const parts = `main ${toS(mainCpuMs)}, writer ${toS(writerCpuMs)}, extractors ${toS(extractorCpuMs)}`;
  const total = `${toS(mainCpuMs + writerCpuMs + extractorCpuMs)} s of processor time in the last ${Math.ceil(seconds / 60)} min`;
  const disk = `disk ${toMb(spent.readBytes)} MB read, ${toMb(spent.writtenBytes)} MB written`;
  return `${total} (${parts}), ${disk}, at most ${toMb(spent.peakBytes)} MB of memory`;
}

/** Each reason that has something to say of it, once. */
function completenessLines({ reasons, freshness }: Status): string[] {
  const told = new Set(reasons.flatMap(({ completeness }) => completeness ?? []));
  const texts = told.size > 0 ? [...told] : [freshness.length > 0 ? 'yes' : 'not known: no daemon has said so yet'];
  return texts.map((text, at) => `${at === 0 ? 'complete' : ''.padEnd(8)}  ${text}`);
}

function partialLines({ count, largest }: Status['partial']): string[] {
  if (count === 0) return [];
  const shown = count > SHOWN_PARTIAL ? `, the largest ${SHOWN_PARTIAL}:` : '';
  const head = `partial   ${counted(count, 'file')} known in part only: longer than extract.maxFileMiB, damaged, or encrypted${shown}`;
  return [head, ...largest.map(({ path, size }) => `          ${(size / 1e6).toFixed(1)} MB: ${cleanText(path)}`)];
}

function readFailures(db: Db): Status['failures'] {
  const failures = new Failures(db);
  const newest = failures.newest(SHOWN_FAILURES);
  return {
    count: failures.count,
    newest: newest.map(({ path, code, message }) => ({ ...jsonPath('path', path), code, message })),
  };
}

function readPartial(db: Db): Status['partial']['largest'] {
  return largestPartial(db, SHOWN_PARTIAL).map(({ path, size }) => ({ ...jsonPath('path', path), size }));
}

function count(db: Db, table: 'file' | 'dir'): number {
  return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
}
