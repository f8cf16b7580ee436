/** The index of a daemon: while it is held no other daemon works with it. */
import { runtimeFolder } from '../../shared/locations.js';
import { makeFolder } from '../../shared/own-folder.js';
import { type Lock, takeLock } from '../../shared/store/lock.js';
import { guard } from '../../shared/store/open.js';
import { rememberRoots } from '../../shared/store/roots-file.js';
import { type Context, prepareIndexDirectory } from './context.js';
import type { Roots } from './roots.js';

const BEAT_MS = 60_000;

export class HeldIndex {
  #lock: Lock;
  readonly #beat: NodeJS.Timeout;

  /** @throws FindTextError also when another daemon has it */
  constructor(context: Context, roots: Roots) {
    this.#lock = hold(context, roots);
    this.#beat = setInterval(() => this.#lock.beat(), BEAT_MS);
  }

  get lock(): Lock {
    return this.#lock;
  }

  /** Its folder may be another one. */
  holdAnew(context: Context, roots: Roots): void {
    this.#lock.release();
    this.#lock = hold(context, roots);
  }

  close(): void {
    clearInterval(this.#beat);
    this.#lock.release();
  }
}

function hold(context: Context, roots: Roots): Lock {
  prepareIndexDirectory(context);
  const { dataDirectory, runtimeDirectory } = context.locations;
  guard(`make the runtime folder ${runtimeDirectory}`, () => makeFolder(runtimeFolder(context.locations)));
  const lock = takeLock(dataDirectory, 'daemon', 'find-textd run', runtimeDirectory);
  try {
    rememberRoots(dataDirectory, roots.named);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}
