/**
 * Watches directory trees with one inotify watch per directory and turns events into hints. Made by the daemon; the
 * comparison calls watch() for each directory BEFORE it lists it, so no entry can slip in between. Paths are bytes.
 *
 * A rename is followed in memory at once. While several are in flight what is known may be wrong for a moment. Their
 * hints make the daemon compare again, and each watch() sets the path of its directory right before the listing. Where
 * several paths lead to one directory (bind mounts), an event in it is a hint for each of them.
 */
import { lstatSync } from 'node:fs';
import { systemCode } from '../../../shared/errors.js';
import type { ReportedEvent } from '../../../shared/file-event.js';
import { readMountedParts } from '../../../shared/mounts.js';
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { toBytes } from '../../../shared/paths.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';
import { VolumeSilent } from '../../disk/hanging-volumes.js';
import { look, mayHang } from '../../disk/looks.js';
import { observe } from '../../disk/observe.js';
import type { AttributeChange } from '../../words.js';
import { type DirectoryNode, DirectoryTree } from './directory-tree.js';
import { EventBatch } from './event-batch.js';
import { FleetingNames } from './fleeting-names.js';
import { HintBatch, type IgnoredPath } from './hint-batch.js';
import { Inotify, type WatchDescriptors } from './inotify.js';
import { IN, type InotifyEvent } from './inotify-events.js';
import { MovingDirectories } from './moving-directories.js';
import type { InotifyRead } from './read-bursts.js';

const SELF_EVENTS = IN.DELETE_SELF | IN.MOVE_SELF | IN.UNMOUNT | IN.IGNORED;
const WATCH_MASK =
  IN.MODIFY |
  IN.ATTRIB |
  IN.CLOSE_WRITE |
  IN.MOVED_FROM |
  IN.MOVED_TO |
  IN.CREATE |
  IN.DELETE |
  IN.DELETE_SELF |
  IN.MOVE_SELF |
  IN.ONLYDIR |
  IN.DONT_FOLLOW |
  IN.EXCL_UNLINK;
/** Of a folder in which reads are asked for. */
const READ_EVENTS = IN.OPEN | IN.CLOSE_NOWRITE;
/** Of a file that is a mount point: its folder does not tell what becomes of it. */
const FILE_MASK = IN.MODIFY | IN.ATTRIB | IN.CLOSE_WRITE | IN.DONT_FOLLOW;

/**
 * `limit`: the user's inotify watches are used up; `gone`: not a directory (any more); `denied`: may not be watched.
 */
export type WatchResult = 'watched' | 'limit' | 'gone' | 'denied';

export interface TreeListener {
  /**
   * At most once for each turn of the event loop.
   * @param attributes  of these files nothing is told but that their attributes have changed.
   */
  happened(hints: ChangeHint[], events: ReportedEvent[], attributes: AttributeChange[]): void;
  /** Something else has, anywhere. */
  lost(): void;
  /** A new name was written through and is gone: another name of the same file may have changed, anywhere. */
  suspected(): void;
  /** Nothing comes any more. */
  failed(error: unknown): void;
}

interface Renaming {
  readonly cookie: number;
  /** Path keys, one for each path of its folder. */
  readonly keys: readonly string[];
}

export interface TreeWatcherOptions {
  /** Hints of these paths are dropped. Default: none. */
  readonly isIgnored?: IgnoredPath;
  /** For tests; default: a new inotify instance. */
  readonly descriptors?: WatchDescriptors;
  /** Do both paths lead to one folder now? For tests; default: the disk is asked. */
  readonly isSameFolder?: (one: Uint8Array, other: Uint8Array) => boolean;
  /** Missing: nobody asks for reads. */
  readonly reads?: ReadListener;
}

export interface ReadListener {
  /** Is it to be told of reads in this folder? */
  isWanted(folder: Uint8Array): boolean;
  /** @param key  path key of the file */
  tell(key: string, kind: InotifyRead): void;
}

export class TreeWatcher {
  readonly #descriptors: WatchDescriptors;
  readonly #isIgnored: IgnoredPath;
  readonly #isSameFolder: (one: Uint8Array, other: Uint8Array) => boolean;
  readonly #tree = new DirectoryTree();
  readonly #batch = new HintBatch();
  readonly #events = new EventBatch();
  readonly #fleeting = new FleetingNames();
  readonly #reads: ReadListener | undefined;
  readonly #moving = new MovingDirectories((node) => this.#forgetDetached(node));
  /** Paths of the nodes of this read; emptied when a directory moves. */
  readonly #pathCache = new Map<DirectoryNode, string | undefined>();
  /** The old name of a file or folder, when that was the last event. */
  #renaming: Renaming | undefined;
  #hasOverflowed = false;
  /** For each watch that is being set in another thread: the descriptors whose watches were ended meanwhile. */
  readonly #endedAside = new Set<Set<number>>();
  #listener: TreeListener | undefined;

  /** @throws FindTextError FT_READ_FAILED when the user has no inotify instance left. */
  constructor(options: TreeWatcherOptions = {}) {
    this.#descriptors = options.descriptors ?? Inotify.open();
    this.#isIgnored = options.isIgnored ?? (() => false);
    this.#isSameFolder = options.isSameFolder ?? isSameInode;
    this.#reads = options.reads;
  }

  get watchCount(): number {
    return this.#tree.watchCount;
  }

  /** Directories that are not watched because of the watch limit. */
  get unwatchedCount(): number {
    return this.#tree.missedCount;
  }

  /** Looks through the tree for them. */
  unwatchedDirectories(limit: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    if (this.#tree.missedCount > 0) {
      for (const key of this.#tree.missed()) {
        if (found.push(fromPathKey(key)) >= limit) break;
      }
    }
    return found;
  }

  /**
   * Watches one directory, not what is below it, or a file that is a mount point. Call it again at each comparison: it
   * costs 5 µs and corrects a stale path.
   */
  watch(path: Uint8Array): WatchResult {
    try {
      this.#attach(path, this.#maskOf(path));
      return 'watched';
    } catch (error) {
      return isMountedFile(path, error) ? this.#watchFile(path) : this.#watchFailed(path, error);
    }
  }

  /**
   * As watch, where the path may lie on a volume that hangs: the event loop does not wait. Rejects with VolumeSilent.
   */
  async watchAside(path: Uint8Array): Promise<WatchResult> {
    try {
      await this.#attachAside(path, this.#maskOf(path));
      return 'watched';
    } catch (error) {
      if (!isMountedFile(path, error)) return this.#watchFailed(path, error);
      return this.#attachAside(path, FILE_MASK).then(
        () => 'watched',
        (failure: unknown) => this.#watchFailed(path, failure),
      );
    }
  }

  /** Ends the watches of a directory and of everything below it. */
  unwatchTree(directory: Uint8Array): void {
    const node = this.#tree.find(directory);
    if (node) this.#forget(node);
  }

  /** From here on it is told. */
  start(listener: TreeListener): void {
    this.#listener = listener;
    this.#descriptors.onEvents(
      (events) => this.#handleRead(events),
      (error) => listener.failed(error),
    );
  }

  /** As of WatchDescriptors. */
  caughtUp(): Promise<boolean> {
    return this.#descriptors.caughtUp();
  }

  /** As of WatchDescriptors. */
  close(): Promise<void> {
    this.#moving.close();
    return this.#descriptors.close();
  }

  #maskOf(folder: Uint8Array): number {
    return this.#reads?.isWanted(folder) ? WATCH_MASK | READ_EVENTS : WATCH_MASK;
  }

  #attach(path: Uint8Array, mask: number): void {
    for (let wd = this.#descriptors.add(path, mask); ; ) {
      if (this.#tree.find(path)?.wd === wd) return;
      const others = new Map(this.#otherKeys(path, wd).map((key) => [key, this.#isSameFolder(fromPathKey(key), path)]));
      // Where what was mounted at this path has gone, that is what has made them differ.
      const now = isAnyElsewhere(others) ? this.#descriptors.add(path, mask) : wd;
      if (now === wd) return this.#place(path, wd, others);
      wd = now;
    }
  }

  /**
   * Where another folder was at the path, what was known below it goes, too. Another comparison may have set a watch
   * there just now: it is compared again.
   */
  #place(path: Uint8Array, wd: number, others: ReadonlyMap<string, boolean>): void {
    const before = this.#tree.find(path);
    const hadFolders = before?.children !== undefined;
    this.#unwatchAll(this.#tree.attach(path, wd, (key) => others.get(key) ?? true));
    if (!hadFolders || this.#tree.find(path) === before) return;
    this.#listener?.happened([{ path, scope: 'tree', priority: PRIORITY.reconcile }], [], []);
  }

  #watchFile(path: Uint8Array): WatchResult {
    try {
      this.#attach(path, FILE_MASK);
      return 'watched';
    } catch (error) {
      return this.#watchFailed(path, error);
    }
  }

  /** A watch that is ended between its setting and the attachment would be missing unseen: then it is set again. */
  async #attachAside(path: Uint8Array, mask: number): Promise<void> {
    const ended = new Set<number>();
    this.#endedAside.add(ended);
    try {
      for (;;) {
        ended.clear();
        const wd = await look(path, () => this.#descriptors.addAside(path, mask));
        const others = await this.#otherPlaces(path, wd);
        if (ended.has(wd)) continue;
        if (isAnyElsewhere(others) && (await look(path, () => this.#descriptors.addAside(path, mask))) !== wd) continue;
        if (ended.has(wd)) continue;
        this.#place(path, wd, others);
        return;
      }
    } finally {
      this.#endedAside.delete(ended);
    }
  }

  /** Paths (path keys) under which the tree has the descriptor: does each lead to the same folder as `path` now? */
  async #otherPlaces(path: Uint8Array, wd: number): Promise<ReadonlyMap<string, boolean>> {
    const others = this.#otherKeys(path, wd);
    const answers = await Promise.all(others.map((key) => isSameFolderAside(fromPathKey(key), path)));
    return new Map(others.map((key, at) => [key, answers[at] as boolean]));
  }

  #otherKeys(path: Uint8Array, wd: number): string[] {
    const keys = this.#tree.nodesOf(wd).map((node) => this.#tree.pathOf(node));
    return keys.filter((key): key is string => key !== undefined && key !== pathKey(path));
  }

  #watchFailed(directory: Uint8Array, error: unknown): WatchResult {
    if (error instanceof VolumeSilent) throw error;
    const code = systemCode(error);
    if (code === 'ENOSPC' || code === 'ENOMEM') {
      this.#unwatchAll(this.#tree.miss(directory));
      return 'limit';
    }
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      this.unwatchTree(directory);
      return 'gone';
    }
    return 'denied';
  }

  #handleRead(events: readonly InotifyEvent[]): void {
    for (const event of events) this.#handleEvent(event);
    this.#leave(this.#renaming);
    this.#renaming = undefined;
    this.#pathCache.clear();
    this.#moving.endRead();
    const atMs = Date.now();
    const attributes = this.#takeAttributes(atMs);
    const hints = this.#batch.take(this.#isIgnored);
    const happened = this.#events.take(atMs);
    if (hints.length + happened.length + attributes.length > 0) this.#listener?.happened(hints, happened, attributes);
    if (this.#hasOverflowed) {
      this.#hasOverflowed = false;
      this.#listener?.lost();
    }
  }

  /** Of an ignored name only the event is told. */
  #takeAttributes(atMs: number): AttributeChange[] {
    const changes: AttributeChange[] = [];
    for (const key of this.#batch.takeAllAttributes()) {
      const path = fromPathKey(key);
      if (this.#isIgnored(path, false)) this.#events.note(key, IN.ATTRIB, 0);
      else changes.push({ path, atMs });
    }
    return changes;
  }

  /** More has happened: what is told stays in its order. */
  #tellAttributes(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#events.note(key, IN.ATTRIB, 0);
      this.#batch.addPath(key, false, true);
    }
  }

  #handleEvent(event: InotifyEvent): void {
    if (event.mask & IN.Q_OVERFLOW) this.#hasOverflowed = true;
    const renaming = this.#renaming;
    this.#renaming = undefined;
    if (renaming?.cookie !== event.cookie) this.#leave(renaming);
    this.#tree.nodesOf(event.wd).forEach((node, at) => {
      const from = renaming?.cookie === event.cookie ? renaming.keys[at] : undefined;
      this.#handleAt(node, event, from);
    });
  }

  /** No event tells where it has come to: its new name is not watched. */
  #leave(renaming: Renaming | undefined): void {
    for (const key of renaming?.keys ?? []) {
      if (this.#fleeting.left(key) && !this.#isIgnored(fromPathKey(key), false)) this.#listener?.suspected();
    }
  }

  #noteFleeting(key: string, mask: number, from: string | undefined): void {
    if (this.#fleeting.note(key, mask, from) && !this.#isIgnored(fromPathKey(key), (mask & IN.ISDIR) !== 0))
      this.#listener?.suspected();
  }

  #noteMoving(key: string, { mask, cookie }: InotifyEvent): void {
    if (mask & IN.MOVED_FROM) this.#renaming = { cookie, keys: [...(this.#renaming?.keys ?? []), key] };
  }

  /** @param from  path key: the old name of the file of which the event tells the new one. */
  #handleAt(node: DirectoryNode, event: InotifyEvent, from: string | undefined): void {
    if (event.mask & READ_EVENTS) this.#handleReading(node, event);
    else if (event.mask & SELF_EVENTS) this.#handleSelf(node, event.mask);
    else if (event.name.length === 0) this.#handleItself(node, event.mask);
    else if (event.mask & IN.ISDIR) this.#handleDirectory(node, event, from);
    else this.#handleFile(node, event, from);
  }

  /** Nothing has changed. A folder is opened by whoever lists it. */
  #handleReading(folder: DirectoryNode, { mask, name }: InotifyEvent): void {
    if (mask & IN.ISDIR || name.length === 0) return;
    const key = this.#keyOf(folder, pathKey(name));
    if (key !== undefined) this.#reads?.tell(key, mask & IN.OPEN ? 'open' : 'close');
  }

  #handleFile(folder: DirectoryNode, event: InotifyEvent, from: string | undefined): void {
    const key = this.#keyOf(folder, pathKey(event.name));
    if (key === undefined) return;
    if (event.mask === IN.ATTRIB && this.#batch.addAttributes(key)) return;
    if (this.#batch.takeAttributes(key)) this.#tellAttributes([key]);
    this.#events.note(key, event.mask, event.cookie);
    this.#noteFleeting(key, event.mask, from);
    if (event.mask & IN.MOVED_TO && from !== undefined) this.#batch.addRename(from, key);
    else this.#batch.addPath(key, false, event.mask === IN.ATTRIB);
    this.#noteMoving(key, event);
  }

  /** What became of the watched directory itself. The folder above tells it too, by name, when it is watched. */
  #handleSelf(node: DirectoryNode, mask: number): void {
    const isTold = this.#tree.isParentWatched(node) || this.#tree.isDetached(node);
    if (mask & IN.UNMOUNT || (mask & (IN.DELETE_SELF | IN.MOVE_SELF) && !isTold)) this.#hintTree(node);
    if (mask & IN.IGNORED || (mask & IN.MOVE_SELF && !isTold)) this.#forget(node);
  }

  /** The folder above may tell the same; it does not where this one is a mount point. */
  #handleItself(node: DirectoryNode, mask: number): void {
    const path = this.#pathOf(node);
    if (path === undefined) return;
    this.#batch.addPath(path, Boolean(mask & IN.ISDIR));
    if (!(mask & IN.ISDIR)) this.#events.note(path, mask, 0);
  }

  /** A directory in the watched directory `folder` came, went or changed. */
  #handleDirectory(folder: DirectoryNode, event: InotifyEvent, from: string | undefined): void {
    const name = pathKey(event.name);
    const child = this.#tree.child(folder, name);
    // A change of rights may have opened a directory that could not be watched; of a watched one only its own entry
    // matters.
    const isOwnEntry = event.mask & IN.ATTRIB && child && child.wd > 0;
    if (!isOwnEntry) this.#tellAttributes(this.#batch.takeAllAttributes());
    const key = this.#keyOf(folder, name);
    if (key !== undefined) {
      this.#events.note(key, event.mask, event.cookie);
      this.#noteFleeting(key, event.mask, from);
      this.#noteMoving(key, event);
    }
    if (key !== undefined && isOwnEntry) this.#batch.addPath(key, true);
    else if (key !== undefined) this.#batch.addTree(key);
    if (event.mask & IN.DELETE && child) this.#forget(child);
    if (event.mask & IN.MOVED_FROM && child) this.#detach(child, event.cookie);
    if (event.mask & IN.MOVED_TO) this.#arrive(folder, name, event.cookie);
  }

  #detach(node: DirectoryNode, cookie: number): void {
    this.#tree.detach(node);
    this.#pathCache.clear();
    this.#moving.begin(cookie, node);
  }

  /** A comparison may have put the directory to its new place already. */
  #arrive(folder: DirectoryNode, name: string, cookie: number): void {
    let node = this.#moving.finish(cookie);
    while (node && !this.#tree.isDetached(node)) node = this.#moving.finish(cookie);
    if (!node) return;
    this.#unwatchAll(this.#tree.move(node, folder, name));
    this.#pathCache.clear();
  }

  #forgetDetached(node: DirectoryNode): void {
    if (this.#tree.isDetached(node)) this.#forget(node);
  }

  #forget(node: DirectoryNode): void {
    this.#unwatchAll(this.#tree.remove(node));
    this.#pathCache.clear();
  }

  #unwatchAll(wds: readonly number[]): void {
    for (const wd of wds) {
      this.#descriptors.remove(wd);
      for (const ended of this.#endedAside) ended.add(wd);
    }
  }

  #hintTree(node: DirectoryNode): void {
    this.#tellAttributes(this.#batch.takeAllAttributes());
    const path = this.#pathOf(node);
    if (path !== undefined) this.#batch.addTree(path);
  }

  #keyOf(folder: DirectoryNode, name: string): string | undefined {
    const path = this.#pathOf(folder);
    return path === '/' ? `/${name}` : path && `${path}/${name}`;
  }

  #pathOf(node: DirectoryNode): string | undefined {
    if (!this.#pathCache.has(node)) this.#pathCache.set(node, this.#tree.pathOf(node));
    return this.#pathCache.get(node);
  }
}

function isAnyElsewhere(others: ReadonlyMap<string, boolean>): boolean {
  return [...others.values()].includes(false);
}

/** One of them is on a volume that does not hang. */
function isSameInode(one: Uint8Array, other: Uint8Array): boolean {
  if (mayHang(one) || mayHang(other)) return false;
  try {
    const [a, b] = [one, other].map((path) => lstatSync(toBytes(path), { bigint: true }));
    return a?.ino === b?.ino && a?.dev === b?.dev;
  } catch {
    return false;
  }
}

/** Rejects with VolumeSilent when that cannot be known. */
async function isSameFolderAside(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  const [a, b] = await Promise.all([observe(one), observe(other)]);
  if (a.kind === 'silent' || b.kind === 'silent') throw new VolumeSilent();
  return 'stat' in a && 'stat' in b && a.stat.ino === b.stat.ino && a.stat.dev === b.stat.dev;
}

function isMountedFile(path: Uint8Array, error: unknown): boolean {
  return systemCode(error) === 'ENOTDIR' && readMountedParts().has(pathKey(path));
}
