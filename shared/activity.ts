/**
 * What the daemon reports of its work: whether it rests, and what it has used. The file is in the runtime folder,
 * because a resting daemon must not write to the index. Written by `find-textd run`; read by `find-textd` and
 * `find-text`.
 */
import { join } from 'node:path';
import { replaceOrOverwrite } from './own-file.js';
import { makeFolder, type OwnFolder } from './own-folder.js';
import { cleanText } from './path-text.js';
import type { ProcessIdentity } from './process-identity.js';
import { rereadOwnJson } from './settled-file.js';

/** Why the daemon collects changes without working on them. */
export type Rest =
  /** `find-textd pause`; null means until `find-textd resume`. Milliseconds since 1970. */
  | { readonly kind: 'user'; readonly untilMs: number | null }
  /** `find-textd inhibit COMMAND`: until this process has ended. */
  | { readonly kind: 'command'; readonly command: string; readonly pid: number }
  | { readonly kind: 'battery' }
  /** Of others, for each processor. */
  | { readonly kind: 'load'; readonly load: number };

export interface Activity {
  readonly daemon: ProcessIdentity;
  /** When this was written, by `machineMs`. Written at least once a minute while the daemon works. */
  readonly atMs: number;
  readonly rest: Rest | null;
  /** Memory is at its ceiling: one extractor, small batches. */
  readonly isMemoryTight: boolean;
  readonly spent: Spent;
}

/** What was used in the last hour, or since the daemon began. */
export interface Spent {
  /** How long that is. */
  readonly seconds: number;
  readonly mainCpuMs: number;
  readonly writerCpuMs: number;
  readonly extractorCpuMs: number;
  /** From and to the disk; what came from the kernel's cache does not count. */
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Of all processes together, what they share counted once. */
  readonly peakBytes: number;
}

/**
 * Milliseconds that the machine has been awake since its start: the same clock for all processes, and nobody sets it.
 */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The last report; the daemon that wrote it may have ended. */
export function readActivity(runtimeDirectory: string): Activity | undefined {
  const told = rereadOwnJson(activityFile(runtimeDirectory)) as Activity | undefined;
  const isTold = typeof told?.atMs === 'number' && typeof told.daemon?.pid === 'number';
  return isTold ? told : undefined;
}

/** @throws FindTextError FT_FOLDER_UNUSABLE, a system error */
export function writeActivity(folder: OwnFolder, activity: Omit<Activity, 'atMs'>): void {
  makeFolder(folder);
  replaceOrOverwrite(activityFile(folder.path), JSON.stringify({ ...activity, atMs: machineMs() } satisfies Activity));
}

/** `until 15:30`, `by make all (process 4711)`: what comes after "paused". */
export function restText(rest: Rest, nowMs: number): string {
  if (rest.kind === 'command') return `by ${cleanText(rest.command)} (process ${rest.pid})`;
  if (rest.kind === 'battery') return 'while the machine runs on battery';
  if (rest.kind === 'load')
    return `while the machine is busy with other work (load ${rest.load.toFixed(1)} for each processor)`;
  return rest.untilMs === null ? 'until `find-textd resume`' : `until ${timeText(rest.untilMs, nowMs)}`;
}

/** Local time, with the day unless it is today. Without Intl, which takes 20 ms to load. */
export function timeText(ms: number, nowMs: number): string {
  const [date, now] = [new Date(ms), new Date(nowMs)];
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === now.toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

function activityFile(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'activity.json');
}
