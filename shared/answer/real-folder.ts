/**
 * `in:` with the name of a root that is a symlink, or lies behind one, means the folder it leads to: the index knows no
 * other path.
 */
import { ROOTS_KEY } from '../daemon-state.js';
import { isWithin } from '../path-within.js';
import { Meta } from '../store/meta.js';
import type { Db } from '../store/open.js';
import { parseRoots } from '../store/roots-file.js';

/** The disk is not asked: it might hang. */
export function realFolder(db: Db, path: Buffer): Buffer {
  const root = parseRoots(new Meta(db).get(ROOTS_KEY)).find(({ name }) => isWithin(path, name));
  if (!root || root.name.equals(root.path)) return path;
  const rest = path.subarray(root.name.length);
  return root.path.length === 1 && rest.length > 0 ? rest : Buffer.concat([root.path, rest]);
}
