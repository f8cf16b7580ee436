/**
 * Which change goes into which log, and how much of it. The border between users: a log is read by the owner of its root,
 * so nothing may get into it that he could not have seen, neither a name outside his root nor who did something there.
 *
 * - A path inside the root is his to see. A change with the root's own key happened inside it, however its path is spelled
 *   (symlink, bind mount).
 * - Of two places (rename, link, exchange) one may lie elsewhere: what leaves the root is gone, what comes in is new.
 * - Where the records have no path, the key tells the root. With another rule's key, or when one place is unknown, it may
 *   be any root, or none: they get the bare inode numbers, which mean something only to who has the files, and no key.
 * - What a user's own process did he knows anyway.
 */
import { isWithin } from '../../../shared/paths.js';
import { type FileChange, NOWHERE, type Place } from '../file-change.js';
import type { ActorPattern, AuditConfig, WatchedRoot } from './audit-config.js';

const NOBODY: FileChange['who'] = { auid: null, uid: null, pid: null, ppid: null, comm: null, exe: null };

/** Where a change may have happened, as its key tells. */
interface Whereabouts {
  /** The key's root and those around it: in these it happened for certain. */
  readonly proven: ReadonlySet<WatchedRoot>;
  /** Roots in which a change without a path may have happened. */
  readonly possible: ReadonlySet<WatchedRoot>;
}

export class Router {
  readonly #roots: readonly WatchedRoot[];
  readonly #byKey = new Map<string, Whereabouts>();
  readonly #anywhere: Whereabouts;

  constructor(readonly config: Pick<AuditConfig, 'roots' | 'leaveOut'>) {
    const { roots } = config;
    this.#roots = roots;
    this.#anywhere = { proven: new Set(), possible: new Set(roots) };
    for (const { key, path } of roots) {
      const proven = new Set(roots.filter((root) => isWithin(path, root.path)));
      this.#byKey.set(key, { proven, possible: new Set(roots.filter((root) => isWithin(root.path, path))) });
    }
  }

  /** @param deliver  called at most once for each root, with what its owner may see. */
  route(change: FileChange, deliver: (root: WatchedRoot, change: FileChange) => void): void {
    if (this.#isLeftOut(change)) return;
    const whereabouts = this.#whereabouts(change.keys);
    for (const root of this.#roots) {
      const view =
        change.to === null ? viewOfOne(change, root, whereabouts) : viewOfTwo(change, change.to, root, whereabouts);
      if (view) deliver(root, view);
    }
  }

  #whereabouts(keys: readonly string[]): Whereabouts {
    for (const key of keys) {
      const found = this.#byKey.get(key);
      if (found) return found;
    }
    return this.#anywhere;
  }

  #isLeftOut(change: FileChange): boolean {
    const { paths, actors } = this.config.leaveOut;
    if (actors.some((actor) => matches(actor, change))) return true;
    const isInside = ({ path }: Place) => path !== null && paths.some((folder) => isWithin(path, folder));
    return isInside(change.from) && (change.to === null || isInside(change.to));
  }
}

function matches({ uid, exe, comm }: ActorPattern, { who }: FileChange): boolean {
  return (
    (uid === undefined || uid === who.uid) &&
    (exe === undefined || exe === who.exe) &&
    (comm === undefined || comm === who.comm)
  );
}

function viewOfOne(change: FileChange, root: WatchedRoot, { proven, possible }: Whereabouts): FileChange | undefined {
  if (proven.has(root) || isInside(change.from, root)) return change;
  if (change.from.path !== null || !possible.has(root)) return undefined;
  return isOwn(change, root) ? { ...change, keys: [] } : bare(change);
}

/** Where one of the two paths is not known, `from` has none (see file-change.ts). */
function viewOfTwo(change: FileChange, to: Place, root: WatchedRoot, { proven }: Whereabouts): FileChange | undefined {
  const { from } = change;
  const [comesFromHere, goesHere] = [isInside(from, root), isInside(to, root)];
  if (comesFromHere || goesHere) {
    if ((comesFromHere && goesHere) || isOwn(change, root)) return change;
    if (comesFromHere) return leaving(change);
    return from.path === null ? { ...change, from: nameless(from) } : coming(change, to);
  }
  if (proven.has(root)) return isOwn(change, root) ? change : bare(change);
  return from.path === null ? bare(change) : undefined;
}

/** A further name elsewhere changes nothing here. */
function leaving(change: FileChange): FileChange | undefined {
  if (change.kind === 'link') return undefined;
  return { ...change, kind: change.kind === 'rename' ? 'delete' : 'create', to: null };
}

function coming(change: FileChange, to: Place): FileChange {
  return { ...change, kind: 'create', from: to, to: null };
}

function isInside({ path }: Place, root: WatchedRoot): boolean {
  return path !== null && isWithin(path, root.path);
}

function isOwn({ who }: FileChange, { owner }: WatchedRoot): boolean {
  return who.uid === owner.uid;
}

/** A folder's inode means something only to who has the folder. */
function nameless({ parent }: Place): Place {
  return { ...NOWHERE, parent };
}

function bare(change: FileChange): FileChange {
  const to = change.to && nameless(change.to);
  return { ...change, certainty: 'inode', from: nameless(change.from), to, who: NOBODY, keys: [] };
}
