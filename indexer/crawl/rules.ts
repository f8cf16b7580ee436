/** The exclusion rules of a configuration, on the real disk. */
import { realpathSync } from 'node:fs';
import type { Config } from '../../shared/config/options.js';
import { toBytes } from '../../shared/paths.js';
import { diskFiles } from './ignore-files.js';
import { IgnoreLookup } from './ignore-lookup.js';
import type { IgnoreConfig } from './ignore-types.js';
import { readMounts } from './pseudo-file-systems.js';

export function makeRules(
  config: Config,
  roots: readonly Uint8Array[],
  ownDirectories: readonly string[],
): IgnoreLookup {
  return new IgnoreLookup(toIgnoreConfig(config), roots, {
    ownDirectories: ownDirectories.map(realBytes),
    files: diskFiles,
    readMounts,
    now: () => performance.now(),
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
