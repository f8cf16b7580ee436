/** Which folders to index: the command line, else the configuration, else what the index was made of. */
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../shared/config/options.js';
import { ROOTS_KEY } from '../../shared/daemon-state.js';
import { FindTextError } from '../../shared/errors.js';
import { isWithin, toBytes } from '../../shared/paths.js';
import { Meta } from '../../shared/store/meta.js';
import { openForReading } from '../../shared/store/open.js';
import { recallRoots } from '../../shared/store/roots-file.js';
import { checkSeal } from '../../shared/store/seal.js';
import { requireFolder } from '../crawl/reconcile.js';
import { realPath } from './real-path.js';

/**
 * Real paths, none inside another.
 * @param silent  volumes that do not answer: a root on one is taken as it is.
 * @throws FindTextError FT_ROOT_MISSING, FT_CONFIG_INVALID when no root is known.
 */
export async function resolveRoots(
  directories: readonly string[],
  config: Config,
  indexFile: string | undefined,
  silent: readonly Buffer[] = [],
): Promise<Buffer[]> {
  const given = directories.length > 0 ? directories : config.roots.map(expandHome);
  const paths = given.length > 0 ? given.map((directory) => toBytes(resolve(directory))) : rememberedRoots(indexFile);
  if (paths.length === 0) {
    throw new FindTextError('FT_CONFIG_INVALID', 'index: no folder is named', {
      hint: 'name one, as in `find-textd run ~/Documents`, or set `roots` in the configuration',
    });
  }
  const isRemembered = given.length === 0;
  const roots = [];
  for (const path of paths) {
    const real = realPath(path, silent);
    // A remembered root may be on a disk that is not mounted now: what is gone is not deleted.
    if (!isRemembered && !silent.some((point) => isWithin(real, point))) await requireFolder(path);
    roots.push(real);
  }
  return outermost(roots);
}

export function rememberedRoots(indexFile: string | undefined): Buffer[] {
  if (indexFile === undefined) return [];
  const dataDirectory = dirname(indexFile);
  if (checkSeal(indexFile, false) === 'damaged') return recallRoots(dataDirectory);
  try {
    const db = openForReading(indexFile);
    const roots = new Meta(db).get(ROOTS_KEY);
    db.close();
    return Array.isArray(roots) ? roots.map((root) => Buffer.from(String(root), 'base64')) : [];
  } catch {
    // A damaged or unreadable index is reported by whoever opens it for its content.
    return recallRoots(dataDirectory);
  }
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
}

function outermost(roots: readonly Buffer[]): Buffer[] {
  return roots.filter(
    (root, at) =>
      !roots.some((other, from) => (from < at || !other.equals(root)) && from !== at && isWithin(root, other)),
  );
}
