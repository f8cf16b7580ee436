/** What the exclusion rules take and give. Nothing here runs. */

import type { Mounts } from '../../shared/mounts.js';
import type { Places } from './configured-patterns.js';
import type { DefaultList } from './default-lists.js';
import type { RuleFiles } from './ignore-files.js';

/** Each switch turns one rule on. */
export interface IgnoreConfig {
  readonly vcs: boolean;
  readonly nodeModules: boolean;
  readonly cacheDirs: boolean;
  readonly markerFiles: boolean;
  readonly gitignore: boolean;
  readonly ignoreFile: boolean;
  readonly pseudoFileSystems: boolean;
  /** Leaves out names that begin with a dot. */
  readonly hidden: boolean;
  /** What is left out without being asked. */
  readonly defaults: readonly DefaultList[];
  /** In .gitignore syntax, relative to each root, or as a path: see configured-patterns.ts. */
  readonly patterns: readonly string[];
  /**
   * `names`: excluded files are found by their name, but never read. Excluded folders stay out with all that is in
   * them.
   */
  readonly excludedNames: 'skip' | 'names';
}

export interface IgnoreEnvironment {
  /** Folders of find-text itself (index, state, runtime), absolute and without symbolic links. */
  readonly ownDirectories: readonly Uint8Array[];
  readonly mounts: Mounts;
  readonly files: RuleFiles;
  readonly places: Places;
  /** A list of patterns that does not hold, or not as a whole. The same problem may come again with each comparison. */
  readonly onProblem?: (path: Uint8Array, problem: string) => void;
}

/** `rule` names the line or the thing that excludes: `.gitignore:3: *.log in /home/a/src`. Safe to show. */
export type Verdict =
  | { readonly kind: 'index' }
  | { readonly kind: 'names'; readonly rule: string }
  | { readonly kind: 'skip'; readonly rule: string };

export interface Excluded {
  readonly excludedBy: string;
}
