/**
 * Says when a change log may have more to read: inotify on its folder, which costs nothing while nothing happens. The
 * folder may not exist yet, or be removed and made anew; where inotify is exhausted, looks at it often instead.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';

const LOOK_MS = 2000;
const POLL_MS = 100;

export class LogWatch {
  #watcher: FSWatcher | undefined;
  /** Of the folder being watched; undefined while there is none. */
  #identity: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly directory: string,
    readonly onMore: () => void,
  ) {
    this.#watch(identityOf(directory));
    this.#lookLater();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
  }

  #watch(identity: string | undefined): void {
    this.#watcher?.close();
    this.#watcher = identity === undefined ? undefined : tryWatch(this.directory, this.onMore);
    this.#identity = identity;
  }

  #lookLater(): void {
    const isPolling = this.#identity !== undefined && !this.#watcher;
    this.#timer = setTimeout(() => this.#look(), isPolling ? POLL_MS : LOOK_MS);
  }

  #look(): void {
    const identity = identityOf(this.directory);
    if (identity !== this.#identity || (identity !== undefined && !this.#watcher)) {
      this.#watch(identity);
      this.onMore();
    }
    this.#lookLater();
  }
}

/** With its birth: a folder that is removed and made anew mostly gets the same inode. */
function identityOf(directory: string): string | undefined {
  try {
    const { ino, birthtimeMs } = statSync(directory);
    return `${ino} ${birthtimeMs}`;
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
