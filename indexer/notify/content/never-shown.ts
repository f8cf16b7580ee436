/** Whose text is shown to nobody and kept nowhere: what never-diff.ts knows, and what a rule names as `diff.never`. */
import { pathKey } from '../../../shared/path-key.js';
import { toBytes } from '../../../shared/paths.js';
import { PathSelection, type Surroundings, toGlobs } from '../rules/path-selection.js';
import type { NotifyRule } from '../rules/rule.js';
import { NeverDiff } from './never-diff.js';

export class NeverShown {
  readonly byDefault = new NeverDiff();
  readonly #named: ReadonlyMap<string, PathSelection>;

  constructor(rules: readonly NotifyRule[], surroundings: Surroundings) {
    this.#named = new Map(rules.map((rule) => [rule.name, toSelection(rule.diff.never, surroundings)]));
  }

  /** Does the rule name it? */
  isNamed(rule: Pick<NotifyRule, 'name'>, path: Uint8Array): boolean {
    return this.#named.get(rule.name)?.selects(path) ?? false;
  }

  has(rule: Pick<NotifyRule, 'name'>, path: Uint8Array): boolean {
    return this.byDefault.has(path) || this.isNamed(rule, path);
  }
}

/** Patterns that fit nothing were refused when the configuration was read. */
function toSelection(patterns: readonly string[], surroundings: Surroundings): PathSelection {
  const checks = patterns.map((pattern) => toGlobs(pathKey(toBytes(pattern)), surroundings));
  return new PathSelection(checks.flatMap((check) => ('globs' in check ? check.globs : [])));
}
