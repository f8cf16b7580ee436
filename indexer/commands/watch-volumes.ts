/** Volumes that may hang, for the commands that read files: from here on nobody in this process waits for one. */
import { readMounts } from '../../shared/mounts.js';
import { probe } from '../../shared/volume-probe.js';
import { HangingVolumes } from '../disk/hanging-volumes.js';
import { guardLooks } from '../disk/looks.js';
import { onMountChange } from '../volumes/mount-events.js';

/**
 * Resolves when it is known which of the volumes that have to do with these paths do not answer. Others are asked when
 * somebody looks at them: a link may lead there.
 */
export async function watchVolumes(paths: readonly Uint8Array[]): Promise<HangingVolumes> {
  const volumes = new HangingVolumes({ readMounts, onMountChange, ask: probe });
  guardLooks(volumes);
  volumes.follow(paths);
  await volumes.start();
  return volumes;
}
