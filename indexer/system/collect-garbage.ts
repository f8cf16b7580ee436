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
