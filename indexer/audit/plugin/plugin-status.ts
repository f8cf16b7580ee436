/**
 * What the plugin says of itself every second, for `audit status` and the daemon, which may not see its process. It is
 * a small file in /run that everybody can read. It says nothing of anybody's files.
 */
import { constants, readFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HeldFile } from '../log/held-file.js';

export interface PluginStatus {
  readonly pid: number;
  /** False when it has ended in order. */
  readonly isRunning: boolean;
  readonly startedMs: number;
  /** When this was written. */
  readonly atMs: number;
  readonly events: number;
  /** Changes handed to the logs, and those that never came into them. */
  readonly changes: number;
  readonly dropped: number;
  readonly gaps: number;
  readonly rssBytes: number;
  /** Errors that should not be, the last of them. */
  readonly failures: number;
  readonly lastFailure: string | null;
  /** Roots that are not written into their log, because their path leads to another folder than at the installation. */
  readonly looseRoots?: number;
  /** Events that changed something, of a kernel whose records do not say what happened to which name. */
  readonly untoldEvents?: number;
  /**
   * When the newest event happened that is read, of any rule: what it and all before it have changed is in the logs.
   * 0: none has come. Missing: the plugin is an older one.
   */
  readonly readMs?: number;
  /** Logs that could not be opened or are not being written. */
  readonly logsFailing: number;
}

/** How often the plugin writes its status, also when nothing happens. */
export const STATUS_EVERY_MS = 1000;
const SILENT_MS = 3000;

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
/** Room for the numbers and one message. */
const MAX_BYTES = 1024;

/** Called while the plugin is root; later it only writes into the open file. */
export async function openStatusFile(file: string): Promise<HeldFile> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await rm(file, { force: true });
  const handle = await HeldFile.open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  await chmod(file, 0o644);
  return handle;
}

export async function writeStatus(file: HeldFile, status: PluginStatus): Promise<void> {
  const line = JSON.stringify(status)
    .padEnd(MAX_BYTES - 1)
    .concat('\n');
  await file.write(Buffer.from(line).subarray(0, MAX_BYTES), 0);
}

/** @returns undefined when there is none, or nothing that the plugin writes. */
export function readPluginStatus(file: string): PluginStatus | undefined {
  try {
    const status = JSON.parse(readFileSync(file, 'utf8')) as PluginStatus;
    return typeof status?.atMs === 'number' && typeof status.pid === 'number' ? status : undefined;
  } catch {
    return undefined;
  }
}

/**
 * True while the plugin that wrote it lives, as far as anybody can tell. A time to come is from before the clock was
 * set back.
 */
export function isFresh({ isRunning, atMs }: Pick<PluginStatus, 'isRunning' | 'atMs'>, nowMs: number): boolean {
  return isRunning && Math.abs(nowMs - atMs) < SILENT_MS;
}
