/**
 * Which reads that audit reports are told: those that rules ask for, not those of find-text itself. Of a process that
 * opens a file again and again it is one in a while.
 */
import type { FileEvent } from '../../../shared/file-event.js';
import { OWN_NAMES } from '../../../shared/own-name.js';
import { pathKey } from '../../../shared/path-key.js';
import type { FileChange } from '../../audit/changes/file-change.js';
import type { ReadWishes } from '../change-source.js';

const AGAIN_MS = 1_000;
const MAX_KNOWN = 10_000;

export class AuditReads {
  readonly #startedMs = Date.now();
  /** When it was told last; the oldest first. */
  readonly #told = new Map<string, number>();

  constructor(private readonly wishes: ReadWishes) {}

  /**
   * Of this process and its children, and of our user's node under a name of ours. What that has read before the start
   * may have been a daemon whose children had no name yet.
   */
  isOwn({ who, timestampMs }: Pick<FileChange, 'who' | 'timestampMs'>): boolean {
    if (who.pid === process.pid || who.ppid === process.pid) return true;
    if (who.exe !== process.execPath || who.uid !== process.getuid?.()) return false;
    return timestampMs < this.#startedMs || OWN_NAMES.some((name) => name === who.comm);
  }

  isTold({ kind, path, atMs, actor }: FileEvent): boolean {
    if (!this.wishes.wantsReads(path)) return false;
    const key = `${kind} ${actor?.pid} ${actor?.uid} ${pathKey(path)}`;
    const lastMs = this.#told.get(key);
    if (lastMs !== undefined && Math.abs(atMs - lastMs) < AGAIN_MS) return false;
    this.#told.delete(key);
    this.#told.set(key, atMs);
    if (this.#told.size > MAX_KNOWN) this.#told.delete(this.#told.keys().next().value as string);
    return true;
  }
}
