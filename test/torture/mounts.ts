/**
 * Bind mounts within the tree, made and taken away by the torture run itself, as root: two paths lead to one folder or file for a while.
 * Folders above a mount point may be renamed meanwhile, so that what is mounted is read off the mount table each time.
 */
import { spawnSync } from 'node:child_process';
import { lstatSync, realpathSync } from 'node:fs';
import { readMounts } from '../../shared/mounts.js';
import { fromPathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import { pause, restoreLater } from './machine.js';
import { randomFolder, randomPath } from './names.js';
import type { Random } from './random.js';
import type { World } from './world.js';

const MAX_MOUNTS = 4;
const TRIES = 40;

/** Half of the mounts stay, also while the index is compared with a fresh one. */
export async function bindMount(world: World, random: Random): Promise<void> {
  // A folder with a mount in it may have been moved out.
  restoreLater('bind mounts', () => [world.tree, world.outside].forEach(unmountAll));
  const tree = Buffer.from(world.tree);
  const mounted = mountedIn(world.tree);
  if (mounted.length >= MAX_MOUNTS || (mounted.length > 0 && random.chance(0.4))) unmount([random.pick(mounted)]);
  const isFile = random.chance(0.25);
  const pick = () => existing(() => (isFile ? randomPath(random, tree) : randomFolder(random, tree)), isFile, tree);
  const [from, to] = [pick(), pick()];
  if (!from || !to || from.equals(to)) return;
  mount(from, to);
  await pause(random.below(1500));
  if (random.chance(0.5)) unmount(mountedIn(world.tree).slice(-1));
}

/** By their real paths: a mount must not land behind a symlink. */
function existing(pick: () => Buffer, isFile: boolean, tree: Buffer): Buffer | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const path = pick();
    try {
      const stat = lstatSync(path);
      const isRight = isFile ? stat.isFile() : stat.isDirectory();
      if (isRight && !path.equals(tree) && realpathSync.native(path, { encoding: 'buffer' }).equals(path)) return path;
    } catch {
      // It is not there, or not any more.
    }
  }
  return undefined;
}

/** May fail: the workers go on meanwhile. Node takes no bytes as arguments, the shell does. */
function mount(from: Buffer, to: Buffer): void {
  shell('mount --bind', from, to);
}

function unmount(points: readonly Buffer[]): void {
  for (const point of [...points].reverse()) shell('umount -l', point);
}

/** Several mounts may stand on one point. */
function unmountAll(folder: string): void {
  for (let tries = 0; tries < TRIES && mountedIn(folder).length > 0; tries++) unmount(mountedIn(folder));
}

function shell(command: string, ...paths: readonly Buffer[]): void {
  const octal = (path: Buffer) => [...path].map((byte) => `\\0${byte.toString(8)}`).join('');
  const variables = paths.map((path, at) => `p${at}=$(printf '%b.' '${octal(path)}'); p${at}=\${p${at}%.}; `);
  const quoted = paths.map((_, at) => `"$p${at}"`).join(' ');
  spawnSync('bash', ['-c', `${variables.join('')}${command} -- ${quoted}`], {
    stdio: 'ignore',
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** In the order in which they were mounted. */
function mountedIn(folder: string): Buffer[] {
  return [...readMounts().keys()].map(fromPathKey).filter((point) => isWithin(point, Buffer.from(folder)));
}
