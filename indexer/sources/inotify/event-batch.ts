/**
 * Events of one read of the kernel's queue, as they are kept: what a name went through, in order. What is written to a
 * file or set on it in the read that tells of its making belongs to its making. What is told of it again is told once.
 * Used by tree-watcher.ts. Keys are path keys (shared/paths.ts).
 */
import type { EventKind, FileEvent, ReportedEvent } from '../../../shared/file-event.js';
import { fromPathKey } from '../../../shared/path-key.js';
import { IN } from './inotify-events.js';

interface Told {
  kind: EventKind;
  readonly key: string;
  /** Path key: the new name. */
  to?: string;
  readonly isFolder: boolean;
}

export class EventBatch {
  #told: Told[] = [];
  /** Of each key, what has been told since it came. */
  #kinds = new Map<string, Set<EventKind>>();
  /** Names that were left, by the cookie of the rename. */
  #left = new Map<number, Told[]>();

  note(key: string, mask: number, cookie: number): void {
    const isFolder = (mask & IN.ISDIR) !== 0;
    if (mask & IN.CREATE) this.#come(key, isFolder);
    else if (mask & IN.DELETE) this.#go(key, isFolder);
    else if (mask & IN.MOVED_FROM) this.#leave(key, isFolder, cookie);
    else if (mask & IN.MOVED_TO) this.#arrive(key, isFolder, cookie);
    else if (mask & IN.MODIFY) this.#change(key, 'write', isFolder);
    else if (mask & IN.ATTRIB) this.#change(key, 'attrib', isFolder);
  }

  /** Empties the batch. */
  take(atMs: number): ReportedEvent[] {
    const told = this.#told;
    if (told.length === 0) return [];
    this.#told = [];
    this.#kinds = new Map();
    this.#left = new Map();
    return told.map((each) => toReported(each, atMs));
  }

  #come(key: string, isFolder: boolean): void {
    this.#kinds.set(key, new Set(['write', 'attrib']));
    this.#told.push({ kind: isFolder ? 'mkdir' : 'create', key, isFolder });
  }

  #go(key: string, isFolder: boolean): Told {
    this.#kinds.delete(key);
    const told: Told = { kind: isFolder ? 'rmdir' : 'delete', key, isFolder };
    this.#told.push(told);
    return told;
  }

  #leave(key: string, isFolder: boolean, cookie: number): void {
    const told = this.#go(key, isFolder);
    const others = this.#left.get(cookie);
    if (others) others.push(told);
    else this.#left.set(cookie, [told]);
  }

  /** Each path of the folder it came from is followed to one path of the folder it went to. */
  #arrive(key: string, isFolder: boolean, cookie: number): void {
    const from = this.#left.get(cookie)?.shift();
    if (!from) return this.#come(key, isFolder);
    this.#kinds.delete(key);
    from.kind = 'rename';
    from.to = key;
  }

  #change(key: string, kind: 'write' | 'attrib', isFolder: boolean): void {
    const kinds = this.#kinds.get(key) ?? new Set();
    if (kinds.has(kind)) return;
    this.#kinds.set(key, kinds.add(kind));
    this.#told.push({ kind, key, isFolder });
  }
}

function toReported({ kind, key, to, isFolder }: Told, atMs: number): ReportedEvent {
  const [path, toPath] = [fromPathKey(key), to === undefined ? undefined : fromPathKey(to)];
  const event: FileEvent = { kind, path, ...(toPath && { to: toPath }), atMs, origin: 'inotify' };
  return { event, paths: toPath ? [path, toPath] : [path], isFolder };
}
