/**
 * Is this one path excluded, and by what? For hints of single paths, and for comparing a part of a root. Descends from
 * the root by the same rules as a comparison. Rules of folders are remembered. Before one is used again after
 * TRUSTED_MS, the files it came from are compared by lstat, so that a change of an ignore file is not overlooked.
 */
import type { Mounts } from '../../shared/mounts.js';
import { pathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import { splitPath } from '../../shared/paths.js';
import { mayHang } from '../disk/looks.js';
import { type DirectoryRules, rootRules } from './ignore.js';
import type { DirectoryEntry } from './ignore-files.js';
import type { Excluded, IgnoreConfig, IgnoreEnvironment, Verdict } from './ignore-types.js';
import { RulesAhead } from './rules-ahead.js';

/** A burst of hints from one folder costs one look at its ignore files. A hint of the folder itself is looked at. */
const TRUSTED_MS = 100;
/** Mounts, the folders above the roots, and what git keeps in `.git` change seldom. */
const ABOVE_TRUSTED_MS = 10_000;
const MAX_REMEMBERED = 4096;
/** A flood of so many is judged once, though each is asked about when it is told and when its turn comes. */
const MAX_VERDICTS = 32_768;

export interface LookupEnvironment extends Omit<IgnoreEnvironment, 'mounts'> {
  readonly readMounts: () => Mounts;
  readonly now: () => number;
}

interface Remembered {
  readonly parent: DirectoryRules;
  readonly version: string;
  readonly opened: DirectoryRules | Excluded;
  readonly madeMs: number;
  checkedMs: number;
}

export class IgnoreLookup {
  readonly #inside = new Map<string, Remembered>();
  /** By the rules that gave them; names of folders with a slash. */
  readonly #verdicts = new Map<DirectoryRules, Map<string, Verdict>>();
  #verdictCount = 0;
  readonly #ahead: RulesAhead;
  #generation = 0;
  readonly #above = new Map<string, { readonly rules: DirectoryRules; readonly madeMs: number }>();

  constructor(
    private readonly config: IgnoreConfig,
    private readonly roots: readonly Uint8Array[],
    private readonly environment: LookupEnvironment,
  ) {
    this.#ahead = new RulesAhead(environment.files, environment.now);
  }

  /**
   * To be awaited before questions about the folder or what is in it: on a volume that may hang they would block the
   * event loop.
   */
  async prepare(folder: Uint8Array): Promise<void> {
    if (mayHang(folder)) await this.#ahead.ask(() => this.verdict(folder, true));
  }

  /** As rules.enter, without waiting for a volume that hangs: rejects with VolumeSilent then. */
  enter(
    rules: DirectoryRules,
    directory: Uint8Array,
    entries: Iterable<DirectoryEntry>,
  ): Promise<DirectoryRules | undefined> {
    return this.#ahead.ask(() => rules.enter(directory, entries));
  }

  /** @param isDirectory  as lstat says, or said when the path still existed. */
  verdict(path: Uint8Array, isDirectory: boolean): Verdict {
    const root = this.#rootOf(path);
    if (!root) return { kind: 'skip', rule: 'not in a folder that is indexed' };
    const verdict = this.#verdictFromAbove(path, isDirectory, root);
    if (verdict.kind !== 'index' || !isDirectory) return verdict;
    // It was told of itself: a mark in it may have come into sight, or out of it, since the last look.
    const opened = this.#open(path, root, true);
    return 'excludedBy' in opened ? { kind: 'skip', rule: opened.excludedBy } : verdict;
  }

  isExcluded(path: Uint8Array, isDirectory: boolean): boolean {
    return this.verdict(path, isDirectory).kind === 'skip';
  }

  /** By the rules above it alone: a mark in the folder may have come or gone since the folder was looked at. */
  isExcludedFromAbove(path: Uint8Array, isDirectory: boolean): boolean {
    const root = this.#rootOf(path);
    return !root || this.#verdictFromAbove(path, isDirectory, root).kind === 'skip';
  }

  /** The rules with which to `enter` the folder; undefined when it is excluded. */
  rulesFor(folder: Uint8Array): DirectoryRules | undefined {
    const root = this.#rootOf(folder);
    if (!root || this.verdict(folder, true).kind !== 'index') return undefined;
    return this.#parentRules(folder, root) as DirectoryRules;
  }

  /** Counts the calls of `forget`. */
  get generation(): number {
    return this.#generation;
  }

  /** Its attributes have changed, and for the rules nothing has. */
  isAsRead(ignoreFile: Uint8Array): boolean {
    return this.#ahead.files.isAsRead(ignoreFile);
  }

  /** These ignore files have changed (see rulesFolderOf): nothing that is remembered holds. */
  forget(ignoreFiles: readonly Uint8Array[] = []): void {
    for (const path of ignoreFiles) this.#ahead.files.forget(path);
    this.#generation++;
    this.#inside.clear();
    this.#above.clear();
    this.#forgetVerdicts();
    this.#ahead.forget();
  }

  /** Of roots within roots the innermost. */
  #rootOf(path: Uint8Array): Uint8Array | undefined {
    let innermost: Uint8Array | undefined;
    for (const root of this.roots) {
      if (root.length > (innermost?.length ?? 0) && isWithin(path, root)) innermost = root;
    }
    return innermost;
  }

  #verdictFromAbove(path: Uint8Array, isDirectory: boolean, root: Uint8Array): Verdict {
    if (path.length === root.length) return { kind: 'index' };
    const { directory, name } = splitPath(path);
    const opened = this.#open(directory, root);
    return 'excludedBy' in opened
      ? { kind: 'skip', rule: opened.excludedBy }
      : this.#verdictIn(opened, name, isDirectory);
  }

  /** A changed file is asked about by its hint, by its event, and when it is looked at. */
  #verdictIn(rules: DirectoryRules, name: Uint8Array, isDirectory: boolean): Verdict {
    const verdicts = this.#verdicts.get(rules) ?? new Map<string, Verdict>();
    const key = isDirectory ? `${pathKey(name)}/` : pathKey(name);
    const known = verdicts.get(key);
    if (known) return known;
    if (this.#verdictCount++ >= MAX_VERDICTS) this.#forgetVerdicts();
    const verdict = rules.verdict(name, isDirectory);
    this.#verdicts.set(rules, verdicts.set(key, verdict));
    return verdict;
  }

  /** Frees the names that a flood has left, of files that may be gone. */
  shrink(): void {
    this.#forgetVerdicts();
  }

  #forgetVerdicts(): void {
    this.#verdicts.clear();
    this.#verdictCount = 0;
  }

  #parentRules(directory: Uint8Array, root: Uint8Array): DirectoryRules | Excluded {
    if (directory.length === root.length) return this.#rulesAbove(root);
    return this.#open(splitPath(directory).directory, root);
  }

  #open(directory: Uint8Array, root: Uint8Array, isLookedAt = false): DirectoryRules | Excluded {
    const key = pathKey(directory);
    const known = this.#inside.get(key);
    if (known && !isLookedAt && this.#isTrusted(known)) return known.opened;
    const parent = this.#parentRules(directory, root);
    if ('excludedBy' in parent) return parent;
    const verdict = this.#verdictFromAbove(directory, true, root);
    if (verdict.kind !== 'index') return { excludedBy: verdict.rule };
    return this.#look(key, directory, parent, known);
  }

  #look(
    key: string,
    directory: Uint8Array,
    parent: DirectoryRules,
    known: Remembered | undefined,
  ): Remembered['opened'] {
    const found = this.#ahead.files.look(directory);
    const version = [...found.values()].join('\n');
    const checkedMs = this.environment.now();
    const isOld = known && found.has('.git') && checkedMs - known.madeMs >= ABOVE_TRUSTED_MS;
    if (known && known.parent === parent && known.version === version && !isOld) {
      known.checkedMs = checkedMs;
      return known.opened;
    }
    if (this.#inside.size >= MAX_REMEMBERED) this.#inside.clear();
    const opened = parent.open(directory, found);
    this.#inside.set(key, { parent, version, opened, madeMs: checkedMs, checkedMs });
    return opened;
  }

  #isTrusted({ checkedMs }: Remembered): boolean {
    return this.environment.now() - checkedMs < TRUSTED_MS;
  }

  #rulesAbove(root: Uint8Array): DirectoryRules {
    const key = pathKey(root);
    const known = this.#above.get(key);
    const now = this.environment.now();
    if (known && now - known.madeMs < ABOVE_TRUSTED_MS) return known.rules;
    const { readMounts, ...environment } = this.environment;
    const made = rootRules(this.config, root, { ...environment, files: this.#ahead.files, mounts: readMounts() });
    // With other rules above all that is remembered of what is below is worked out again.
    const rules = known && made.isListlessLike(known.rules) ? known.rules : made;
    this.#above.set(key, { rules, madeMs: now });
    return rules;
  }
}
