/**
 * Walks over the paths below a folder and jumps over whole subfolders: a few look-ups instead of a row for each path.
 */
import { pathKey } from '../path-key.js';
import { rangeBelow } from '../path-within.js';
import { toBytes } from '../paths.js';

const SLASH = 0x2f;
/** No path holds it, so nothing stands between a path and the path with this at its end. */
const NUL = Buffer.of(0);

/**
 * Paths below `folder` but not in one of the `listed` subfolders (names as latin1), in byte order. Where a subfolder
 * itself is given, what is below it is not.
 * @param first  the first path in [from, to).
 */
export function* unlistedPaths(
  folder: Uint8Array,
  listed: ReadonlySet<string>,
  first: (from: Buffer, to: Buffer) => Buffer | undefined,
): Generator<Buffer> {
  const { from, to } = rangeBelow(folder);
  const given = new Set<string>();
  for (let path = first(from, to); path; ) {
    const child = childOf(path, from.length);
    const isChild = child.length === path.length;
    const name = pathKey(child.subarray(from.length));
    const isPassed = listed.has(name) || given.has(name);
    if (!isPassed) yield path;
    if (!isPassed && isChild) given.add(name);
    // Between a folder and what is below it stand siblings whose names begin alike: "a", "a-b", "a/x".
    path = first(isPassed && !isChild ? rangeBelow(child).to : Buffer.concat([path, NUL]), to);
  }
}

/** The part of the path up to the end of the name that begins at `start`. */
function childOf(path: Uint8Array, start: number): Buffer {
  const bytes = toBytes(path);
  const end = bytes.indexOf(SLASH, start);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
