/**
 * FileChange → the paths to look at. Records name files by whatever spelling the program used, or only by inode. The
 * disk and the index's inode map bring every one of them home to its real path. Too many paths cost an lstat each, one
 * too few is a stale document: in doubt all are given. Called by the audit source for each line of the change log.
 */
import { isWithin } from '../../../shared/path-within.js';
import { joinPath, splitPath } from '../../../shared/paths.js';
import type { Documents } from '../../../shared/store/documents.js';
import type { ChangeKind, FileChange, FileId, Place } from '../../audit/changes/file-change.js';
import type { InodesOnDisk } from './inodes-on-disk.js';
import type { NewNames } from './new-names.js';
import type { RealFolders } from './real-folders.js';

/** Paths that the index knows by an inode on any device. */
export interface KnownInodes extends Pick<Documents, 'pathsByInode'> {
  readonly directories: Pick<Documents['directories'], 'pathsByInode'>;
}

export interface ResolveDeps {
  readonly roots: readonly Uint8Array[];
  readonly documents: KnownInodes;
  /** What the index may not know yet. */
  readonly newNames: Pick<NewNames, 'of'>;
  readonly realFolders: Pick<RealFolders, 'of'>;
  readonly inodes: InodesOnDisk;
  /** Of a clock that is never set. */
  readonly nowMs: number;
}

/** Changes after which something new stands at a name: the name itself must be found, an old one will not do. */
const NAMING: ReadonlySet<ChangeKind> = new Set(['create', 'rename', 'link', 'exchange', 'mkdir', 'symlink']);
/** What the index knows by the inode of something new is what had that number before. */
const BEGINNING: ReadonlySet<ChangeKind> = new Set(['create', 'mkdir', 'symlink']);
/** Changes that take one name of a file away: others may stay. */
export const ENDING: ReadonlySet<ChangeKind> = new Set(['delete', 'rmdir']);

/**
 * @param watched  the folder in whose change log it stood.
 * @returns undefined when the index does not know the inodes (yet) and the records have no path that could be one
 * inside.
 */
export async function resolveChange(
  change: FileChange,
  watched: Uint8Array,
  deps: ResolveDeps,
): Promise<Buffer[] | undefined> {
  const places = change.to ? [change.from, change.to] : [change.from];
  const byPlace = await Promise.all(places.map((place) => resolvePlace(place, change, deps)));
  // A link leaves the name it was made from as it is.
  const isNamed = (change.kind === 'link' ? byPlace.slice(1) : byPlace).every((paths) => paths !== undefined);
  const known = BEGINNING.has(change.kind) ? [] : resolveFile(change.file, deps);
  const byInode = isNamed || !ENDING.has(change.kind) ? known : await goneOf(known, change, deps);
  if (!isNamed && (byInode.length === 0 || NAMING.has(change.kind))) return undefined;
  const all = [...byPlace.flatMap((paths) => paths ?? []), ...byInode];
  const inside = unique(all.filter((path) => deps.roots.some((root) => isWithin(path, root))));
  const isAlias = places.every(({ path }) => path !== null && !isWithin(path, watched));
  return inside.length === 0 && isAlias ? undefined : inside;
}

/** Of a file with several names the one that went is none of those that are still there. */
async function goneOf(paths: readonly Buffer[], { file }: FileChange, deps: ResolveDeps): Promise<readonly Buffer[]> {
  const areThere = await Promise.all(paths.map((path) => file && deps.inodes.isFile(path, file.inode)));
  return paths.filter((_path, at) => !areThere[at]);
}

/** @returns undefined when the place cannot be told; an empty list when it is known to lie elsewhere. */
async function resolvePlace(place: Place, change: FileChange, deps: ResolveDeps): Promise<Buffer[] | undefined> {
  if (place.path) {
    const paths = await resolvePath(place.path, deps);
    const isHome = paths.some((path) => deps.roots.some((root) => isWithin(path, root)));
    const isEnough = isHome && !hasSeveralPaths(place.parent, deps);
    return isEnough || !place.parent
      ? paths
      : unique([...paths, ...(await inFolder(place.parent, splitPath(place.path).name, deps))]);
  }
  if (!place.name) return resolveNameless(place, change, deps);
  const parents = place.parent ? [place.parent] : change.eitherParent;
  const name = splitPath(Buffer.concat([Buffer.from('/'), place.name])).name;
  const paths = (await Promise.all(parents.map((parent) => inFolder(parent, name, deps)))).flat();
  if (paths.length > 0) return paths;
  // `rm -r` has taken the folder too by now. What the index knows may be where it was before.
  const gone = ENDING.has(change.kind) ? parents.flatMap((parent) => deps.newNames.of(parent, deps.nowMs)) : [];
  return gone.length > 0 ? gone.map((folder) => joinPath(folder, name)) : undefined;
}

/** A folder that is mounted in several places: what happens in it happens in all of them. */
function hasSeveralPaths(folder: FileId | null, deps: ResolveDeps): boolean {
  return folder !== null && deps.documents.directories.pathsByInode(folder.inode).length > 1;
}

/**
 * Made through a dangling symlink, moved by descriptor to where the name is the same, or told without names
 * (plugin/route.ts).
 */
async function resolveNameless(place: Place, change: FileChange, deps: ResolveDeps): Promise<Buffer[] | undefined> {
  const { kind, from, to, file, eitherParent } = change;
  if (!file || !NAMING.has(kind)) return undefined;
  // Where it has gone from, only the index can know; if it does not, there is nothing to forget.
  if (place === from && kind === 'rename') return [];
  const parents = place.parent ? [place.parent] : eitherParent;
  const folders = (await Promise.all(parents.map((parent) => presentFolders(parent, deps)))).flat();
  if (folders.length === 0 || (to !== null && place === from && kind !== 'exchange')) return undefined;
  if (kind === 'exchange') return folders;
  return (await Promise.all(folders.map((folder) => deps.inodes.entries(folder, file.inode)))).flat();
}

async function resolvePath(path: Buffer, deps: ResolveDeps): Promise<Buffer[]> {
  const { directory, name } = splitPath(path);
  const real = await deps.realFolders.of(directory, deps.nowMs);
  return real ? unique([joinPath(real, name), path]) : [path];
}

async function inFolder(parent: FileId, name: Buffer, deps: ResolveDeps): Promise<Buffer[]> {
  return (await presentFolders(parent, deps)).map((folder) => joinPath(folder, name));
}

async function presentFolders(folder: FileId, deps: ResolveDeps): Promise<Buffer[]> {
  const { inode } = folder;
  const known = deps.documents.directories.pathsByInode(inode);
  const folders = known.length > 0 ? known : deps.newNames.of(folder, deps.nowMs);
  const present = await Promise.all(folders.map((path) => deps.inodes.isFolder(path, inode)));
  return folders.filter((_path, at) => present[at]);
}

/** Every name the index knows the file by: hard links, and other spellings of the path. */
function resolveFile(file: FileId | null, { documents, newNames, nowMs }: ResolveDeps): readonly Buffer[] {
  if (!file) return [];
  const known = [...documents.pathsByInode(file.inode), ...documents.directories.pathsByInode(file.inode)];
  return known.length > 0 ? known : newNames.of(file, nowMs);
}

function unique(paths: readonly Buffer[]): Buffer[] {
  return [...new Map(paths.map((path) => [path.toString('latin1'), path])).values()];
}
