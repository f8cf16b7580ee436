/** Which files match now, and which did before → those that began and those that ceased to match. Pure. */
import { fromPathKey, pathKey } from '../../shared/path-key.js';

export interface MatchChange {
  readonly change: 'begins' | 'ceases';
  readonly path: Buffer;
}

export class MatchChanges {
  #known: ReadonlySet<string> = new Set();

  get count(): number {
    return this.#known.size;
  }

  /**
   * @param mayCease  false while the index is being built: what is not in it yet has not ceased.
   * @returns those that ceased first, each in the order of its list.
   */
  update(paths: Iterable<Uint8Array>, mayCease: boolean): MatchChange[] {
    const found = new Set(Array.from(paths, pathKey));
    const begun = [...found].filter((key) => !this.#known.has(key));
    const missing = [...this.#known].filter((key) => !found.has(key));
    this.#known = mayCease ? found : new Set([...found, ...missing]);
    return [...(mayCease ? missing.map(toChange('ceases')) : []), ...begun.map(toChange('begins'))];
  }
}

function toChange(change: MatchChange['change']): (key: string) => MatchChange {
  return (key) => ({ change, path: fromPathKey(key) });
}
