/** How fresh the index of each root is: what `find-textd status` says of it, for people and as JSON. */

import { timeText } from '../../shared/activity.js';
import type { Keeping } from '../../shared/answer/keeping.js';
import { counted, grouped } from '../../shared/counted.js';
import type { DaemonState } from '../../shared/daemon-state.js';
import {
  type Freshness,
  type Gap,
  type GapReason,
  gapText,
  type RootFreshness,
  sinceText,
} from '../../shared/freshness.js';
import { readMounts } from '../../shared/mounts.js';
import { displayPath, jsonPath, jsonPathBytes } from '../../shared/path-text.js';
import { rangeBelow } from '../../shared/path-within.js';
import type { Db } from '../../shared/store/open.js';
import type { NamedRoot } from '../../shared/store/roots-file.js';
import { notAfter } from '../freshness/ledger.js';
import { networkFolders } from '../volumes/network-volumes.js';

export interface RootStatus {
  readonly path: string;
  readonly pathHex?: string;
  /** As the user named it, where that is another path that leads here (a symlink). */
  readonly names?: readonly PathStatus[];
  /** Milliseconds since 1970; null while a gap is open. */
  readonly completeSinceMs: number | null;
  /** Until when a daemon kept it current, 0 if not known; null while one does. */
  readonly keptUntilMs: number | null;
  readonly gaps: readonly GapStatus[];
  /** Folders that are compared with the disk, while that is going on. */
  readonly comparison?: { readonly done: number; readonly toDo: number };
  /** Changes that wait or are worked on. */
  readonly queued: number;
  /**
   * Folders in it that other machines may change without an event here: they are compared every
   * `network.compareMinutes`.
   */
  readonly networkFolders: readonly PathStatus[];
}

interface PathStatus {
  readonly path: string;
  readonly pathHex?: string;
}

interface GapStatus {
  readonly reason: GapReason;
  readonly sinceMs: number;
  readonly scope: string;
  readonly scopeHex?: string;
  /** What comes after the name of the root. */
  readonly text: string;
}

const SHOWN_GAPS = 2;

export function toRootStatus(
  db: Db,
  freshness: Freshness,
  keeping: Keeping,
  state: DaemonState | undefined,
): RootStatus[] {
  const keptUntilMs = keeping.kind === 'kept' ? null : keeping.untilMs;
  const comparisons = keeping.kind === 'kept' ? (state?.comparisons ?? []) : [];
  return notAfter(freshness.roots, Date.now()).map((known) => {
    const comparison = comparisons.find(({ root }) => root === known.root.toString('base64'));
    return {
      ...toPathStatus(known.root),
      completeSinceMs: known.completeSinceMs ?? null,
      keptUntilMs,
      gaps: known.gaps.map((gap) => toGapStatus(gap, known)),
      ...(comparison && { comparison: { done: comparison.done, toDo: comparison.toDo } }),
      queued: countQueued(db, known.root),
      networkFolders: networkFolders([known.root], readMounts()).map(toPathStatus),
    };
  });
}

/** Those of the roots whose names are not their paths get them. */
export function withNames(roots: readonly RootStatus[], named: readonly NamedRoot[]): RootStatus[] {
  return roots.map((root) => {
    const others = named.filter(({ name, path }) => path.equals(bytesOf(root)) && !name.equals(path));
    return others.length > 0 ? { ...root, names: others.map(({ name }) => toPathStatus(name)) } : root;
  });
}

/** One line for a root, or one for each of its first gaps, and one for each network volume. */
export function freshnessLines(root: RootStatus, nowMs: number): string[] {
  const names = root.names ? ` (${root.names.map(shown).join(', ')})` : '';
  const name = `${shown(root)}${names}`;
  const [first, ...others] = root.gaps.slice(0, SHOWN_GAPS).map(({ text }) => text);
  const hidden = root.gaps.length - SHOWN_GAPS;
  return [
    `${name} ${first ? `${first}${progressText(root)}` : completeText(root, nowMs)}`,
    ...others.map((text) => `  and ${text}${hidden > 0 ? ` (and ${hidden} more)` : ''}`),
    ...root.networkFolders.map(
      (folder) => `  what others change in ${shown(folder)} is found by comparing once in a while`,
    ),
  ];
}

function shown(path: PathStatus): string {
  return displayPath(bytesOf(path));
}

function bytesOf({ path, pathHex }: PathStatus): Buffer {
  return jsonPathBytes(path, pathHex);
}

function toPathStatus(path: Buffer): PathStatus {
  return jsonPath('path', path);
}

function completeText({ completeSinceMs, keptUntilMs }: RootStatus, nowMs: number): string {
  if (keptUntilMs !== null)
    return `was complete until ${keptUntilMs > 0 ? timeText(keptUntilMs, nowMs) : 'find-textd ended'}`;
  return completeSinceMs === null ? 'is not compared yet' : `complete${sinceText(completeSinceMs, nowMs)}`;
}

function progressText({ comparison, queued }: RootStatus): string {
  if (!comparison) return '';
  return `: ${grouped(comparison.done)} of ${counted(comparison.toDo, 'folder')} compared, ${counted(queued, 'change')} waiting`;
}

function toGapStatus(gap: Gap, { root }: RootFreshness): GapStatus {
  const { reason, sinceMs, scope } = gap;
  return { reason, sinceMs, ...jsonPath('scope', scope), text: gapText(gap, root, Date.now()) };
}

function countQueued(db: Db, root: Buffer): number {
  const { from, to } = rangeBelow(root);
  const count = db.prepare<[Buffer, Buffer, Buffer], number>(
    'SELECT count(*) FROM queue WHERE path = ? OR (path >= ? AND path < ?)',
  );
  return count.pluck().get(root, from, to) ?? 0;
}
