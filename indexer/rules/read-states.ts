/**
 * What the rules have read of their files, so that a chmod of one that changes nothing for them is told from a change.
 * Used by ignore-files.ts. Pure.
 */
import { pathKey } from '../../shared/path-key.js';

const MAX_PATHS = 4096;

export class ReadStates {
  /** Of each path; undefined: it was read in two states, or in one that says nothing. */
  readonly #states = new Map<string, string | undefined>();
  /** Each path that was read is among them. */
  #isComplete = true;

  /** @param state  a text that changes when what is read does; undefined: there is none. */
  note(path: Uint8Array, state: string | undefined): void {
    const key = pathKey(path);
    const isKnown = this.#states.has(key);
    // None makes room for another: what is read again after a change would look as if it had always been so.
    if (!isKnown && this.#states.size >= MAX_PATHS) {
      this.#isComplete = false;
      return;
    }
    this.#states.set(key, !isKnown || this.#states.get(key) === state ? state : undefined);
  }

  /** Whenever it was read since `forget`, if ever, it was in this state. */
  isAlways(path: Uint8Array, state: () => string | undefined): boolean {
    const key = pathKey(path);
    const known = this.#states.get(key);
    if (known === undefined) return this.#isComplete && !this.#states.has(key);
    return known === state();
  }

  /** Whoever has gone by it reads it again. */
  forget(path: Uint8Array): void {
    this.#states.delete(pathKey(path));
  }
}
