/** Real paths of folders, asked for once in a while: a burst of changes names few folders and many files. */
import { realpath } from 'node:fs/promises';
import { pathKey } from '../../../shared/path-key.js';
import { look } from '../../disk/looks.js';

const KEEP_MS = 1_000;
const MAX_KEPT = 10_000;

export class RealFolders {
  readonly #known = new Map<string, { readonly real: Promise<Buffer | undefined>; readonly atMs: number }>();

  /** @param nowMs  of a clock that is never set. @returns undefined when the folder is not there. */
  of(folder: Buffer, nowMs: number): Promise<Buffer | undefined> {
    const key = pathKey(folder);
    const known = this.#known.get(key);
    if (known && nowMs - known.atMs < KEEP_MS) return known.real;
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    const real = look(folder, () => realpath(folder, { encoding: 'buffer' })).catch(() => undefined);
    this.#known.set(key, { real, atMs: nowMs });
    return real;
  }
}
