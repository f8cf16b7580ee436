/** Can what is mounted at a place be listed? Not asked of a volume that may let every look at it wait. */
import { accessSync, constants } from 'node:fs';
import { readMounts } from '../../shared/mounts.js';
import { pathKey } from '../../shared/path-key.js';
import { mayHang } from '../disk/looks.js';

export function isOpenMountPoint(path: Buffer): boolean {
  if (!readMounts().has(pathKey(path)) || mayHang(path)) return false;
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
