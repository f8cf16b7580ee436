/** What a day of the soak brings besides work. Each leaves the daemon running, and the machine as it was. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillDisk, isRoot, pause, restoreLater } from '../machine.js';
import type { World } from '../world.js';
import type { SoakClock } from './clock.js';

export interface Surroundings {
  readonly world: World;
  readonly clock: SoakClock;
  /** A day's work, in the middle of it. */
  readonly work: () => void;
}

export interface Hardship {
  readonly name: string;
  readonly needsRoot?: true;
  readonly run: (surroundings: Surroundings) => Promise<void>;
}

const MEANWHILE_MS = 1500;

const calm: Hardship = { name: '', run: async ({ work }) => work() };
const sleep: Hardship = {
  name: 'sleep',
  run: async ({ world, clock, work }) => {
    world.signalDaemon('SIGSTOP');
    work();
    clock.advance(9);
    world.signalDaemon('SIGCONT');
  },
};
const fullDisk: Hardship = {
  name: 'full disk',
  needsRoot: true,
  run: async ({ world, work }) => {
    const free = fillDisk(world.disk);
    work();
    await pause(MEANWHILE_MS);
    free();
  },
};
const remount: Hardship = {
  name: 'remount',
  needsRoot: true,
  run: async ({ world, clock, work }) => {
    execFileSync('umount', ['-l', volumeOf(world)]);
    work();
    clock.advance(1);
    await pause(MEANWHILE_MS);
    bind(world);
  },
};
/** The clock of a machine that starts with a wrong one, and gets the right one then. */
const wrongClock: Hardship = {
  name: 'clock set back',
  run: async ({ world, clock, work }) => {
    await world.endDaemon('SIGTERM');
    clock.advance(-30);
    work();
    world.startDaemon();
    await pause(MEANWHILE_MS);
    clock.advance(30);
  },
};
const upgrade: Hardship = {
  name: 'upgrade',
  run: async ({ world, work }) => {
    await world.endDaemon('SIGTERM');
    work();
    await world.rebuildLive();
    world.startDaemon();
  },
};

/** Fifteen days; the second is calm, and so is the last of a month. No daemon ends in the nine days before that. */
const DAYS = [
  calm,
  calm,
  calm,
  fullDisk,
  remount,
  wrongClock,
  upgrade,
  sleep,
  calm,
  calm,
  sleep,
  fullDisk,
  remount,
  calm,
  sleep,
];

export function hardshipOf(day: number): Hardship {
  const hardship = DAYS[day % DAYS.length] as Hardship;
  return hardship.needsRoot && !isRoot ? calm : hardship;
}

/** A volume of its own in the tree, where root mounts it; else it is a folder. */
export function makeVolume(world: World): void {
  const [point, volume] = [volumeOf(world), join(world.outside, 'volume')];
  for (const folder of [point, volume]) {
    mkdirSync(folder);
    world.giveAway(folder);
  }
  for (const name of ['one', 'two', 'three']) {
    const file = join(isRoot ? volume : point, `${name}.txt`);
    writeFileSync(file, `a file of the volume, number ${name}\n`);
    world.giveAway(file);
  }
  if (!isRoot) return;
  restoreLater('the volume', () => execFileSync('umount', ['-l', point]));
  bind(world);
}

function bind(world: World): void {
  execFileSync('mount', ['--bind', join(world.outside, 'volume'), volumeOf(world)]);
}

function volumeOf(world: World): string {
  return join(world.tree, 'volume');
}
