/**
 * What an index that is built now would lack although the current one has it: a folder that is missing, a volume that
 * is not mounted. Nobody would find any more what is kept of it, so a rebuild is refused.
 */
import { FindTextError } from '../../shared/errors.js';
import { readMountedParts } from '../../shared/mounts.js';
import { fromPathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { joinPath, splitPath } from '../../shared/paths.js';
import { lockHolder, takeDaemonsPlace } from '../../shared/store/lock.js';
import { openForWriting } from '../../shared/store/open.js';
import { IndexReader } from '../index-reader.js';
import { makeRules } from '../rules/rules.js';
import { MOUNTS_KEY, MountMemory } from '../volumes/mount-memory.js';
import { missingVolume } from '../volumes/volumes.js';
import type { Context } from './context.js';
import type { Roots } from './roots.js';

const VERSION_CODES: readonly string[] = ['FT_STORE_OLDER', 'FT_STORE_NEWER'];

/**
 * undefined: nothing. Also of a damaged index, and of a newer one: what they have cannot be read.
 * @throws FindTextError FT_STORE_OLDER or FT_STORE_NEWER while a daemon of that version keeps it
 */
export async function lossOf(roots: Roots, currentFile: string, context: Context): Promise<FindTextError | undefined> {
  const current = tryOpen(currentFile, context);
  if (!current) return undefined;
  try {
    return missingRoot(roots, current) ?? (await missingMount(roots, current, context));
  } finally {
    current.close();
  }
}

function tryOpen(file: string, { locations }: Context): IndexReader | undefined {
  try {
    return new IndexReader(file);
  } catch (error) {
    if (!(error instanceof FindTextError) || !VERSION_CODES.includes(error.code)) return undefined;
    refuseBesideDaemon(locations.dataDirectory, error);
    if (error.code === 'FT_STORE_NEWER') return undefined;
    raise(file, locations.dataDirectory);
    return new IndexReader(file);
  }
}

/** It would be left with an index of a version that is not its own. */
function refuseBesideDaemon(dataDirectory: string, why: FindTextError): void {
  const holder = lockHolder(dataDirectory, 'daemon');
  if (!holder) return;
  const version = why.code === 'FT_STORE_NEWER' ? 'newer' : 'older';
  const hint = `${holder.command} (process ${holder.pid}) is of the ${version} version: stop it first`;
  throw new FindTextError(why.code, `rebuild the index: ${why.message}`, { cause: why, hint });
}

/** What an older index has can be read then. */
function raise(file: string, dataDirectory: string): void {
  const lock = takeDaemonsPlace(dataDirectory, 'find-textd rebuild');
  try {
    openForWriting(file).close();
  } finally {
    lock.release();
  }
}

function missingRoot({ named }: Roots, current: IndexReader): FindTextError | undefined {
  const missing = named.filter(({ why }) => why !== undefined);
  const lost = missing.find(({ path }) => current.countFolders(path) > 0);
  if (!lost) return undefined;
  const hint = 'what is indexed there would be lost; try again when it is there, or name the folders to keep';
  return new FindTextError('FT_ROOT_MISSING', `rebuild the index: ${displayPath(lost.name)}: ${lost.why}`, { hint });
}

/** By the measure by which the daemon keeps what was indexed there. */
async function missingMount(
  { paths }: Roots,
  current: IndexReader,
  { config }: Context,
): Promise<FindTextError | undefined> {
  const { directories } = current.documents;
  const volumes = new MountMemory(current.meta.get(MOUNTS_KEY), paths, readMountedParts);
  const rules = makeRules(config, paths, [], () => {});
  for (const point of volumes.encoded.map(fromPathKey)) {
    if (!volumes.isUnmounted(point) || !paths.some((root) => isWithin(point, root))) continue;
    if (current.countDocuments(point) === 0) continue;
    await rules.prepare(splitPath(point).directory);
    if (rules.isExcluded(point, true)) continue;
    const folder = await missingVolume(joinPath(point, Buffer.from('any')), paths, { directories, volumes });
    if (folder) return notMounted(folder, paths);
  }
  return undefined;
}

function notMounted(folder: Buffer, roots: readonly Buffer[]): FindTextError {
  const isRoot = roots.some((root) => root.equals(folder));
  const otherwise = isRoot ? 'name the folders to keep' : 'delete the empty folder when it is gone for good';
  const hint = `what is indexed there would be lost; mount it and try again, or ${otherwise}`;
  const message = `rebuild the index: the volume at ${displayPath(folder)} is not mounted`;
  return new FindTextError('FT_ROOT_MISSING', message, { hint });
}
