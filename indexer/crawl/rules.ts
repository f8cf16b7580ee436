/** The exclusion rules of a configuration, on the real disk. */
import { realpathSync } from 'node:fs';
import type { Config } from '../../shared/config/options.js';
import { readMounts } from '../../shared/mounts.js';
import { displayPath, toBytes } from '../../shared/paths.js';
import { diskFiles } from './ignore-files.js';
import { IgnoreLookup } from './ignore-lookup.js';
import type { IgnoreConfig } from './ignore-types.js';

const MAX_TOLD = 100;

/** @param onNotice  told of each ignore list that does not hold as a whole, once, in words for the user. */
export function makeRules(
  config: Config,
  roots: readonly Uint8Array[],
  ownDirectories: readonly string[],
  onNotice: (text: string) => void,
): IgnoreLookup {
  const told = new Set<string>();
  return new IgnoreLookup(toIgnoreConfig(config), roots, {
    ownDirectories: ownDirectories.map(realBytes),
    files: diskFiles,
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
    patterns: config['ignore.patterns'],
    excludedNames: config['ignore.excludedNames'],
  };
}
