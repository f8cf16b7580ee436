/**
 * Which folders to index: the command line, else the configuration, else what the index was made of. A folder that is
 * not there now is no reason to leave the others: it keeps its documents, and is taken when it comes.
 */
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../shared/config/options.js';
import { ROOTS_KEY } from '../../shared/daemon-state.js';
import { FindTextError } from '../../shared/errors.js';
import { expandHome } from '../../shared/expand-home.js';
import { displayPath } from '../../shared/path-text.js';
import { outermost } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import { Meta } from '../../shared/store/meta.js';
import { openForReading } from '../../shared/store/open.js';
import { type NamedRoot, parseRoots, recallRoots } from '../../shared/store/roots-file.js';
import { checkSeal } from '../../shared/store/seal.js';
import { type LocatedRoot, locateRoot } from './locate-root.js';
import { argumentPaths, requireName } from './raw-arguments.js';

export interface Roots {
  /** As the user named them. */
  readonly named: readonly LocatedRoot[];
  /** What is indexed: their real paths, none inside another. */
  readonly paths: readonly Buffer[];
  /** None is there, and none is known to the index: names that were typed may be mistyped. */
  readonly isUnknown: boolean;
}

/** What is to be indexed, before anybody has looked at it. */
export interface RootNames {
  readonly names: readonly Buffer[];
  /** They are from the command line. */
  readonly areTyped: boolean;
  readonly remembered: readonly NamedRoot[];
}

/** @throws FindTextError FT_CONFIG_INVALID when no root is named or remembered, or one has no name. */
export function rootNames(directories: readonly string[], config: Config, indexFile: string | undefined): RootNames {
  const remembered = rememberedRoots(indexFile);
  const typed = argumentPaths(directories.map(expandHome));
  // A daemon may be started anywhere.
  const configured = config.roots.map((root) => {
    requireName(root, '`roots` of the configuration');
    return toBytes(resolve(homedir(), expandHome(root)));
  });
  const given = typed.length > 0 ? typed : configured;
  const names = given.length > 0 ? given : remembered.map(({ name }) => name);
  if (names.length === 0) {
    throw new FindTextError('FT_CONFIG_INVALID', 'index: no folder is named', {
      hint: 'name one, as in `find-textd run ~/Documents`, or set `roots` in the configuration',
    });
  }
  return { names, areTyped: typed.length > 0, remembered };
}

export async function resolveRoots({ names, areTyped, remembered }: RootNames): Promise<Roots> {
  const lastPath = (name: Buffer) => remembered.find((root) => root.name.equals(name))?.path;
  const roots = await locateAll(names, lastPath);
  const isKnown = names.some((name) => lastPath(name) !== undefined);
  return { ...roots, isUnknown: areTyped && !isKnown && roots.named.every(({ why }) => why !== undefined) };
}

/** The same names once more: some may lead elsewhere by now. */
export function followRoots({ named }: Roots): Promise<Roots> {
  const lastPath = (name: Buffer) => named.find((root) => root.name.equals(name))?.path;
  return locateAll(
    named.map(({ name }) => name),
    lastPath,
  );
}

/** @throws FindTextError FT_ROOT_MISSING */
export function requireSome({ named }: Roots): void {
  if (named.some(({ why }) => why === undefined)) return;
  const all = named.map(({ name, why }) => `${displayPath(name)}: ${why}`).join('; ');
  throw new FindTextError('FT_ROOT_MISSING', `index ${all}`, {
    hint: 'name a folder that exists and that you may read',
  });
}

/** A line for each root that is not there, in words for the user. */
export function missingTexts({ named }: Roots): string[] {
  const missing = named.filter(({ why }) => why !== undefined);
  const others = missing.length < named.length ? 'the others are indexed, this one' : 'it';
  return missing.map(({ name, why }) => `index ${displayPath(name)}: ${why}; ${others} is taken when it comes`);
}

export function rememberedRoots(indexFile: string | undefined): NamedRoot[] {
  if (indexFile === undefined) return [];
  const dataDirectory = dirname(indexFile);
  if (checkSeal(indexFile, false) === 'damaged') return recallRoots(dataDirectory);
  try {
    const db = openForReading(indexFile);
    try {
      return parseRoots(new Meta(db).get(ROOTS_KEY));
    } finally {
      db.close();
    }
  } catch {
    // A damaged or unreadable index is reported by whoever opens it for its content.
    return recallRoots(dataDirectory);
  }
}

async function locateAll(names: readonly Buffer[], lastPath: (name: Buffer) => Buffer | undefined): Promise<Roots> {
  const different = names.filter((name, at) => names.findIndex((other) => other.equals(name)) === at);
  const named = await Promise.all(different.map((name) => locateRoot(name, lastPath(name))));
  return { named, paths: outermost(named.map(({ path }) => path)), isUnknown: false };
}
