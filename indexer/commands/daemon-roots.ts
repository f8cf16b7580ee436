/** The folders of a daemon: where they are now, and which of the volumes that they are on answer. */
import { currentIndexFile } from '../../shared/store/generation.js';
import { rememberRoots } from '../../shared/store/roots-file.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';
import { type Context, say } from './context.js';
import { whenThereIsRoom } from './full-disk.js';
import { followRoots, missingTexts, type Roots, requireSome, resolveRoots, rootNames } from './roots.js';
import { watchVolumes } from './watch-volumes.js';

export class DaemonRoots {
  private constructor(
    readonly volumes: HangingVolumes,
    private readonly directories: readonly string[],
    private roots: Roots,
  ) {}

  /** @throws FindTextError when none is named, or none is there and none is known. */
  static async resolve(context: Context, directories: readonly string[]): Promise<DaemonRoots> {
    const names = namesOf(context, directories);
    const volumes = await watchVolumes(names.names);
    const roots = await resolveRoots(names);
    if (roots.isUnknown) requireSome(roots);
    for (const text of missingTexts(roots)) say(context, text);
    return new DaemonRoots(volumes, directories, roots);
  }

  get now(): Roots {
    return this.roots;
  }

  /** Each session begins with it. */
  async locate(context: Context, stopped: AbortSignal): Promise<Roots> {
    this.volumes.tryAgain();
    this.roots = await followRoots(this.roots);
    this.volumes.follow(this.roots.paths);
    const { dataDirectory } = context.locations;
    await whenThereIsRoom(context, () => rememberRoots(dataDirectory, this.roots.named), stopped);
    return this.roots;
  }

  /** The configuration is another one: it has its say where none was typed. */
  async renew(context: Context): Promise<void> {
    if (this.directories.length === 0) this.roots = await resolveRoots(namesOf(context, this.directories));
  }

  close(): void {
    this.volumes.close();
  }
}

function namesOf({ config, locations }: Context, directories: readonly string[]) {
  return rootNames(directories, config, currentIndexFile(locations.dataDirectory));
}
