/**
 * A month of a daemon's life, of which an hour is as long as its timers take to run: days of work in a tree, nights, sleeps, full
 * disks, volumes that go and come, a clock that is wrong, upgrades. Used by main.ts (`npm run soak`).
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FULL_TEXT_TABLES } from '../../../shared/store/cleanliness.js';
import { openForReading } from '../../../shared/store/open.js';
import { asOwnerOf } from '../../helpers/as-owner.js';
import { remains } from '../../helpers/remains.js';
import { compareIndexes } from '../judge.js';
import { asUser, pause } from '../machine.js';
import { anonymousMb, descriptorCount, residentMb } from '../memory.js';
import { settle } from '../torture.js';
import type { World } from '../world.js';
import { SoakClock } from './clock.js';
import { type Figures, figuresHead, figuresLine } from './figures.js';
import { hardshipOf, makeVolume } from './hardships.js';
import { type Gone, Office } from './office.js';

const HOURS_AT_ONCE = 3;
/** A timer that is due is seen within a second. */
const HOURS_TAKE_MS = 1300;
const WIPING_PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 300;
/** On these days much is made and thrown away. */
const isDownloadDay = (day: number) => day % 7 === 4;

export interface Soaked {
  readonly days: readonly Figures[];
  /** What is wrong, a line each. */
  readonly faults: readonly string[];
}

export async function soak(world: World, days: number, say: (line: string) => void): Promise<Soaked> {
  const clock = new SoakClock(world);
  const office = new Office(world.tree, (path) => world.giveAway(path));
  makeVolume(world);
  world.startDaemon();
  const figures: Figures[] = [];
  const faults: string[] = [];
  /** Of the day before: events are remembered for a day. */
  let names: readonly string[] = [];
  say(figuresHead());
  for (let day = 1; day <= days; day++) {
    const gone: Gone[] = [];
    const hardship = hardshipOf(day);
    await hardship.run({ world, clock, work: () => void gone.push(office.work(day)) });
    await settle(world, day);
    const thrownAway = isDownloadDay(day) ? await downloadAndThrowAway(world, office, day) : [];
    const rested = await passDay(world, clock);
    const left = await untilWiped(world, [...gone.flatMap(({ texts }) => texts), ...thrownAway, ...names]);
    names = gone.flatMap((each) => each.names);
    if (left.length > 0) faults.push(`day ${day}: ${left.length} words are left, as ${left.slice(0, 3).join(', ')}`);
    const today = { ...(await measure(world, day)), ...rested };
    figures.push(today);
    say(`${figuresLine(today)}  ${hardship.name}`);
  }
  faults.push(...(await compareWithFresh(world)));
  await world.endDaemon('SIGTERM');
  return { days: figures, faults };
}

async function downloadAndThrowAway(world: World, office: Office, day: number): Promise<string[]> {
  const words = office.download(day);
  await settle(world, day + 1000);
  office.throwAway();
  await settle(world, day + 2000);
  return words;
}

/** @returns the least memory of its second half: garbage that nobody has collected yet is not what has grown. */
async function passDay(world: World, clock: SoakClock): Promise<Pick<Figures, 'rssMb' | 'ownMb'>> {
  const seen: { rssMb: number; ownMb: number }[] = [];
  for (let hours = 0; hours < 24; hours += HOURS_AT_ONCE) {
    clock.advance(HOURS_AT_ONCE);
    await pause(HOURS_TAKE_MS);
    const pid = world.daemonPid ?? 0;
    if (hours >= 12) seen.push({ rssMb: residentMb(pid), ownMb: anonymousMb(pid) });
  }
  const least = (name: 'rssMb' | 'ownMb') => Number(Math.min(...seen.map((each) => each[name])).toFixed(1));
  return { rssMb: least('rssMb'), ownMb: least('ownMb') };
}

/** A cleaning that was begun within the day may end. @returns what the files of the index still say. */
async function untilWiped(world: World, words: readonly string[]): Promise<string[]> {
  for (const endMs = performance.now() + WIPING_PATIENCE_MS; ; await pause(LOOK_EVERY_MS)) {
    const left = remains(folderOf(world), words);
    if (left.length === 0 || performance.now() > endMs) return left;
  }
}

async function measure(world: World, day: number): Promise<Omit<Figures, 'rssMb' | 'ownMb'>> {
  world.requireHealth();
  const pid = world.daemonPid ?? 0;
  const file = (await world.status())?.index.file ?? '';
  return {
    day,
    descriptors: descriptorCount(pid),
    indexKb: Math.round(folderBytes(folderOf(world)) / 1000),
    segments: asOwnerOf(file, () => segmentCount(file)),
  };
}

function folderOf(world: World): string {
  return join(world.disk, 'find-text');
}

function folderBytes(folder: string): number {
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function segmentCount(file: string): number {
  const db = openForReading(file);
  const count = (table: string) =>
    db.prepare<[], number>(`SELECT count(DISTINCT segid) FROM ${table}_idx`).pluck().get() ?? 0;
  const sum = FULL_TEXT_TABLES.reduce((all, table) => all + count(table), 0);
  db.close();
  return sum;
}

async function compareWithFresh(world: World): Promise<string[]> {
  const live = (await world.status())?.index.file ?? '';
  const fresh = await world.buildFresh();
  const differences = asUser(world.user, () => compareIndexes(live, fresh));
  return differences.map(({ path, what }) => `at the end: ${path} ${what}`);
}
