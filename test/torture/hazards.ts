/**
 * What goes wrong around the daemon while workers change the tree. Each hazard leaves it as it found it: running, with its disk
 * free. Some need root; the names are printed with the round.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { currentIndexFile } from '../../shared/store/generation.js';
import { freezePlugin, killPlugin, restartAuditd } from './audit.js';
import { checkCopy } from './judge.js';
import { asUser, fillDisk, isRoot, pause } from './machine.js';
import { bindMount } from './mounts.js';
import type { Random } from './random.js';
import type { Source, World } from './world.js';

export interface Hazard {
  readonly name: string;
  readonly weight: number;
  readonly needsRoot?: true;
  /** Only with this source. */
  readonly source?: Source;
  readonly run: (world: World, random: Random) => Promise<void>;
}

const ALL: readonly Hazard[] = [
  { name: 'kill', weight: 4, run: (world, random) => restart(world, random, 'SIGKILL') },
  { name: 'stop', weight: 2, run: (world, random) => restart(world, random, 'SIGTERM') },
  { name: 'kill extractors', weight: 3, run: killExtractors },
  { name: 'freeze', weight: 2, run: freeze },
  { name: 'overflow', weight: 3, needsRoot: true, source: 'inotify', run: overflow },
  { name: 'full disk', weight: 2, needsRoot: true, run: fullDisk },
  { name: 'stop on a full disk', weight: 1, needsRoot: true, run: stopOnFullDisk },
  { name: 'bind mount', weight: 4, needsRoot: true, run: bindMount },
  { name: 'rebuild', weight: 1, run: async (world) => void (await world.rebuildLive()) },
  { name: 'power cut', weight: 2, run: powerCut },
  { name: 'kill plugin', weight: 2, source: 'audit', run: ({ auditd }) => killPlugin(auditd) },
  { name: 'freeze plugin', weight: 2, source: 'audit', run: ({ auditd }, random) => freezePlugin(auditd, random) },
  { name: 'restart auditd', weight: 2, source: 'audit', run: ({ auditd }, random) => restartAuditd(auditd, random) },
];

export function hazardsFor(source: Source): readonly Hazard[] {
  return ALL.filter((hazard) => (isRoot || !hazard.needsRoot) && (hazard.source ?? source) === source);
}

async function restart(world: World, random: Random, name: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  await world.endDaemon(name);
  await pause(random.below(700));
  world.startDaemon();
  // Half of the time the next hazard meets a daemon that has just begun.
  if (random.chance(0.5)) await pause(random.below(1000));
}

async function killExtractors(world: World, random: Random): Promise<void> {
  for (let times = random.between(1, 12); times > 0; times--) {
    world.killExtractors();
    await pause(random.below(80));
  }
}

async function freeze(world: World, random: Random): Promise<void> {
  world.signalDaemon('SIGSTOP');
  await pause(random.between(100, 1500));
  world.signalDaemon('SIGCONT');
}

/** Also while the daemon runs on: its queue in the kernel holds a few events only, until its next start. */
async function overflow(world: World, random: Random): Promise<void> {
  await world.endDaemon('SIGKILL');
  await world.startDaemonWithShortQueue(random.between(1, 200));
  await pause(random.below(500));
  await freeze(world, random);
}

async function fullDisk(world: World, random: Random): Promise<void> {
  const free = fillDisk(world.disk);
  await pause(random.between(200, 2500));
  free();
}

async function stopOnFullDisk(world: World, random: Random): Promise<void> {
  const free = fillDisk(world.disk);
  try {
    await pause(random.below(1500));
    await world.endDaemon('SIGTERM');
  } finally {
    free();
  }
  world.startDaemon();
}

/** The files of the index as they were at some moment: they must be whole, and the daemon must go on from them. */
async function powerCut(world: World, random: Random): Promise<void> {
  const folder = join(world.folder, 'cut');
  const file = asUser(world.user, () => currentIndexFile(join(world.disk, 'find-text')));
  if (file === undefined) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  world.signalDaemon('SIGSTOP');
  const copied = copyIndex(world, file, folder);
  world.signalDaemon('SIGCONT');
  checkCopy(copied, join(folder, 'checked.db'));
  await pause(random.below(800));
  await world.endDaemon('SIGKILL');
  rmSync(`${file}-shm`, { force: true });
  copyIndex(world, copied, join(file, '..'));
  world.startDaemon();
}

function copyIndex(world: World, file: string, folder: string): string {
  const to = join(folder, basename(file));
  for (const suffix of ['', '-wal']) {
    rmSync(to + suffix, { force: true });
    if (!existsSync(file + suffix)) continue;
    copyFileSync(file + suffix, to + suffix);
    world.giveAway(to + suffix);
  }
  return to;
}
