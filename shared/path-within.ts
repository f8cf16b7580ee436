/** Which paths lie within which folders. */
import { toBytes } from './paths.js';

const SLASH = 0x2f;

/** True for the folder itself and everything below it. */
export function isWithin(path: Uint8Array, folder: Uint8Array): boolean {
  if (path.length < folder.length || Buffer.compare(path.subarray(0, folder.length), folder) !== 0) return false;
  return path.length === folder.length || path[folder.length] === SLASH || folder[folder.length - 1] === SLASH;
}

/** The folder that is in both: the lower one, if it lies in the other. */
export function overlap<Folder extends Uint8Array>(one: Folder, other: Folder): Folder | undefined {
  if (isWithin(other, one)) return other;
  return isWithin(one, other) ? one : undefined;
}

/** Those that lie in none of the others, each once, in their order. */
export function outermost<Folder extends Uint8Array>(folders: readonly Folder[]): Folder[] {
  const isInside = (folder: Folder, at: number) =>
    folders.some((other, from) => from !== at && isWithin(folder, other) && (from < at || !isWithin(other, folder)));
  return folders.filter((folder, at) => !isInside(folder, at));
}

/** [from, to) in byte order holds exactly what lies below the folder, not the folder itself. */
export function rangeBelow(folder: Uint8Array): { from: Buffer; to: Buffer } {
  const prefix = folder.length === 1 ? Buffer.alloc(0) : toBytes(folder);
  return { from: Buffer.concat([prefix, Buffer.from('/')]), to: Buffer.concat([prefix, Buffer.from('0')]) };
}
