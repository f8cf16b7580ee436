/** Where the name of a root leads now, and why it leads to no folder, in words for the user. */
import { displayPath } from '../../shared/path-text.js';
import type { NamedRoot } from '../../shared/store/roots-file.js';
import { whyNoFolder } from '../disk/no-folder.js';
import { realPath } from './real-path.js';

export interface LocatedRoot extends NamedRoot {
  /** It is not there; undefined: it is, or its volume does not answer. */
  readonly why?: string;
}

/** @param lastPath  where it led before: what is missing keeps its place in the index. */
export async function locateRoot(name: Buffer, lastPath: Buffer | undefined): Promise<LocatedRoot> {
  const path = await realPath(name);
  const why = await whyNoFolder(path);
  if (why === undefined) return { name, path };
  return { name, path: lastPath ?? name, why: path.equals(name) ? why : `it leads to ${displayPath(path)}: ${why}` };
}
