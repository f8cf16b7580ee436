/**
 * Names that come, are written through, and go before anybody looks at them. Each may have been a hard link, and no
 * event tells which other name has its text now. A new folder may have had such names in it. Asked by tree-watcher.ts
 * about each event with a name. Keys are path keys (shared/paths.ts).
 */
import { IN } from './inotify-events.js';

/** By then a new name has been looked at, and its inode is known. */
const NEW_MS = 10_000;
const MAX_NAMES = 10_000;

interface NewName {
  readonly sinceMs: number;
  readonly isWritten: boolean;
}

export class FleetingNames {
  readonly #names = new Map<string, NewName>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * @param from  the old name, when the event tells the new one.
   * @returns true when what was written is nowhere to be seen.
   */
  note(key: string, mask: number, from?: string): boolean {
    const known = this.#fresh(key);
    if (mask & IN.CREATE) this.#set(key, { sinceMs: this.now(), isWritten: (mask & IN.ISDIR) !== 0 });
    else if (mask & IN.MODIFY && known) this.#names.set(key, { ...known, isWritten: true });
    if (!(mask & (IN.DELETE | IN.MOVED_TO))) return false;
    this.#names.delete(key);
    const moved = from === undefined ? undefined : this.#fresh(from);
    if (from !== undefined) this.#names.delete(from);
    if (moved && mask & IN.MOVED_TO) this.#set(key, moved);
    return known?.isWritten ?? false;
  }

  /** It was moved, and no watched folder tells of it where it is now. @returns as above */
  left(key: string): boolean {
    const known = this.#fresh(key);
    this.#names.delete(key);
    return known?.isWritten ?? false;
  }

  #fresh(key: string): NewName | undefined {
    const known = this.#names.get(key);
    if (known && this.now() - known.sinceMs <= NEW_MS) return known;
    this.#names.delete(key);
    return undefined;
  }

  #set(key: string, name: NewName): void {
    this.#names.delete(key);
    this.#names.set(key, name);
    for (const [oldest] of this.#names) {
      if (this.#names.size <= MAX_NAMES) break;
      this.#names.delete(oldest);
    }
  }
}
