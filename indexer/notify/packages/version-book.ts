/** Which version of each package is there, and which was before: JSON, kept in notify.db. Pure. */
import { versionChanges } from '../../packages/installed-packages.js';

export interface VersionBook {
  /** By package. A name may have its architecture: `dash:amd64`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The last change of each, for an hour. */
  readonly changes: Readonly<Record<string, BookedChange>>;
}

export interface BookedChange {
  /** Null: it was not there, or is not there any more. */
  readonly before: string | null;
  readonly after: string | null;
  /** Milliseconds since 1970: when it was seen. */
  readonly atMs: number;
}

const KEPT_MS = 3_600_000;

export function nextBook(
  book: VersionBook | undefined,
  versions: ReadonlyMap<string, string>,
  nowMs: number,
): VersionBook {
  const kept = Object.entries(book?.changes ?? {}).filter(([, { atMs }]) => Math.abs(nowMs - atMs) < KEPT_MS);
  const changes = book ? versionChanges(new Map(Object.entries(book.versions)), versions) : [];
  const fresh = changes.map(({ name, before, after }) => [name, { before, after, atMs: nowMs }] as const);
  return { versions: Object.fromEntries(versions), changes: Object.fromEntries([...kept, ...fresh]) };
}

/** What became of a package whose files have changed since: that may have been seen later, never before. */
export function changeOf(
  { versions, changes }: VersionBook,
  name: string,
  sinceMs: number,
): Pick<BookedChange, 'before' | 'after'> {
  const change = found(changes, name);
  if (change && change.atMs >= sinceMs) return change;
  const version = found(versions, name) ?? null;
  return { before: version, after: version };
}

function found<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return of[name] ?? Object.entries(of).find(([key]) => key.startsWith(`${name}:`))?.[1];
}
