/**
 * Puts the pattern lists of a folder on the stack: what is in its files, and what the configuration says. Used by
 * ignore-rules.ts. A list that cannot be used, or not as a whole, is reported to `onProblem`; the others hold all the
 * same.
 */
import { pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { meaningIn } from './configured-patterns.js';
import { DEFAULT_LIST_NAMES, DEFAULT_LISTS, type DefaultList } from './default-lists.js';
import { below, gitDirectoryOf, type RuleNames } from './ignore-files.js';
import type { IgnoreLayers, NewList } from './ignore-layers.js';
import { MAX_LIST_BYTES, type MeantPattern, type Pattern, PatternList } from './ignore-patterns.js';
import type { IgnoreEnvironment } from './ignore-types.js';

const DEFAULTS = Object.fromEntries(
  DEFAULT_LIST_NAMES.map((name) => [name, PatternList.parse(Buffer.from(DEFAULT_LISTS[name].join('\n')))]),
) as Record<DefaultList, PatternList>;

/** .git/info/exclude at the top of a work tree, .gitignore everywhere in it. */
export function withGitLists(
  layers: IgnoreLayers,
  directory: Uint8Array,
  found: RuleNames,
  environment: IgnoreEnvironment,
): IgnoreLayers {
  const repository = found.has('.git') ? gitDirectoryOf(directory, environment.files.read) : undefined;
  const inGit = repository ? withExclude(layers.enterWorkTree(), directory, repository, environment) : layers;
  if (!inGit.isInWorkTree || !found.has('.gitignore')) return inGit;
  return withFile(
    inGit,
    { kind: 'git', file: '.gitignore', where: displayPath(directory) },
    below(directory, '.gitignore'),
    environment,
  );
}

export function withOwnList(
  layers: IgnoreLayers,
  directory: Uint8Array,
  found: RuleNames,
  environment: IgnoreEnvironment,
): IgnoreLayers {
  if (!found.has('.find-textignore')) return layers;
  const path = below(directory, '.find-textignore');
  return withFile(layers, { kind: 'own', file: '.find-textignore', where: displayPath(directory) }, path, environment);
}

export function withConfigured(
  layers: IgnoreLayers,
  root: Uint8Array,
  patterns: readonly string[],
  environment: IgnoreEnvironment,
): IgnoreLayers {
  if (patterns.length === 0) return layers;
  const list = PatternList.of(patterns.flatMap((text, at) => meanings({ text, line: at + 1 }, root, environment)));
  const file = 'ignore.patterns';
  return withList(layers, { kind: 'config', list, file, where: 'the configuration' }, toBytes(file), environment);
}

/** A line that means nothing here holds in another root, or is reported at the start. */
function meanings(pattern: Pattern, root: Uint8Array, { places }: IgnoreEnvironment): MeantPattern[] {
  const meaning = meaningIn(pathKey(toBytes(pattern.text)), root, places);
  return 'never' in meaning ? [] : meaning.map((means) => ({ pattern, means }));
}

/** They hold for the whole path, wherever the root is. */
export function withDefaults(
  layers: IgnoreLayers,
  root: Uint8Array,
  names: readonly DefaultList[],
  environment: IgnoreEnvironment,
): IgnoreLayers {
  const prefix = root.length === 1 ? '' : `${pathKey(root.subarray(1))}/`;
  return names.reduce((all, name) => {
    const list = DEFAULTS[name];
    const added: NewList = { kind: 'defaults', list, file: name, where: 'the defaults', prefix };
    return withList(all, added, toBytes(name), environment);
  }, layers);
}

/** Most repositories have no list of their own: its absence is no problem. */
function withExclude(
  layers: IgnoreLayers,
  directory: Uint8Array,
  repository: Uint8Array,
  environment: IgnoreEnvironment,
): IgnoreLayers {
  const path = below(repository, 'info/exclude');
  const bytes = environment.files.read(path, MAX_LIST_BYTES);
  if (!bytes) return layers;
  const list = PatternList.parse(bytes);
  return withList(
    layers,
    { kind: 'git', list, file: '.git/info/exclude', where: displayPath(directory) },
    path,
    environment,
  );
}

function withFile(
  layers: IgnoreLayers,
  place: Omit<NewList, 'list'>,
  path: Uint8Array,
  environment: IgnoreEnvironment,
): IgnoreLayers {
  const bytes = environment.files.read(path, MAX_LIST_BYTES + 1);
  if (!bytes) {
    environment.onProblem?.(path, 'it cannot be read as a regular file, so its patterns do not hold');
    return layers;
  }
  if (bytes.length > MAX_LIST_BYTES)
    environment.onProblem?.(path, `only the patterns in its first ${MAX_LIST_BYTES} bytes hold`);
  return withList(layers, { ...place, list: PatternList.parse(bytes) }, path, environment);
}

function withList(
  layers: IgnoreLayers,
  added: NewList,
  path: Uint8Array,
  { onProblem }: IgnoreEnvironment,
): IgnoreLayers {
  const { rejectedCount } = added.list;
  if (rejectedCount > 0) onProblem?.(path, `${rejectedCount} patterns are too long or too many, and do not hold`);
  const more = layers.with(added);
  if (!more)
    onProblem?.(path, 'with the lists in the folders above it has too many patterns, so its patterns do not hold');
  return more ?? layers;
}
