/**
 * `find-textd backup PATH`: the newest copy from before a time, and the command that restores it. Asks the backups of
 * the configuration; without any, those that lie in the folders above the file.
 */
import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Writable } from 'node:stream';
import { loadToml } from '../../shared/config/load.js';
import { cleanText, displayPath, jsonPath } from '../../shared/path-text.js';
import { timeText } from '../../shared/who-text.js';
import { BackupFinder, type FoundBackup, type NoBackup, type StateBefore } from '../backup/backup-finder.js';
import { placesAbove } from '../backup/detect.js';
import type { BackupPlace } from '../backup/places.js';
import { backupPlaces } from '../notify/rules/parse-notify.js';
import { argumentPaths } from './raw-arguments.js';
import { placeOf } from './real-path.js';
import { parseSince } from './since.js';

export interface BackupArgs {
  readonly path: string;
  /** A time, or how long ago; missing: now. */
  readonly before?: string | undefined;
  readonly json?: boolean | undefined;
}

export interface BackupIo {
  readonly configFile: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** One object, as `--json` prints it. See docs/backup.md. */
export interface BackupLine {
  readonly path: string;
  readonly pathHex?: string;
  readonly beforeMs: number;
  readonly found: {
    readonly tool: string;
    readonly snapshot: string;
    readonly snapshotMs: number;
    readonly copy: string | null;
    readonly copyHex?: string;
    readonly isStateBefore: boolean | null;
    readonly restore: string;
    readonly link: string | null;
  } | null;
  /** Why there is none, or what did not answer. */
  readonly troubles: readonly string[];
}

const HINT = 'name the places where backups are in the configuration, as docs/backup.md shows: [[backup]]';

/** @returns the exit status: 1 when there is none. @throws FindTextError FT_CONFIG_INVALID */
export async function runBackup(args: BackupArgs, { configFile, stdout, stderr }: BackupIo): Promise<0 | 1> {
  const beforeMs = args.before === undefined ? Date.now() : parseSince(args.before, Date.now(), '--before');
  const path = await placeOf(argumentPaths([args.path])[0] as Buffer);
  const configured = backupPlaces(loadToml(configFile));
  const places = configured.length > 0 ? configured : await placesAbove(path);
  const answer = await search(path, beforeMs, places);
  const isFound = !('none' in answer);
  if (args.json) stdout.write(jsonOf(path, beforeMs, answer));
  else if (isFound) stdout.write(textOf(path, args.before !== undefined, answer));
  else stderr.write(`find-textd: find a copy of ${displayPath(path)}: ${answer.none}\n`);
  if (!args.json && configured.length === 0)
    stderr.write(`find-textd: ${isFound ? 'found without configuration; ' : ''}${HINT}\n`);
  if (!args.json && isFound) for (const trouble of answer.troubles) stderr.write(`find-textd: ${trouble}\n`);
  return isFound ? 0 : 1;
}

function search(path: Buffer, beforeMs: number, places: readonly BackupPlace[]): Promise<FoundBackup | NoBackup> {
  return new BackupFinder(backupCacheFolder()).newest({ path, beforeMs }, stateNow(path, beforeMs), places);
}

/** What is there now was there then, when nothing has happened to it since. */
function stateNow(path: Buffer, beforeMs: number): StateBefore {
  try {
    const { size, mtimeMs, ctimeMs } = lstatSync(path);
    return Math.max(mtimeMs, ctimeMs) < beforeMs ? { size, mtimeMs } : {};
  } catch {
    return {};
  }
}

/** For what backup programs keep: they can make it again. */
function backupCacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'find-text');
}

function textOf(path: Buffer, isTimed: boolean, found: FoundBackup): string {
  const { tool, snapshot, snapshotMs, path: copy, isStateBefore, restore, link } = found;
  const rows = [
    ['taken', `${timeText(snapshotMs)}, ${cleanText(snapshot)} (${tool})`],
    ...(copy ? [['copy', displayPath(copy)]] : []),
    ...(link === undefined ? [] : [['link', cleanText(link)]]),
    ['state', stateText(isStateBefore, isTimed)],
    ['restore', restore],
  ];
  return `${displayPath(path)}\n${rows.map(([name = '', text]) => `  ${name.padEnd(9)}${text}\n`).join('')}`;
}

function stateText(isStateBefore: boolean | null, isTimed: boolean): string {
  if (isStateBefore === null) return 'not known: the file has changed since; compare before you restore';
  if (isStateBefore)
    return isTimed ? 'as the file was at that time, by size and time' : 'as the file is now, by size and time';
  return isTimed ? 'older than the file was at that time' : 'another than the file has now';
}

function jsonOf(path: Buffer, beforeMs: number, answer: FoundBackup | NoBackup): string {
  const line: BackupLine = {
    ...jsonPath('path', path),
    beforeMs,
    found: 'none' in answer ? null : foundJson(answer),
    troubles: 'none' in answer ? [answer.none] : answer.troubles,
  };
  return `${JSON.stringify(line)}\n`;
}

function foundJson({ tool, snapshot, snapshotMs, path, isStateBefore, restore, link }: FoundBackup) {
  return {
    tool,
    snapshot,
    snapshotMs,
    ...(path ? jsonPath('copy', path) : { copy: null }),
    isStateBefore,
    restore,
    link: link ?? null,
  };
}
