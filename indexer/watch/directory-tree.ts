/**
 * Which watch descriptor stands for which directory, as a tree of names: a path is found by climbing, so renaming a directory of
 * any size moves one node. Used by tree-watcher.ts; touches no file system.
 * Invariants: a descriptor stands for one node; a node is below the top, or detached (being renamed); there are no cycles.
 * Names and paths are path keys (shared/paths.ts: bytes as latin1). Memory: about 200 bytes a directory.
 */
import { toBytes } from '../../shared/paths.js';

const SLASH = 0x2f;
/** No descriptor: only a folder on the way to a watched one. */
const WAYPOINT = 0;
/** No descriptor: it should be watched, but the watch limit was met. */
const MISSED = -1;

export class DirectoryNode {
  parent: DirectoryNode | undefined;
  children: Map<string, DirectoryNode> | undefined;
  wd: number = WAYPOINT;

  constructor(public name: string) {}
}

export class DirectoryTree {
  readonly #top = new DirectoryNode('');
  readonly #byWd = new Map<number, DirectoryNode>();
  #missedCount = 0;

  get watchCount(): number {
    return this.#byWd.size;
  }

  get missedCount(): number {
    return this.#missedCount;
  }

  get(wd: number): DirectoryNode | undefined {
    return this.#byWd.get(wd);
  }

  find(path: Uint8Array): DirectoryNode | undefined {
    let node: DirectoryNode | undefined = this.#top;
    for (const name of namesOf(path)) node = node?.children?.get(name);
    return node;
  }

  child(parent: DirectoryNode, name: string): DirectoryNode | undefined {
    return parent.children?.get(name);
  }

  /** True when the folder above is watched too, and so tells of what becomes of this one. */
  isParentWatched(node: DirectoryNode): boolean {
    return node.parent !== undefined && node.parent.wd > WAYPOINT;
  }

  isDetached(node: DirectoryNode): boolean {
    return node.parent === undefined && node !== this.#top;
  }

  /** Path key of the node, or undefined while it, or a folder above it, is detached. Cost: the depth. */
  pathOf(node: DirectoryNode): string | undefined {
    const names: string[] = [];
    let at = node;
    for (; at.parent; at = at.parent) names.push(at.name);
    return at === this.#top ? `/${names.reverse().join('/')}` : undefined;
  }

  /**
   * The directory at `path` has this descriptor. A descriptor known under another path is a directory that was renamed: its node
   * moves here with everything below it.
   * @returns the descriptors that stand for nothing any more: of a directory that was at `path` before, and below it.
   */
  attach(path: Uint8Array, wd: number): number[] {
    const known = this.#byWd.get(wd);
    if (!known) return this.#attachNew(path, wd);
    const at = this.find(path);
    // A directory seen below itself, or as '/', is a bind mount of a known one: it stays where it was seen first.
    if (at === known || at === this.#top || this.#isBelow(path, known)) return [];
    this.detach(known);
    const displaced = this.#removeAt(path);
    this.#hang(known, path);
    return displaced;
  }

  /** The directory at `path` should be watched but cannot be, because of the watch limit. @returns as attach. */
  miss(path: Uint8Array): number[] {
    const displaced = this.#makeRoomAt(path);
    this.#setWd(this.#reach(path), MISSED);
    return displaced;
  }

  /** Takes a node out of its folder; it keeps its descriptors, and what is below it. */
  detach(node: DirectoryNode): void {
    const { parent } = node;
    if (!parent) return;
    parent.children?.delete(node.name);
    if (parent.children?.size === 0) parent.children = undefined;
    node.parent = undefined;
    if (parent.wd === WAYPOINT && !parent.children) this.detach(parent);
  }

  /** Renames a node into a folder. @returns the descriptors that stand for nothing any more (see attach). */
  move(node: DirectoryNode, parent: DirectoryNode, name: string): number[] {
    if (isWithinNode(parent, node)) return this.remove(node);
    this.detach(node);
    const existing = parent.children?.get(name);
    const displaced = existing ? this.remove(existing) : [];
    link(node, parent, name);
    return displaced;
  }

  /** Forgets the node and everything below it. @returns their descriptors. */
  remove(node: DirectoryNode): number[] {
    this.detach(node);
    const removed: number[] = [];
    for (const each of nodesFrom(node)) {
      if (each.wd > WAYPOINT) removed.push(each.wd);
      this.#setWd(each, WAYPOINT);
    }
    node.children = undefined;
    return removed;
  }

  /** Directories that miss() was called for and that were not watched or removed since. */
  *missed(): Generator<string> {
    for (const node of nodesFrom(this.#top)) if (node.wd === MISSED) yield this.pathOf(node) as string;
  }

  #attachNew(path: Uint8Array, wd: number): number[] {
    const displaced = this.#makeRoomAt(path);
    this.#setWd(this.#reach(path), wd);
    return displaced;
  }

  /** A watched node at the path is another directory than the one that is there now; a way-point is kept. */
  #makeRoomAt(path: Uint8Array): number[] {
    const at = this.find(path);
    return at && at.wd > WAYPOINT ? this.remove(at) : [];
  }

  #removeAt(path: Uint8Array): number[] {
    const at = this.find(path);
    return at ? this.remove(at) : [];
  }

  #hang(node: DirectoryNode, path: Uint8Array): void {
    const names = namesOf(path);
    const name = names.pop() as string;
    link(node, this.#reachNames(names), name);
  }

  #reach(path: Uint8Array): DirectoryNode {
    return this.#reachNames(namesOf(path));
  }

  #reachNames(names: readonly string[]): DirectoryNode {
    let node = this.#top;
    for (const name of names) node = node.children?.get(name) ?? link(new DirectoryNode(name), node, name);
    return node;
  }

  #isBelow(path: Uint8Array, node: DirectoryNode): boolean {
    let at: DirectoryNode | undefined = this.#top;
    for (const name of namesOf(path)) {
      at = at?.children?.get(name);
      if (at === node) return true;
    }
    return false;
  }

  #setWd(node: DirectoryNode, wd: number): void {
    if (node.wd > WAYPOINT) this.#byWd.delete(node.wd);
    if (node.wd === MISSED) this.#missedCount--;
    node.wd = wd;
    if (wd > WAYPOINT) this.#byWd.set(wd, node);
    if (wd === MISSED) this.#missedCount++;
  }
}

function link(node: DirectoryNode, parent: DirectoryNode, name: string): DirectoryNode {
  parent.children ??= new Map();
  parent.children.set(name, node);
  node.parent = parent;
  node.name = name;
  return node;
}

function isWithinNode(node: DirectoryNode, folder: DirectoryNode): boolean {
  let at: DirectoryNode | undefined = node;
  while (at && at !== folder) at = at.parent;
  return at === folder;
}

function* nodesFrom(start: DirectoryNode): Generator<DirectoryNode> {
  const waiting = [start];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const child of node.children?.values() ?? []) waiting.push(child);
    yield node;
  }
}

/** Each name is decoded from the bytes by itself: a slice of the path's text would keep the whole text in memory. */
function namesOf(path: Uint8Array): string[] {
  const bytes = toBytes(path);
  const names: string[] = [];
  for (let start = 1; start < bytes.length; ) {
    const slash = bytes.indexOf(SLASH, start);
    const end = slash < 0 ? bytes.length : slash;
    names.push(bytes.toString('latin1', start, end));
    start = end + 1;
  }
  return names;
}
