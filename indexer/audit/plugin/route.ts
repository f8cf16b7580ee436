/**
 * Which change goes into which log, and how much of it. The border between users: a log is read by the owner of its
 * root, so nothing may get into it that he could not have seen, neither a name outside his root nor who did something
 * there.
 *
 * - A path inside the root is his to see, unless another root's key says that it only leads elsewhere (symlink), or it
 *   lies in the root of a third user.
 * - A change with the root's own key happened inside it. Of a path in another spelling (symlink, bind mount) he gets
 *   the last part where that is an entry of his folder, for the rest is somebody's way to it.
 * - Of two places (rename, link, exchange) one may lie elsewhere: what leaves the root is gone, what comes in is new.
 * - Where the records have no path, the key tells the root. With another rule's key, or when one place is unknown, it
 *   may be any root, or none: they get the bare inode numbers, which mean something only to who has the files, and no
 *   key.
 * - What a user's own process did he knows anyway.
 * - Names in folders that are closed to him he does not get either (eyes.ts).
 */
import { isWithin } from '../../../shared/path-within.js';
import { splitPath } from '../../../shared/paths.js';
import { type ChangeKind, type FileChange, NOWHERE, type Place } from '../changes/file-change.js';
import { UNKNOWN_WHO } from '../records/call-head.js';
import { type ActorPattern, type AuditConfig, readKeyOf, type WatchedRoot } from './audit-config.js';

/** Its name is an entry of its folder, not a symlink that was followed. */
const ENTRY_KINDS: ReadonlySet<ChangeKind> = new Set(['create', 'delete', 'mkdir', 'rmdir', 'symlink']);

/** @returns true when the owner of the root may see the names of this place. */
export type MaySee = (place: Place, root: WatchedRoot) => boolean;

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
  /** Within a root, the roots of users whose files its owner has no business with. */
  readonly #closed = new Map<WatchedRoot, readonly WatchedRoot[]>();

  constructor(readonly config: Pick<AuditConfig, 'roots' | 'leaveOut'>) {
    const { roots } = config;
    this.#roots = roots;
    this.#anywhere = { proven: new Set(), possible: new Set(roots) };
    for (const root of roots) {
      const closed = roots.filter((other) => isWithin(other.path, root.path) && isClosed(other, root));
      if (closed.length > 0) this.#closed.set(root, closed);
    }
    for (const own of roots) {
      const around = roots.filter((root) => isWithin(own.path, root.path));
      const proven = new Set(around.filter((root) => !this.#closed.get(root)?.some(({ key }) => key === own.key)));
      const possible = roots.filter((root) => isWithin(root.path, own.path) || around.includes(root));
      for (const key of [own.key, readKeyOf(own)]) this.#byKey.set(key, { proven, possible: new Set(possible) });
    }
  }

  /** @param deliver  called at most once for each root, with what its owner may see. */
  route(
    change: FileChange,
    deliver: (root: WatchedRoot, change: FileChange) => void,
    maySee: MaySee = () => true,
  ): void {
    if (this.#isLeftOut(change)) return;
    const whereabouts = this.#whereabouts(change.keys);
    for (const root of this.#roots) {
      if (isHisDaemons(change, root)) continue;
      const view =
        change.to === null ? viewOfOne(change, root, whereabouts) : viewOfTwo(change, change.to, root, whereabouts);
      if (view) deliver(root, isOwn(change, root) ? view : seen(view, (place) => this.#maySee(place, root, maySee)));
    }
  }

  #maySee(place: Place, root: WatchedRoot, maySee: MaySee): boolean {
    const isElsewhere = this.#closed.get(root)?.some((closed) => isInside(place, closed));
    return !isElsewhere && maySee(place, root);
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

/** A third user's, not one that the owner of the log, root or the folder's own user has. */
function isClosed({ folder }: WatchedRoot, root: WatchedRoot): boolean {
  return folder !== undefined && root.owner.uid !== 0 && ![0, root.owner.uid, root.folder?.uid].includes(folder.uid);
}

/** What his daemon writes itself: indexing must not feed itself. */
function isHisDaemons(change: FileChange, root: WatchedRoot): boolean {
  const isThere = (place: Place) => root.ownFolders?.some((folder) => isInside(place, { path: folder })) === true;
  return isThere(change.from) && (change.to === null || isThere(change.to));
}

function matches({ uid, exe, comm }: ActorPattern, { who }: FileChange): boolean {
  return (
    (uid === undefined || uid === who.uid) &&
    (exe === undefined || exe === who.exe) &&
    (comm === undefined || comm === who.comm)
  );
}

function viewOfOne(change: FileChange, root: WatchedRoot, { proven, possible }: Whereabouts): FileChange | undefined {
  const { path } = change.from;
  if (proven.has(root)) return isInside(change.from, root) || isOwn(change, root) ? change : respelled(change);
  if (isInside(change.from, root)) return possible.has(root) || isOwn(change, root) ? change : bare(change);
  if (path !== null || !possible.has(root)) return undefined;
  return isOwn(change, root) ? { ...change, keys: [] } : bare(change);
}

/** Happened in the root, by a way that is not the owner's to know. */
function respelled(change: FileChange): FileChange {
  const { from, kind } = change;
  const last = from.path === null ? from.name : splitPath(from.path).name;
  const name = ENTRY_KINDS.has(kind) && last !== null && last.length > 0 ? last : null;
  return { ...change, certainty: 'inode', from: { ...from, path: null, name } };
}

/** Without the names that the owner may not see; a move from or to such a place is what is left of it. */
function seen(change: FileChange, maySee: (place: Place) => boolean): FileChange {
  const { from, to } = change;
  if (to === null) return maySee(from) ? change : bare(change);
  const [seesFrom, seesTo] = [maySee(from), maySee(to)];
  if (seesFrom && seesTo) return change;
  if (seesFrom && from.path !== null) return leaving(change) ?? bare(change);
  return seesTo && to.path !== null ? coming(change, to) : bare(change);
}

/** Where one of the two paths is not known, `from` has none (see file-change.ts). */
function viewOfTwo(
  change: FileChange,
  to: Place,
  root: WatchedRoot,
  { proven, possible }: Whereabouts,
): FileChange | undefined {
  const { from } = change;
  const [comesFromHere, goesHere] = [isInside(from, root), isInside(to, root)];
  if (comesFromHere || goesHere) {
    if (!possible.has(root) && !(comesFromHere !== goesHere) && !isOwn(change, root)) return bare(change);
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
  return { ...change, kind: 'create', certainty: 'exact', from: to, to: null };
}

function isInside({ path }: Place, root: Pick<WatchedRoot, 'path'>): boolean {
  return path !== null && isWithin(path, root.path);
}

function isOwn({ who }: FileChange, { owner }: WatchedRoot): boolean {
  return who.uid === owner.uid;
}

/** A folder's inode means something only to the folder's user. */
function nameless({ parent }: Place): Place {
  return { ...NOWHERE, parent };
}

function bare(change: FileChange): FileChange {
  const to = change.to && nameless(change.to);
  return { ...change, certainty: 'inode', from: nameless(change.from), to, who: UNKNOWN_WHO, keys: [] };
}
