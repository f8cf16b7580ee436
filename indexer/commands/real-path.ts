/** Real paths, also of what lies on a volume that does not answer: realpath would wait for it. */
import { lstatSync, readlinkSync } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import { VolumeSilent } from '../disk/hanging-volumes.js';
import { isSilent, look, mayHang } from '../disk/looks.js';
import { observe } from '../disk/observe.js';

/** As many as the kernel follows. */
const MAX_LINKS = 40;

/** @returns the path itself when it leads nowhere. From a volume that does not answer on it is taken as it is. */
export async function realPath(path: Buffer): Promise<Buffer> {
  const { real, end } = await follow(path, MAX_LINKS);
  if (end === 'silent') return real;
  return end === 'whole' && (await isThere(real)) ? real : path;
}

/** @returns undefined when it leads nowhere, `silent` when a volume on the way does not answer. */
export async function whereItLeads(path: Buffer): Promise<Buffer | 'silent' | undefined> {
  const { real, end } = await follow(path, MAX_LINKS);
  if (end === 'silent') return 'silent';
  return end === 'whole' && (await isThere(real)) ? real : undefined;
}

/** Links above the path lead where the index has it; the path itself may be gone, or the folders above. */
export async function placeOf(path: Buffer): Promise<Buffer> {
  const { directory, name } = splitPath(path);
  if (name.length === 0 || isSilent(path)) return path;
  const isGone = (await whereItLeads(directory)) === undefined;
  return joinPath(await (isGone ? placeOf(directory) : realPath(directory)), name);
}

interface Followed {
  /** Without links, as far as they were followed. */
  readonly real: Buffer;
  /** `round`: more links than the kernel follows. */
  readonly end: 'whole' | 'silent' | 'round';
}

async function follow(path: Buffer, links: number): Promise<Followed> {
  const names = pathKey(path).split('/').filter(Boolean);
  for (let at = 1; at <= names.length; at++) {
    const target = await linkTarget(fromPathKey(`/${names.slice(0, at).join('/')}`));
    if (target === 'silent') return { real: path, end: 'silent' };
    if (target === undefined) continue;
    if (links === 0) return { real: path, end: 'round' };
    const folder = `/${names.slice(0, at - 1).join('/')}`;
    return follow(fromPathKey(resolve(folder, target.key, ...names.slice(at))), links - 1);
  }
  return { real: path, end: 'whole' };
}

/** undefined when it is no link. */
async function linkTarget(path: Buffer): Promise<{ readonly key: string } | 'silent' | undefined> {
  try {
    const target = mayHang(path) ? await look(path, () => readLinkAside(path)) : readLinkNow(path);
    return target && { key: pathKey(toBytes(target)) };
  } catch (error) {
    return error instanceof VolumeSilent ? 'silent' : undefined;
  }
}

/** A hundredth of the cost of the error that readlink alone would give. */
function readLinkNow(path: Buffer): Buffer | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined;
  return readlinkSync(path, { encoding: 'buffer' });
}

async function readLinkAside(path: Buffer): Promise<Buffer | undefined> {
  return (await lstat(path)).isSymbolicLink() ? readlink(path, { encoding: 'buffer' }) : undefined;
}

async function isThere(path: Buffer): Promise<boolean> {
  return !['gone', 'unreadable'].includes((await observe(path)).kind);
}
