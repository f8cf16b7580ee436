/**
 * Directories between the two events of their rename, "moved from" and "moved to", by the cookie both carry. Used by tree-watcher.ts.
 * The kernel queues both events together, so the second one is in the same read or the next. When it is in neither, or nothing is
 * read for MOVED_OUT_MS, the directory has left what is watched.
 */
import type { DirectoryNode } from './directory-tree.js';

const MOVED_OUT_MS = 50;

export class MovingDirectories {
  readonly #moving = new Map<number, { readonly node: DirectoryNode; readonly read: number }>();
  #read = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onLeft: (node: DirectoryNode) => void) {}

  begin(cookie: number, node: DirectoryNode): void {
    this.#moving.set(cookie, { node, read: this.#read });
  }

  finish(cookie: number): DirectoryNode | undefined {
    const node = this.#moving.get(cookie)?.node;
    this.#moving.delete(cookie);
    return node;
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
    for (const [cookie, { node, read }] of this.#moving) {
      if (read > lastRead) continue;
      this.#moving.delete(cookie);
      this.onLeft(node);
    }
  }
}
