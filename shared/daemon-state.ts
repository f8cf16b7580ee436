/**
 * What the daemon reports of itself in the index (meta key `state`). Read by `find-textd status`, and by `find-text`
 * when an answer may be out of date.
 */
export const STATE_KEY = 'state';
export const ROOTS_KEY = 'roots';

const SOURCES = ['audit', 'inotify', 'none'] as const;

export interface DaemonState {
  readonly pid: number;
  /** Where changes are learned from. */
  readonly source: (typeof SOURCES)[number];
  /** True when no gap is open (see freshness.ts). */
  readonly isComplete: boolean;
  /** How far the comparisons are, in folders; roots in base64. */
  readonly comparisons: readonly ComparisonState[];
  readonly filesFound: number;
  readonly filesDone: number;
  readonly bytesFound: number;
  readonly bytesDone: number;
  /** Folders without a watch because of the limit; they are compared once a minute instead. */
  readonly unwatchedFolders: number;
  /**
   * Files that go on changing and are not read again before that time (since 1970); paths in base64. Short delays are
   * left out.
   */
  readonly held: readonly HeldFile[];
  readonly updatedMs: number;
}

export interface ComparisonState {
  readonly root: string;
  readonly done: number;
  readonly toDo: number;
}

export interface HeldFile {
  readonly path: string;
  readonly untilMs: number;
}

/** @returns undefined for what is no state; what an earlier version did not write is 0, none or false. */
export function parseState(value: unknown): DaemonState | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const told = value as Readonly<Record<string, unknown>>;
  return {
    pid: toNumber(told.pid),
    source: SOURCES.find((each) => each === told.source) ?? 'none',
    isComplete: told.isComplete === true,
    comparisons: toList(told.comparisons, isComparison),
    filesFound: toNumber(told.filesFound),
    filesDone: toNumber(told.filesDone),
    bytesFound: toNumber(told.bytesFound),
    bytesDone: toNumber(told.bytesDone),
    unwatchedFolders: toNumber(told.unwatchedFolders),
    held: toList(told.held, isHeldFile),
    updatedMs: toNumber(told.updatedMs),
  };
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function toList<T>(value: unknown, isItem: (item: unknown) => item is T): readonly T[] {
  return Array.isArray(value) ? value.filter(isItem) : [];
}

function isComparison(item: unknown): item is ComparisonState {
  const { root, done, toDo } = (item ?? {}) as Record<string, unknown>;
  return typeof root === 'string' && typeof done === 'number' && typeof toDo === 'number';
}

function isHeldFile(item: unknown): item is HeldFile {
  const { path, untilMs } = (item ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof untilMs === 'number';
}
