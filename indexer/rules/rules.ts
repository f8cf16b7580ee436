/** The exclusion rules of a configuration, on the real disk. */
import { lstatSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Config } from '../../shared/config/options.js';
import { readMounts } from '../../shared/mounts.js';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { cleanText, displayPath } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { mayHang } from '../disk/looks.js';
import { meaningIn, type Places } from './configured-patterns.js';
import { DEFAULT_LIST_NAMES } from './default-lists.js';
import { diskFiles } from './ignore-files.js';
import { IgnoreLookup } from './ignore-lookup.js';
import type { IgnoreConfig } from './ignore-types.js';

const MAX_TOLD = 100;

/** @param onNotice  called for each ignore list that does not hold as a whole, once, in words for the user. */
export function makeRules(
  config: Config,
  roots: readonly Uint8Array[],
  ownDirectories: readonly string[],
  onNotice: (text: string) => void,
): IgnoreLookup {
  tellUseless(config['ignore.patterns'], roots, onNotice);
  const told = new Set<string>();
  return new IgnoreLookup(toIgnoreConfig(config), roots, {
    ownDirectories: ownDirectories.map(realBytes),
    files: diskFiles(),
    places: PLACES,
    readMounts,
    now: () => performance.now(),
    onProblem: (path, problem) => {
      const text = `read the ignore list ${displayPath(path)}: ${problem}`;
      if (told.has(text) || told.size === MAX_TOLD) return;
      told.add(text);
      onNotice(text);
    },
  });
}

/** Of this machine and user. */
export const PLACES: Places = { home: pathKey(toBytes(homedir())), realPath, exists };

/** A pattern that leaves nothing out in any folder, most likely by mistake. */
function tellUseless(
  patterns: readonly string[],
  roots: readonly Uint8Array[],
  onNotice: (text: string) => void,
): void {
  for (const pattern of patterns) {
    const meanings = roots.map((root) => meaningIn(pathKey(toBytes(pattern)), root, PLACES));
    const [first] = meanings;
    if (first && 'never' in first && meanings.every((meaning) => 'never' in meaning))
      onNotice(`use "${cleanText(pattern)}" of ignore.patterns: it leaves nothing out, because ${first.never}`);
  }
}

/** As far as it exists. */
function realPath(path: string): string {
  if (mayHang(fromPathKey(path))) return path;
  try {
    return pathKey(realpathSync.native(fromPathKey(path), { encoding: 'buffer' }));
  } catch {
    return path === '/' ? path : join(realPath(dirname(path)), basename(path));
  }
}

function exists(path: string): boolean {
  if (mayHang(fromPathKey(path))) return true;
  try {
    return lstatSync(fromPathKey(path), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Roots are real paths, so these have to be. */
function realBytes(directory: string): Buffer {
  try {
    return realpathSync(directory, { encoding: 'buffer' });
  } catch {
    return toBytes(directory);
  }
}

function toIgnoreConfig(config: Config): IgnoreConfig {
  return {
    vcs: config['ignore.vcs'],
    nodeModules: config['ignore.nodeModules'],
    cacheDirs: config['ignore.cacheDirs'],
    markerFiles: config['ignore.markerFiles'],
    gitignore: config['ignore.gitignore'],
    ignoreFile: config['ignore.ignoreFile'],
    pseudoFileSystems: config['ignore.pseudoFileSystems'],
    hidden: config['ignore.hidden'],
    defaults: DEFAULT_LIST_NAMES.filter((name) => config[name]),
    patterns: config['ignore.patterns'],
    excludedNames: config['ignore.excludedNames'],
  };
}
