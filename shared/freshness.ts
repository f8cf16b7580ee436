/**
 * How fresh the index is known to be, root by root. Kept in the index (meta key `freshness`) together with the work
 * itself. Written by the daemon; read by `find-textd status` and by `find-text`.
 *
 * A gap is a time in which changes may have been missed. It is open from the moment it is known until everything below
 * its scope is compared with the disk, and all differences are in the index.
 */
import { timeText } from './activity.js';
import { displayPath } from './path-text.js';
import type { ProcessIdentity } from './process-identity.js';

export const FRESHNESS_KEY = 'freshness';

/** What may have hidden changes: `why` follows "because"; `meanwhile` says what is done while it lasts. */
export const GAP_REASONS = {
  new: { why: 'it is indexed for the first time' },
  'not running': { why: 'find-textd was not running' },
  'events lost': { why: 'the kernel dropped inotify events' },
  'changes dropped': { why: 'more changes came than could be kept' },
  'audit gap': { why: 'the audit log does not tell all changes' },
  'rule removed': { why: 'its audit rule was taken away, or auditing switched off' },
  'unknown change': {
    why: 'something changed in a folder that the index does not have',
    meanwhile: 'if it is not an excluded one, a comparison with the disk will find it',
  },
  'audit blind': { why: 'audit shows no changes now', meanwhile: 'it is compared with the disk once a minute' },
  'not watched': {
    why: 'the limit of inotify watches is reached',
    meanwhile: 'folders without a watch are compared with the disk once a minute',
  },
  replaced: { why: 'another folder or volume has taken its place' },
  'not mounted': {
    why: 'it is missing or not mounted',
    meanwhile: 'what was indexed there is kept, and compared when it is there again',
  },
  'not answering': {
    why: 'its volume does not answer',
    meanwhile: 'what was indexed there is kept, and compared when it answers',
  },
  'no source': { why: 'changes are not watched', meanwhile: 'the next start compares it with the disk' },
} as const satisfies Record<string, { readonly why: string; readonly meanwhile?: string }>;
export type GapReason = keyof typeof GAP_REASONS;

export interface Gap {
  readonly reason: GapReason;
  /** Milliseconds since 1970: from then on changes may have been missed; 0 when that is not known. */
  readonly sinceMs: number;
  /** The root or a folder below it, as bytes. */
  readonly scope: Buffer;
}

export interface RootFreshness {
  readonly root: Buffer;
  /** Since when the index has all there is; undefined while a gap is open. */
  readonly completeSinceMs: number | undefined;
  readonly gaps: readonly Gap[];
}

export interface Freshness {
  /** Who keeps the index current; undefined when nobody does any more, in good order. */
  readonly keeper: ProcessIdentity | undefined;
  readonly savedMs: number;
  readonly roots: readonly RootFreshness[];
}

/** JSON; paths in base64. */
export function encodeFreshness({ keeper, savedMs, roots }: Freshness): unknown {
  return {
    keeper,
    savedMs,
    roots: roots.map(({ root, completeSinceMs, gaps }) => ({
      root: root.toString('base64'),
      completeSinceMs,
      gaps: gaps.map(encodeGap),
    })),
  };
}

export function encodeGap(gap: Gap): unknown {
  return { ...gap, scope: gap.scope.toString('base64') };
}

/** @returns undefined for anything but what `encodeFreshness` made: then nothing is known. */
export function parseFreshness(value: unknown): Freshness | undefined {
  const { keeper, savedMs, roots } = (value ?? {}) as Partial<Freshness>;
  if (typeof savedMs !== 'number' || !Array.isArray(roots)) return undefined;
  const isKeeper = typeof keeper?.pid === 'number' && typeof keeper.startTicks === 'number';
  return { keeper: isKeeper ? keeper : undefined, savedMs, roots: roots.map(parseRoot) };
}

function parseRoot(value: unknown): RootFreshness {
  const { root, completeSinceMs, gaps } = (value ?? {}) as Record<string, unknown>;
  return {
    root: Buffer.from(String(root), 'base64'),
    completeSinceMs: typeof completeSinceMs === 'number' ? completeSinceMs : undefined,
    gaps: parseGaps(gaps),
  };
}

/** Without those of reasons that this version does not know. */
export function parseGaps(value: unknown): readonly Gap[] {
  const gaps: readonly unknown[] = Array.isArray(value) ? value : [];
  return gaps.filter(isGap).map((gap) => ({ ...gap, scope: Buffer.from(gap.scope, 'base64') }));
}

function isGap(value: unknown): value is { reason: GapReason; sinceMs: number; scope: string } {
  const { reason, sinceMs, scope } = (value ?? {}) as Record<string, unknown>;
  return Object.hasOwn(GAP_REASONS, String(reason)) && typeof sinceMs === 'number' && typeof scope === 'string';
}

/** ` since 12:03`; '' when it is not known: a time to come is from before the clock was set back, and says nothing. */
export function sinceText(sinceMs: number, nowMs: number): string {
  return sinceMs > 0 && sinceMs <= nowMs ? ` since ${timeText(sinceMs, nowMs)}` : '';
}

/**
 * When a daemon was last known to keep the index current, by what it saved and by its lock; 0 when neither can be true.
 */
export function lastKeptMs(savedMs: number, heldMs: number, nowMs: number): number {
  return Math.max(0, ...[savedMs, heldMs].filter((ms) => ms <= nowMs));
}

/** `may lack changes since 12:03 because …`: what comes after the name of the root. */
export function gapText({ reason, sinceMs, scope }: Gap, root: Uint8Array, nowMs: number): string {
  if (reason === 'new') return 'is being indexed for the first time';
  const { why, meanwhile }: { readonly why: string; readonly meanwhile?: string } = GAP_REASONS[reason];
  const where = scope.equals(root) ? '' : ` in ${displayPath(scope)}`;
  return `may lack changes${where}${sinceText(sinceMs, nowMs)} because ${why}${meanwhile ? `; ${meanwhile}` : ''}`;
}
