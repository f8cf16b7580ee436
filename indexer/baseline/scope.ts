/** What a baseline covers: files and folders with all that is below them, but what is excepted. */
import { pathKey } from '../../shared/path-key.js';
import { meaningIn, type Places } from '../rules/configured-patterns.js';
import { PatternList } from '../rules/ignore-patterns.js';

export interface Scope {
  readonly presets: readonly string[];
  /** Absolute, without symlinks above the last name. Those that are not there count when they come. */
  readonly paths: readonly Buffer[];
  /** As in a .gitignore of each path, latin1. A later one wins, `!` takes back. */
  readonly except: readonly string[];
}

/** What changes in a web root by itself. It may hide what somebody has put there: `--except '!uploads/'` takes back. */
export const WEB_EXCEPT: readonly string[] = [
  'cache/',
  '.cache/',
  'caches/',
  'tmp/',
  'temp/',
  'sessions/',
  'logs/',
  '*.log',
  'upload/',
  'uploads/',
];

/** @returns why a pattern can never match, or undefined. */
export function whyNever(pattern: string, root: Uint8Array, places: Places): string | undefined {
  const meaning = meaningIn(pattern, root, places);
  return 'never' in meaning ? meaning.never : undefined;
}

/** Is this path, latin1 and relative to its root, excepted? A folder has a slash at its end. */
export type IsExcepted = (relative: string) => boolean;

/** A pattern that means nothing in one root may mean something in another one. */
export function exceptionsIn(root: Uint8Array, except: readonly string[], places: Places): IsExcepted {
  const patterns = except.flatMap((text, at) => {
    const meaning = meaningIn(text, root, places);
    return 'never' in meaning ? [] : meaning.map((means) => ({ pattern: { line: at + 1, text }, means }));
  });
  const list = PatternList.of(patterns);
  return (relative) => list.decide(relative)?.isExcluded ?? false;
}

export function relativeTo(root: Uint8Array, path: Uint8Array): string {
  const key = pathKey(path);
  return key.slice(root.length === 1 ? 1 : root.length + 1);
}
