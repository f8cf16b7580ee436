/**
 * Rules that have not been compared with the disk yet: what was there before one of them is not known. Which ones have
 * been is kept in notify.db.
 */
import type { Db } from '../../shared/store/open.js';
import type { CompiledRule } from './rules/parse-notify.js';
import { RuleSet } from './rules/rule-set.js';
import { Notes } from './store.js';

const NOTE = 'scanned';

export class NewRules {
  readonly #notes: Notes;
  /** undefined: all have been compared. */
  #old: RuleSet | undefined;

  constructor(
    private readonly db: Db,
    private readonly compiled: readonly CompiledRule[],
  ) {
    this.#notes = new Notes(db);
    const compared = new Set((this.#notes.get(NOTE) as readonly string[] | undefined) ?? []);
    this.#old = new RuleSet(compiled.filter((each) => compared.has(ruleKey(each))));
  }

  /** No older rule has to do with this name. */
  isNew(path: Uint8Array): boolean {
    return this.#old !== undefined && !this.#old.interestedInName(path);
  }

  /** All rules have been: what is there is known. */
  compared(): void {
    this.db.transaction(() => this.#notes.set(NOTE, this.compiled.map(ruleKey))).immediate();
    this.#old = undefined;
  }
}

/** A rule that selects other files is a new rule. */
export function ruleKey({ rule: { name, paths } }: CompiledRule): string {
  return JSON.stringify([name, ...paths]);
}
