/** What is mounted in the indexed folders, and may this user look into it by now? */
import { readMounts } from '../../shared/mounts.js';
import { fromPathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import { isOpenAt, observe } from '../disk/observe.js';

export function mountPointsIn(roots: readonly Uint8Array[]): Buffer[] {
  const points = Array.from(readMounts().keys(), fromPathKey);
  return points.filter((point) => roots.some((root) => isWithin(point, root)));
}

export async function isOpen(path: Buffer): Promise<boolean> {
  return isOpenAt(path, await observe(path));
}
