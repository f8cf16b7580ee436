/** Which names are watched: those that rules select, within the folders that are indexed, and none of find-text's own. */
import { isWithin, overlap } from '../../shared/path-within.js';
import type { NotifyRule } from './rules/rule.js';
import type { RuleSet } from './rules/rule-set.js';

const DEFAULT_SETTLE_MS = 1_000;

/** How long a name of these rules has to be quiet. */
export function settleMsOf(rules: readonly Pick<NotifyRule, 'settleMs'>[]): number {
  return rules.length === 0 ? DEFAULT_SETTLE_MS : Math.max(...rules.map(({ settleMs }) => settleMs));
}

export class Watched {
  /**
   * @param roots  real paths, none inside another.
   * @param own  folders and files of find-text itself: what is written there is never told, as telling it would write more.
   */
  constructor(
    readonly rules: Pick<RuleSet, 'interested' | 'interestedInName' | 'rulesForName' | 'mayContain' | 'places'>,
    readonly roots: readonly Buffer[],
    private readonly own: readonly Uint8Array[],
  ) {}

  /** Whether it is a folder may not be known. */
  has(path: Uint8Array, isFolder?: boolean): boolean {
    if (!this.roots.some((root) => isWithin(path, root)) || this.#isOwn(path)) return false;
    if (isFolder !== undefined) return this.rules.interested(path, isFolder);
    return this.rules.interestedInName(path);
  }

  /** Could something in the folder be watched? */
  mayContain(folder: Uint8Array): boolean {
    return this.roots.some((root) => overlap(root, folder)) && !this.#isOwn(folder) && this.rules.mayContain(folder);
  }

  /** Is it watched, or on the way to something that is? */
  leadsTo(path: Uint8Array, isFolder: boolean): boolean {
    return this.has(path, isFolder) || (isFolder && this.mayContain(path));
  }

  /** Everything that is watched is one of these or below one. */
  get places(): readonly Buffer[] {
    return this.rules.places.flatMap((place) => this.roots.flatMap((root) => overlap<Buffer>(root, place) ?? []));
  }

  /** Whether it is a folder is not known. */
  rulesOf(path: Uint8Array): readonly NotifyRule[] {
    return this.rules.rulesForName(path);
  }

  #isOwn(path: Uint8Array): boolean {
    return this.own.some((folder) => isWithin(path, folder));
  }
}
