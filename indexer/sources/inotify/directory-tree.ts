/**
 * Which watch descriptor stands for which directory, as a tree of names. A path is found by climbing, so renaming a
 * directory of any size moves one node. Used by tree-watcher.ts; touches no file system. The kernel has one descriptor
 * for a directory, however many paths lead to it (bind mounts): a descriptor stands for a node for each. Invariants: a
 * node is below the top, or detached (being renamed); there are no cycles. Names and paths are path keys
 * (shared/paths.ts: bytes as latin1). Memory: about 200 bytes a directory.
 */
import { toBytes } from '../../../shared/paths.js';

const SLASH = 0x2f;
/** No descriptor: only a folder on the way to a watched one. */
const WAYPOINT = 0;
/** No descriptor: it should be watched, but the watch limit was met. */
const MISSED = -1;

export class DirectoryNode {
  parent: DirectoryNode | undefined;
  children: Map<string, DirectoryNode> | undefined;
  wd: number = WAYPOINT;
  /** The next node with the same descriptor. */
  twin: DirectoryNode | undefined;

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

  /** One for each path that leads to the directory, in the order in which they were attached. */
  nodesOf(wd: number): DirectoryNode[] {
    const nodes: DirectoryNode[] = [];
    for (let node = this.#byWd.get(wd); node; node = node.twin) nodes.push(node);
    return nodes;
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
   * The directory at `path` has this descriptor. When it is known under another path that does not lead to it any more,
   * it was renamed: that node moves here with everything below it.
   * @param isThere  does this path (a path key) lead to the same directory now?
   * @returns the descriptors that stand for nothing any more: of a directory that was at `path` before, and below it.
   */
  attach(path: Uint8Array, wd: number, isThere: (key: string) => boolean): number[] {
    const known = this.nodesOf(wd);
    const at = this.find(path);
    if (at && known.includes(at)) return [];
    const renamed = known.find((node) => {
      const key = this.pathOf(node);
      return key === undefined || !isThere(key);
    });
    if (!renamed) return this.#attachNew(path, wd);
    // What is known of the folders above is out of date: nothing moves into itself.
    if (at === this.#top || this.#isBelow(path, renamed)) return [];
    this.detach(renamed);
    const displaced = this.#removeAt(path);
    this.#hang(renamed, path);
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

  /** Forgets the node and everything below it. @returns the descriptors that stand for nothing any more. */
  remove(node: DirectoryNode): number[] {
    this.detach(node);
    const removed: number[] = [];
    for (const each of nodesFrom(node)) {
      const { wd } = each;
      this.#setWd(each, WAYPOINT);
      if (wd > WAYPOINT && !this.#byWd.has(wd)) removed.push(wd);
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
    return displaced.filter((each) => each !== wd);
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
    if (node.wd > WAYPOINT) this.#setNodes(node.wd, without(node, this.nodesOf(node.wd)));
    if (node.wd === MISSED) this.#missedCount--;
    node.wd = wd;
    if (wd > WAYPOINT) this.#setNodes(wd, [...this.nodesOf(wd), node]);
    if (wd === MISSED) this.#missedCount++;
  }

  #setNodes(wd: number, nodes: readonly DirectoryNode[]): void {
    const [first] = nodes;
    if (first) this.#byWd.set(wd, first);
    else this.#byWd.delete(wd);
    nodes.forEach((node, at) => {
      node.twin = nodes[at + 1];
    });
  }
}

function without(node: DirectoryNode, nodes: readonly DirectoryNode[]): DirectoryNode[] {
  node.twin = undefined;
  return nodes.filter((each) => each !== node);
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
