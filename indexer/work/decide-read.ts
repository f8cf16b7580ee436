/**
 * What becomes of a file that was to be read? What the extractors say → one of a closed set of decisions → operations.
 * Pure; the second half of decide.ts, used by read-files.ts.
 */
import { type FileStat, PRIORITY } from '../../shared/types.js';
import type { ExtractFailure, ExtractOutcome } from '../extract/messages.js';
import type { ReadOutcome } from '../queue/restless.js';
import type { QueueEntry, WriteOp } from '../words.js';
import { hasAttemptsLeft, killsText, retryOp } from './attempts.js';
import type { Versions } from './compare.js';
import { toOps } from './decide.js';
import { nameOnly } from './name-only.js';

/** When it was looked at, and is decided. Milliseconds since 1970. */
export interface ReadTimes {
  readonly lookedMs: number;
  readonly nowMs: number;
}

export type ReadDecision =
  /** Nothing is known now. Everything is compared when its volume answers. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'remove' }
  /** `stat`: what the index keeps. */
  | { readonly kind: 'index'; readonly read: ReadOutcome; readonly stat: FileStat }
  /** It failed for a passing reason: what the index has stays, and differs from the file. */
  | { readonly kind: 'try again'; readonly failure: ExtractFailure }
  /** It is found by its name until it changes, or any extractor has got better. `stat`: as it was seen. */
  | { readonly kind: 'give up'; readonly failure: ExtractFailure; readonly stat: FileStat };

/** What is known beside the decision. */
export interface ReadContext {
  readonly versions: Versions;
  /** The input that the outcome builds on; '' without. */
  readonly known: string;
  /** Other names of the file, under which it has changed as well. */
  readonly otherNames: readonly Buffer[];
  /** How often reading it has ended its extractor by now. */
  readonly kills: number;
  /** So long it is left alone, because it has cost enough. */
  readonly holdMs: number;
}

/** A little more than the longest tick of a kernel's clock. */
const TICK_MS = 12;

/** @param seen  the stat from before the read. */
export function decideRead(
  outcome: ExtractOutcome,
  entry: QueueEntry,
  seen: FileStat,
  { lookedMs, nowMs }: ReadTimes,
): ReadDecision {
  switch (outcome.kind) {
    case 'silent':
      return { kind: 'wait' };
    case 'gone':
    case 'special':
      return { kind: 'remove' };
    case 'failed': {
      if (outcome.isTransient && hasAttemptsLeft(entry)) return { kind: 'try again', failure: outcome };
      return { kind: 'give up', failure: outcome, stat: outcome.stat ?? seen };
    }
    default:
      return { kind: 'index', read: outcome, stat: indexedStat(outcome, lookedMs, nowMs) };
  }
}

/** All that is to be done. A file that is closed to this user is not finished: the caller looks whether it still is. */
export function readOps(entry: QueueEntry, decision: ReadDecision, context: ReadContext): WriteOp[] {
  const { path } = entry;
  const finish: WriteOp = { kind: 'finish', path };
  switch (decision.kind) {
    case 'wait':
      return [finish];
    case 'remove':
      return [...toOps(path, { kind: 'remove', why: 'gone' }), finish];
    case 'index': {
      const { read, stat } = decision;
      const end: WriteOp = read.isChanging ? { ...retryOp(entry), isIndexed: true } : finish;
      const content = contentOp({ path, stat }, read, context.known);
      const more = hasMore(read) ? [readOnOp(path)] : [];
      const others = [...otherNamesOps(context), ...holdOps(path, context.holdMs)];
      return [content, readOp(path, read), ...others, ...more, end];
    }
    case 'try again':
      return [failureOp(path, decision.failure), retryOp(entry)];
    case 'give up': {
      const { failure } = decision;
      // What was closed is read again whenever it is looked at: a folder above that is opened does not change the file.
      const stat = isClosed(failure) ? uncertain(decision.stat) : decision.stat;
      const extraction = nameOnly(path, 'failed', context.versions);
      const ops: WriteOp[] = [{ kind: 'put', path, stat, extraction }, failureOp(path, failure, context.kills)];
      return [...ops, ...otherNamesOps(context), ...(isClosed(failure) ? [] : [finish])];
    }
  }
}

/** It is closed to this user. */
export function isClosed(outcome: ExtractOutcome): boolean {
  return outcome.kind === 'failed' && outcome.code === 'FT_READ_DENIED';
}

/** @param known  the input that the outcome builds on. */
function contentOp(file: { path: Buffer; stat: FileStat }, read: ReadOutcome, known: string): WriteOp {
  if (read.kind === 'extracted') {
    const { extraction } = read;
    return extraction.piece?.continues
      ? { kind: 'continue', ...file, known, extraction }
      : { kind: 'put', ...file, extraction };
  }
  if (read.kind === 'grown') return { kind: 'append', ...file, known, appended: read.appended };
  const { input, output } = read;
  return { kind: 'keep', ...file, known, content: { ...(input && { input }), ...(output && { output }) } };
}

/** Of a file that is read piece by piece. */
export function hasMore(read: ReadOutcome): boolean {
  return read.kind === 'extracted' && read.extraction.piece?.isLast === false;
}

function readOnOp(path: Buffer): WriteOp {
  return { kind: 'enqueue', hint: { path, scope: 'path', priority: PRIORITY.bulk } };
}

function readOp(path: Buffer, read: ReadOutcome): WriteOp {
  const failure = read.kind === 'extracted' ? read.failure : undefined;
  return failure ? failureOp(path, failure) : { kind: 'succeeded', path };
}

function failureOp(path: Buffer, { code, message }: ExtractFailure, kills = 0): WriteOp {
  if (kills === 0) return { kind: 'failure', path, code, message };
  return { kind: 'failure', path, code, message: `${message}; ${killsText(kills)}`, kills };
}

function otherNamesOps({ otherNames }: ReadContext): WriteOp[] {
  return otherNames.map((path) => ({
    kind: 'enqueue',
    hint: { path, scope: 'path', priority: PRIORITY.interactive },
  }));
}

function holdOps(path: Buffer, forMs: number): WriteOp[] {
  return forMs > 0 ? [{ kind: 'hold', path, forMs }] : [];
}

/** What is not read to its end is read on whenever it is looked at. */
function indexedStat(read: ReadOutcome, lookedMs: number, nowMs: number): FileStat {
  return hasMore(read) ? uncertain(read.stat) : certainStat(read.stat, lookedMs, nowMs);
}

/**
 * Kernels before 6.13 stamp a change with the time of the last tick, so what is written right after a read may leave
 * the very stat the reader saw. When the last change is that fresh its time is not kept: whatever is heard of the file,
 * it is read again. A time that is still to come is from before the clock was set back: no change from now on gets it.
 */
function certainStat(stat: FileStat, lookedMs: number, nowMs: number): FileStat {
  const isFresh =
    stat.ctimeMs > Math.min(lookedMs, nowMs) - TICK_MS && stat.ctimeMs < Math.max(lookedMs, nowMs) + TICK_MS;
  return isFresh ? uncertain(stat) : stat;
}

function uncertain(stat: FileStat): FileStat {
  return { ...stat, ctimeMs: 0 };
}
