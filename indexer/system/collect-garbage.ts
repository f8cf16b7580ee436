/** A full garbage collection of the thread it is called in; V8 by itself waits with one until memory is short. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
    // A code cache that is made now counts for these flags only (build-code-cache.mjs).
    setFlagsFromString('--no-expose-gc');
  }
  collect();
}

/** The same, and what lives moves together, so that whole pages go back to the system: twice as dear. */
export function compactHeap(): void {
  setFlagsFromString('--compact-on-every-full-gc');
  collectGarbage();
  setFlagsFromString('--no-compact-on-every-full-gc');
}
