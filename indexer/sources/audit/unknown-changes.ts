/**
 * Changes seen in folders or files that the index does not have, by root. Its root is not complete from the moment one
 * is read until it is resolved, or a comparison that will find it is queued. Kept by AuditChangeSource.
 */
import { fromPathKey, pathKey } from '../../../shared/path-key.js';

export class UnknownChanges {
  /** By path key of the root: batches that are tried again. */
  readonly #retried = new Map<string, number>();
  /** Only a comparison finds them; with the number of the last one. */
  readonly #lost = new Map<string, number>();
  #lostCount = 0;
  #told = '';

  /** @param tell  the roots that lack something now; called when these have become others. */
  constructor(private readonly tell: (roots: readonly Uint8Array[]) => void) {}

  retry(root: Uint8Array): void {
    this.#count(root, 1);
  }

  /** To be called after what became of the batch: hints that are committed, a further try, or lose(). */
  retried(root: Uint8Array): void {
    this.#count(root, -1);
  }

  lose(root: Uint8Array): void {
    this.#lost.set(pathKey(root), ++this.#lostCount);
    this.#update();
  }

  /** @param queue  queues a comparison of everything: it finds what was lost before. */
  async find(queue: () => Promise<void>): Promise<void> {
    const last = this.#lostCount;
    await queue();
    for (const [key, count] of this.#lost) if (count <= last) this.#lost.delete(key);
    this.#update();
  }

  #count(root: Uint8Array, more: number): void {
    const key = pathKey(root);
    const count = (this.#retried.get(key) ?? 0) + more;
    if (count > 0) this.#retried.set(key, count);
    else this.#retried.delete(key);
    this.#update();
  }

  #update(): void {
    const roots = [...new Set([...this.#retried.keys(), ...this.#lost.keys()])].sort();
    const text = roots.join('\0');
    if (text === this.#told) return;
    this.#told = text;
    this.tell(roots.map(fromPathKey));
  }
}
