/**
 * Says when a change log may have more to read: inotify on its folder, which costs nothing while nothing happens. The folder
 * may not exist yet, or be removed and made anew; where inotify is exhausted, looks at it often instead.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';

const LOOK_MS = 2000;
const POLL_MS = 100;

export class LogWatch {
  #watcher: FSWatcher | undefined;
  /** Of the folder being watched. */
  #inode: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly directory: string,
    readonly onMore: () => void,
  ) {
    this.#watch(inodeOf(directory));
    this.#lookLater();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  #watch(inode: number | undefined): void {
    this.#watcher?.close();
    this.#watcher = inode === undefined ? undefined : tryWatch(this.directory, this.onMore);
    this.#inode = inode;
  }

  #lookLater(): void {
    const isPolling = this.#inode !== undefined && !this.#watcher;
    this.#timer = setTimeout(() => this.#look(), isPolling ? POLL_MS : LOOK_MS);
  }

  #look(): void {
    const inode = inodeOf(this.directory);
    if (inode !== this.#inode || (inode !== undefined && !this.#watcher)) {
      this.#watch(inode);
      this.onMore();
    }
    this.#lookLater();
  }
}

function inodeOf(directory: string): number | undefined {
  try {
    return statSync(directory).ino;
  } catch {
    return undefined;
  }
}

function tryWatch(directory: string, onMore: () => void): FSWatcher | undefined {
  try {
    return watch(directory, onMore).on('error', onMore);
  } catch {
    return undefined;
  }
}
