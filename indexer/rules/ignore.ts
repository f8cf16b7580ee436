/**
 * What is left out of the index, decided folder by folder on the way down. Used by comparisons, and by ignore-lookup.ts
 * for single paths.
 *
 * Order: the fixed rules (find-text's own folders, pseudo file systems, version control, node_modules, hidden, caches,
 * marked folders); then .find-textignore, deepest first; the patterns of the configuration; the default lists;
 * .gitignore, deepest first; .git/info/exclude. Of the lists the first that says anything decides, so that `!pattern`
 * includes what later ones exclude. A root is indexed even when a rule above it, or a mark in it, would leave it out:
 * it was named on purpose. Only find-text's own folders and pseudo file systems are no roots.
 */
import { mountOf } from '../../shared/mounts.js';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { splitPath } from '../../shared/paths.js';
import { isPseudo } from '../disk/pseudo-file-systems.js';
import { gitDirectoryOf, type RuleFiles } from './ignore-files.js';
import { IgnoreLayers } from './ignore-layers.js';
import { DirectoryRules, placeOf, type RootContext } from './ignore-rules.js';
import type { IgnoreConfig, IgnoreEnvironment } from './ignore-types.js';

export { ruleFolderIn, rulesFolderOf } from './ignore-files.js';
export type { DirectoryRules } from './ignore-rules.js';
export type { IgnoreConfig, IgnoreEnvironment, Verdict } from './ignore-types.js';

/**
 * The rules that hold above a root: `rootRules(...).enter(root, entries)` gives those in it. Work trees of git are
 * looked for in the folders above, too; a .find-textignore is not.
 */
export function rootRules(config: IgnoreConfig, root: Uint8Array, environment: IgnoreEnvironment): DirectoryRules {
  const closed = closedFolders(config, environment);
  const context: RootContext = {
    config,
    environment,
    root,
    closed,
    rootClosedBy: whyNoRoot(config, root, environment),
  };
  const above = root.length > 1 ? splitPath(root).directory : undefined;
  let rules = new DirectoryRules(context, IgnoreLayers.none, above ? placeOf(above) : '');
  for (const folder of config.gitignore && above ? workTreeDownTo(above, environment.files) : []) {
    const found = environment.files.look(folder);
    rules = rules.inside(folder, { has: (name) => name.startsWith('.git') && found.has(name) });
  }
  return rules;
}

function closedFolders(
  config: IgnoreConfig,
  { ownDirectories, mounts }: IgnoreEnvironment,
): ReadonlyMap<string, string> {
  const closed = new Map<string, string>();
  for (const [point, type] of config.pseudoFileSystems ? mounts : []) {
    if (isPseudo(type)) closed.set(point, mountRule(point, type));
  }
  for (const directory of ownDirectories) closed.set(pathKey(directory), ownRule(directory));
  return closed;
}

function whyNoRoot(config: IgnoreConfig, root: Uint8Array, environment: IgnoreEnvironment): string | undefined {
  const own = environment.ownDirectories.find((directory) => isWithin(root, directory));
  if (own) return ownRule(own);
  const mount = config.pseudoFileSystems ? mountOf(root, environment.mounts) : undefined;
  return mount && isPseudo(mount.type) ? mountRule(mount.point, mount.type) : undefined;
}

function ownRule(directory: Uint8Array): string {
  return `find-text's own folder ${displayPath(directory)}`;
}

function mountRule(point: string, type: string): string {
  return `pseudo file system ${type} at ${displayPath(fromPathKey(point))}`;
}

/** The folders from the top of the nearest work tree that holds `folder` down to it; none outside of work trees. */
function workTreeDownTo(folder: Uint8Array, files: RuleFiles): Uint8Array[] {
  const folders = [folder];
  const isTop = (at: Uint8Array) => files.look(at).has('.git') && gitDirectoryOf(at, files.read) !== undefined;
  for (let at = folder; !isTop(at); folders.unshift(at)) {
    if (at.length === 1) return [];
    at = splitPath(at).directory;
  }
  return folders;
}
