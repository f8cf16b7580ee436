/** Volumes that may hang, for the commands that read files: from here on nobody in this process waits for one. */
import { readMounts } from '../../shared/mounts.js';
import { probe } from '../../shared/volume-probe.js';
import { HangingVolumes } from '../disk/hanging-volumes.js';
import { guardLooks } from '../disk/looks.js';
import { onMountChange } from '../volumes/mount-events.js';

/** Resolves when it is known which of them do not answer. */
export async function watchVolumes(): Promise<HangingVolumes> {
  const volumes = new HangingVolumes({ readMounts, onMountChange, ask: probe });
  guardLooks(volumes);
  await volumes.start();
  return volumes;
}
