/**
 * The rules that hold in one folder. A folder's rules are those of its parent and what its own .gitignore,
 * .find-textignore, CACHEDIR.TAG and the like add. ignore.ts makes the first ones and says in which order rules hold.
 */
import { isDeepStrictEqual } from 'node:util';
import { pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import { type DirectoryEntry, isCacheDirectory, type RuleNames, ruleNamesAmong } from './ignore-files.js';
import { IgnoreLayers } from './ignore-layers.js';
import { withConfigured, withDefaults, withGitLists, withOwnList } from './ignore-lists.js';
import type { Excluded, IgnoreConfig, IgnoreEnvironment, Verdict } from './ignore-types.js';

const INDEX: Verdict = { kind: 'index' };
const VERSION_CONTROL: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', '.bzr']);
const MARKER_FILES = ['.nomedia', '.trackerignore'] as const;

/** What is the same for all folders of a root. */
export interface RootContext {
  readonly config: IgnoreConfig;
  readonly environment: IgnoreEnvironment;
  readonly root: Uint8Array;
  /** Folders that are never entered, by path key, with the rule. */
  readonly closed: ReadonlyMap<string, string>;
  /** Why the root itself is never entered. */
  readonly rootClosedBy: string | undefined;
}

export class DirectoryRules {
  constructor(
    private readonly context: RootContext,
    private readonly layers: IgnoreLayers,
    /** Path key of the folder in which these rules hold, with a slash at the end. */
    private readonly place: string,
  ) {}

  /** In neither of the two folders a list holds, and what is closed is closed in both, of the same root. */
  isListlessLike({ context, layers }: DirectoryRules): boolean {
    const { closed, rootClosedBy } = this.context;
    if (layers !== IgnoreLayers.none || this.layers !== IgnoreLayers.none) return false;
    return rootClosedBy === context.rootClosedBy && isDeepStrictEqual(closed, context.closed);
  }

  /** @param isDirectory  as lstat says: a symbolic link is none. */
  verdict(name: Uint8Array, isDirectory: boolean): Verdict {
    const text = pathKey(name);
    const rule = this.#fixedRule(text, isDirectory) || this.layers.decide(isDirectory ? `${text}/` : text);
    if (!rule) return INDEX;
    return { kind: this.context.config.excludedNames === 'names' && !isDirectory ? 'names' : 'skip', rule };
  }

  /**
   * Rules inside a folder whose verdict was `index`; undefined when a mark in it says that nothing in it is to be
   * indexed.
   */
  enter(directory: Uint8Array, entries: Iterable<DirectoryEntry>): DirectoryRules | undefined {
    const opened = this.open(directory, ruleNamesAmong(entries));
    return 'excludedBy' in opened ? undefined : opened;
  }

  /** As enter, for a folder of which only the names that matter are known; tells why it is closed. */
  open(directory: Uint8Array, found: RuleNames): DirectoryRules | Excluded {
    const excludedBy = this.#markIn(directory, found);
    if (excludedBy !== undefined) return { excludedBy };
    return this.inside(directory, found);
  }

  /** As open, whatever marks are in the folder. */
  inside(directory: Uint8Array, found: RuleNames): DirectoryRules {
    const { config, environment } = this.context;
    let layers = this.layers.descend(pathKey(splitPath(directory).name));
    if (config.gitignore) layers = withGitLists(layers, directory, found, environment);
    if (this.#isRoot(directory)) {
      layers = withDefaults(layers, directory, config.defaults, environment);
      layers = withConfigured(layers, directory, config.patterns, environment);
    }
    if (config.ignoreFile) layers = withOwnList(layers, directory, found, environment);
    return new DirectoryRules(this.context, layers, placeOf(directory));
  }

  #fixedRule(name: string, isDirectory: boolean): string | undefined {
    const { config, closed } = this.context;
    if (config.vcs && VERSION_CONTROL.has(name)) return `${name} of version control`;
    if (config.nodeModules && isDirectory && name === 'node_modules') return 'a node_modules folder';
    if (config.hidden && name.startsWith('.')) return 'a hidden name';
    return isDirectory ? closed.get(this.place + name) : undefined;
  }

  #markIn(directory: Uint8Array, found: RuleNames): string | undefined {
    const { config, environment } = this.context;
    if (this.#isRoot(directory)) return this.context.rootClosedBy;
    const marker = config.markerFiles ? MARKER_FILES.find((name) => found.has(name)) : undefined;
    if (marker) return `${marker} in ${displayPath(directory)}`;
    const isCache =
      config.cacheDirs && found.has('CACHEDIR.TAG') && isCacheDirectory(directory, environment.files.read);
    return isCache ? `CACHEDIR.TAG in ${displayPath(directory)}` : undefined;
  }

  #isRoot(directory: Uint8Array): boolean {
    return Buffer.compare(directory, this.context.root) === 0;
  }
}

/** '/' → '/', '/a' → '/a/' */
export function placeOf(directory: Uint8Array): string {
  return directory.length === 1 ? '/' : `${pathKey(directory)}/`;
}
