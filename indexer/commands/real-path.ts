/** Real paths of roots, also of those on a volume that does not answer: realpath would wait for it. */
import { readlinkSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromPathKey, isWithin, pathKey, toBytes } from '../../shared/paths.js';

/** As many as the kernel follows. */
const MAX_LINKS = 40;

/** @returns the path itself when it leads nowhere. */
export function realPath(path: Buffer, silent: readonly Buffer[]): Buffer {
  if (silent.length > 0) return realPathUpTo(path, silent, MAX_LINKS);
  try {
    return realpathSync(path, { encoding: 'buffer' });
  } catch {
    return path;
  }
}

/** From a silent volume on the path is taken as it is. */
function realPathUpTo(path: Buffer, silent: readonly Buffer[], links: number): Buffer {
  const names = pathKey(path).split('/').filter(Boolean);
  for (let at = 1; at <= names.length; at++) {
    const above = fromPathKey(`/${names.slice(0, at).join('/')}`);
    if (silent.some((point) => isWithin(above, point))) return path;
    const target = links > 0 ? linkTarget(above) : undefined;
    if (target === undefined) continue;
    const folder = `/${names.slice(0, at - 1).join('/')}`;
    const next = resolve(folder, target, ...names.slice(at));
    return realPathUpTo(fromPathKey(next), silent, links - 1);
  }
  return path;
}

/** As a path key; undefined when it is no link. */
function linkTarget(path: Buffer): string | undefined {
  try {
    return pathKey(toBytes(readlinkSync(path, { encoding: 'buffer' })));
  } catch {
    return undefined;
  }
}
