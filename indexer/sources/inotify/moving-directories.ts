/**
 * Directories between the two events of their rename, "moved from" and "moved to", by the cookie both carry. Used by
 * tree-watcher.ts. The kernel queues both events together, so the second one is in the same read or the next. When it
 * is in neither, or nothing is read for MOVED_OUT_MS, the directory has left what is watched.
 */
import type { DirectoryNode } from './directory-tree.js';

const MOVED_OUT_MS = 50;

export class MovingDirectories {
  /** A node for each path that led to the directory. */
  readonly #moving = new Map<number, { readonly nodes: DirectoryNode[]; readonly read: number }>();
  #read = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onLeft: (node: DirectoryNode) => void) {}

  begin(cookie: number, node: DirectoryNode): void {
    const nodes = this.#moving.get(cookie)?.nodes ?? [];
    this.#moving.set(cookie, { nodes: [...nodes, node], read: this.#read });
  }

  /** @returns one of the nodes, which is moving no more. */
  finish(cookie: number): DirectoryNode | undefined {
    return this.#moving.get(cookie)?.nodes.shift();
  }

  /** To be called after the last event of each read. */
  endRead(): void {
    clearTimeout(this.#timer);
    this.#giveUp(this.#read - 1);
    this.#read++;
    if (this.#moving.size > 0) this.#timer = setTimeout(() => this.#giveUp(this.#read), MOVED_OUT_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #giveUp(lastRead: number): void {
    for (const [cookie, { nodes, read }] of this.#moving) {
      if (read > lastRead) continue;
      this.#moving.delete(cookie);
      nodes.forEach(this.onLeft);
    }
  }
}
