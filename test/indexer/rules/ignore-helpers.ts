/** Trees on the disk and what the exclusion rules leave of them. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Places } from '../../../indexer/rules/configured-patterns.js';
import { type IgnoreConfig, type IgnoreEnvironment, rootRules } from '../../../indexer/rules/ignore.js';
import { diskFiles } from '../../../indexer/rules/ignore-files.js';
import type { DirectoryRules } from '../../../indexer/rules/ignore-rules.js';
import { joinPath, toBytes } from '../../../shared/paths.js';

export const ALL_OFF: IgnoreConfig = {
  vcs: false,
  nodeModules: false,
  cacheDirs: false,
  markerFiles: false,
  gitignore: false,
  ignoreFile: false,
  pseudoFileSystems: false,
  hidden: false,
  defaults: [],
  patterns: [],
  excludedNames: 'skip',
};

export const PLACES: Places = { home: '/home/me', realPath: (path) => path, exists: () => true };
export const DISK: IgnoreEnvironment = { ownDirectories: [], mounts: new Map(), files: diskFiles(), places: PLACES };

/** @param files  relative path → content; a path that ends in a slash is a folder. */
export function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const isFolder = path.endsWith('/');
    mkdirSync(join(root, isFolder ? path : dirname(path)), { recursive: true });
    if (!isFolder) writeFileSync(join(root, path), content);
  }
}

export interface Left {
  /** Relative paths (latin1) that are indexed; folders end in a slash. */
  readonly index: string[];
  readonly names: string[];
  /** Relative path → rule. */
  readonly skip: Record<string, string>;
}

/** Walks as the crawler does. */
export function walk(root: string, config: Partial<IgnoreConfig>, environment: Partial<IgnoreEnvironment> = {}): Left {
  const left: Left = { index: [], names: [], skip: {} };
  const rules = rootRules({ ...ALL_OFF, ...config }, Buffer.from(root), { ...DISK, ...environment });
  visit(toBytes(root), '', rules, left);
  left.index.sort();
  return left;
}

function visit(directory: Buffer, prefix: string, parentRules: DirectoryRules, left: Left): void {
  const entries = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  const rules = parentRules.enter(directory, entries);
  if (!rules) return void left.index.splice(left.index.indexOf(prefix), prefix ? 1 : 0);
  for (const entry of entries) {
    const path = prefix + entry.name.toString('latin1') + (entry.isDirectory() ? '/' : '');
    const verdict = rules.verdict(entry.name, entry.isDirectory());
    if (verdict.kind === 'skip') left.skip[path] = verdict.rule;
    else left[verdict.kind].push(path);
    if (verdict.kind === 'index' && entry.isDirectory()) visit(joinPath(directory, entry.name), path, rules, left);
  }
}
