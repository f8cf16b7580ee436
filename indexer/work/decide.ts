/**
 * What is to be done about a path? Disk × index × rules → one of a closed set of decisions. Pure.
 *
 * The path worker uses it for a path that may have changed, the comparison of a folder for each entry. They differ only
 * in where `seen` and `known` come from.
 */
import { MAX_PATH_BYTES, splitPath } from '../../shared/paths.js';
import type { DocumentRow, DocumentState } from '../../shared/store/documents.js';
import { type FileStat, PRIORITY } from '../../shared/types.js';
import type { Observed, ObservedFile } from '../disk/observe.js';
import type { RemovalCause, WriteOp } from '../words.js';
import { compare, isSameButAttributes, unreadStat, type Versions, wasLeftUnread } from './compare.js';
import type { Wish } from './wish.js';

/** What the disk shows at the path. */
export type Seen =
  | Exclude<Observed, ObservedFile | { kind: 'directory' | 'unreadable' }>
  /** `isAttributes`: since the index knew it, at most its attributes have changed. */
  | (ObservedFile & { readonly isAttributes?: boolean })
  /** `isOpenAsBefore`: of this very folder only the entry may have changed, not what may be seen below it. */
  | { readonly kind: 'directory'; readonly stat: FileStat; readonly isOpenAsBefore: boolean }
  /** `isBelowClosed`: it lies in a folder that has been closed. */
  | (Extract<Observed, { kind: 'unreadable' }> & { readonly isBelowClosed?: boolean })
  /** Nothing is there because this volume is not; `why`: in words for the user. */
  | { readonly kind: 'missing'; readonly folder: Uint8Array; readonly why: string }
  /** Its path is longer than any that can be looked at. */
  | { readonly kind: 'too long' };

/** What the index has. */
export interface Known {
  readonly row?: DocumentRow | undefined;
  /** Enough to see whether its attributes alone have changed. */
  readonly state?: DocumentState | undefined;
  /** It is this folder. */
  readonly isFolder?: boolean;
  /** A source reported the path, so something may have happened that a stat does not show. */
  readonly isTold?: boolean;
  /** It could not be looked at or read when that was tried last, and not for its own fault. */
  readonly isInDoubt?: boolean;
}

export type Decision =
  /** The index has it as it is. */
  | { readonly kind: 'nothing' }
  /** Nothing is known now. Everything is compared when its volume answers. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'touch'; readonly stat: FileStat }
  | { readonly kind: 'read' }
  /** It is found by its name only. */
  | { readonly kind: 'name' }
  | { readonly kind: 'compare folder' }
  /** `why` missing: it is left out. `isAboveCompared`: the folder it is in is compared, to find what became of it. */
  | { readonly kind: 'remove'; readonly why?: RemovalCause; readonly isAboveCompared?: true }
  /** This user may not see it. */
  | { readonly kind: 'close'; readonly message: string }
  /** It could not be looked at for a passing reason: what the index has stays. */
  | { readonly kind: 'fail'; readonly message: string }
  | { readonly kind: 'keep'; readonly folder: Uint8Array; readonly why: string };

export function decide(seen: Seen, known: Known, wish: Wish, versions: Versions): Decision {
  switch (seen.kind) {
    case 'silent':
      return { kind: 'wait' };
    case 'unreadable':
      if (seen.code !== 'FT_READ_DENIED') return { kind: 'fail', message: seen.message };
      return seen.isBelowClosed
        ? { kind: 'remove', why: 'closed', isAboveCompared: true }
        : { kind: 'close', message: seen.message };
    case 'missing':
      return { kind: 'keep', folder: seen.folder, why: seen.why };
    case 'too long':
      return { kind: 'remove', why: 'gone', isAboveCompared: true };
  }
  if (wish === 'skip') return { kind: 'remove' };
  if (seen.kind === 'gone' || seen.kind === 'other') return { kind: 'remove', why: 'gone' };
  if (seen.kind === 'directory')
    return known.isFolder && seen.isOpenAsBefore ? { kind: 'nothing' } : { kind: 'compare folder' };
  return decideFile(seen, known, wish, versions);
}

function decideFile(
  seen: Extract<Seen, { kind: 'file' }>,
  { row, state = row, isTold = false, isInDoubt = false }: Known,
  wish: Wish,
  versions: Versions,
): Decision {
  if (isInDoubt && state?.extractor !== 'failed') return toRead(wish);
  if (seen.isAttributes && state && isSameButAttributes(state, seen, versions, wish)) {
    return { kind: 'touch', stat: unreadStat(seen.stat) };
  }
  const comparison = row && !(isTold && wasLeftUnread(row)) ? compare(row, seen.stat, versions, wish) : 'stale';
  if (comparison === 'same') return { kind: 'nothing' };
  if (comparison === 'moved device') return { kind: 'touch', stat: seen.stat };
  return toRead(wish);
}

function toRead(wish: Wish): Decision {
  return { kind: wish === 'names' ? 'name' : 'read' };
}

/** What a decision means for the index. Nothing for `read`, `name` and `compare folder`: there work is left. */
export function toOps(path: Uint8Array, decision: Decision): readonly WriteOp[] {
  switch (decision.kind) {
    case 'touch':
      return [{ kind: 'touch', path, stat: decision.stat }];
    case 'remove': {
      const removal: WriteOp = { kind: 'remove', path, ...(decision.why && { why: decision.why }) };
      return decision.isAboveCompared ? [removal, ...compareAbove(path)] : [removal];
    }
    case 'close':
      return [{ kind: 'remove', path, why: 'closed' }, failure(path, 'FT_READ_DENIED', decision.message)];
    case 'fail':
      return [failure(path, 'FT_READ_FAILED', decision.message)];
    case 'keep':
      return [{ kind: 'missing', folder: decision.folder, why: decision.why }];
    default:
      return [];
  }
}

function failure(path: Uint8Array, code: 'FT_READ_DENIED' | 'FT_READ_FAILED', message: string): WriteOp {
  return { kind: 'failure', path, code, message };
}

/** Compares the folder that the unreachable path is in, where possible. */
function compareAbove(path: Uint8Array): WriteOp[] {
  const { directory } = splitPath(path);
  if (directory.length > MAX_PATH_BYTES) return [];
  return [{ kind: 'enqueue', hint: { path: directory, scope: 'tree', priority: PRIORITY.reconcile } }];
}
