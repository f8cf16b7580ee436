/**
 * Folders of find-text's own. Other users must not be able to change what is written there and read back. The daemon,
 * its commands and find-text check these folders before they open anything in them: index, runtime, configuration.
 *
 * Invariant: when `makeFolder` or `checkFolder` has returned, nobody but this user and root can replace any part of the
 * path.
 */
import { chmodSync, lstatSync, mkdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { isGroupOfOne, userName } from './accounts.js';
import { type ErrorDetails, FindTextError, systemCode } from './errors.js';
import { cleanText } from './path-text.js';

/** The name is for messages; the variable moves it elsewhere. */
export interface OwnFolder {
  readonly path: string;
  readonly name: string;
  readonly variable: string;
}

/** What is wrong with a part of the path: others can write to it, or it belongs to another user. */
export type FolderFault = 'open' | 'owner';

export class FolderRefused extends FindTextError {
  /** @param at  the part that is wrong; undefined where the fault is another one. */
  constructor(
    message: string,
    details: ErrorDetails,
    readonly fault: FolderFault | undefined,
    readonly at: string | undefined,
  ) {
    super('FT_FOLDER_UNUSABLE', message, details);
  }
}

/** As the kernel allows on one way. */
const MAX_LINKS = 40;
const STICKY = 0o1000;
const BY_GROUP = 0o020;
const BY_ALL = 0o002;
const FOR_OTHERS = 0o077;
/** What the kernel shows where it has no number for an owner, as in containers. */
const UNMAPPED = '/proc/sys/kernel/overflowuid';

/** @returns false when it is not there. @throws FindTextError FT_FOLDER_UNUSABLE when others could reach into it */
export function checkFolder(folder: OwnFolder): boolean {
  const end = follow(folder.path, { folder });
  if (end) requireOwn(end, folder);
  return end !== undefined;
}

/**
 * Makes it, and what is missing above it, for this user alone.
 * @throws FindTextError FT_FOLDER_UNUSABLE, also when that fails
 */
export function makeFolder(folder: OwnFolder): void {
  const end = follow(folder.path, { folder, make: (path) => makeOne(path, folder) });
  if (!end) throw refuse(folder, 'somebody removes it again and again');
  requireOwn(end, folder);
  if ((end.stat.mode & FOR_OTHERS) !== 0) close(end.path, folder);
}

/**
 * For a file that is only read, and may be a symlink.
 * @returns its real path; undefined when it is not there.
 * @throws as above
 */
export function checkFile(file: string, folder: OwnFolder): string | undefined {
  const end = follow(file, { folder });
  if (end && isOpen(end.stat)) throw open(end, folder);
  return end?.path;
}

/**
 * What root runs or writes at a configured path, nobody else may put something else there. Groups are trusted with a
 * file that is written: `/var/log` belongs to one. Of another user nothing is asked: he steers himself only.
 * @returns why not, for a message; undefined: root may.
 */
export function whySteerable(file: string, purpose: 'run' | 'write'): string | undefined {
  if (me() !== 0) return undefined;
  const folder = { path: file, name: purpose === 'run' ? 'program' : 'file', variable: 'its option' };
  try {
    if (purpose === 'run') checkFile(file, folder);
    else follow(file, { folder, doesTrustGroups: true });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

interface Place {
  /** Without symlinks. */
  readonly path: string;
  readonly stat: Stats;
}

interface Purpose {
  readonly folder: OwnFolder;
  /** For folders that are missing; without it the way ends there. */
  readonly make?: (path: string) => void;
  readonly doesTrustGroups?: boolean;
}

/**
 * Goes down as the kernel would, looks at every step, and makes nothing behind a symlink: its volume may not be
 * mounted.
 */
function follow(path: string, purpose: Purpose, from = root(), links = 0): Place | undefined {
  let at = path.startsWith('/') ? root() : from;
  for (const name of path.split('/').filter((each) => each !== '' && each !== '.')) {
    const next = step(at, name, purpose, links);
    if (!next) return undefined;
    at = next;
  }
  return at;
}

function step(at: Place, name: string, purpose: Purpose, links: number): Place | undefined {
  const { folder, make, doesTrustGroups = false } = purpose;
  requireFolder(at, folder);
  if (!doesTrustGroups || (at.stat.mode & BY_ALL) !== 0) requireClosed(at, folder);
  const path = name === '..' ? dirname(at.path) : join(at.path, name);
  let stat = look(path, folder);
  if (!stat && make) {
    make(path);
    stat = look(path, folder);
  }
  if (!stat) return undefined;
  requireTrusted({ path, stat }, folder);
  if (!stat.isSymbolicLink()) return { path, stat };
  if (links === MAX_LINKS) throw refuse(folder, `${path} leads through too many symlinks`);
  const target = targetOf(path, folder);
  const end = follow(target, { folder, doesTrustGroups }, at, links + 1);
  if (end) return end;
  throw refuse(folder, `${path} is a symlink to ${target}, which is not there`);
}

function root(): Place {
  return { path: '/', stat: lstatSync('/') };
}

function look(path: string, folder: OwnFolder): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw refuse(folder, (error as Error).message, error);
  }
}

function targetOf(link: string, folder: OwnFolder): string {
  try {
    return readlinkSync(link);
  } catch (error) {
    throw refuse(folder, (error as Error).message, error);
  }
}

function makeOne(path: string, folder: OwnFolder): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw error;
    throw refuse(folder, `${path} cannot be made: ${(error as Error).message}`, error);
  }
}

function close(path: string, folder: OwnFolder): void {
  try {
    chmodSync(path, 0o700);
  } catch (error) {
    throw refuse(folder, `${path} cannot be closed to others: ${(error as Error).message}`, error);
  }
}

function requireFolder({ path, stat }: Place, folder: OwnFolder): void {
  if (!stat.isDirectory()) throw refuse(folder, `${path} is not a folder`);
}

/** In a sticky folder everything belongs to its owner, who is checked next. */
function requireClosed({ path, stat }: Place, folder: OwnFolder): void {
  if ((stat.mode & STICKY) === 0 && isOpen(stat)) throw open({ path, stat }, folder);
}

function isOpen({ mode, gid }: Stats): boolean {
  return (mode & BY_ALL) !== 0 || ((mode & BY_GROUP) !== 0 && !isGroupOfOne(gid, me()));
}

function requireTrusted({ path, stat }: Place, folder: OwnFolder): void {
  if (stat.uid === 0 || stat.uid === me() || isUnmapped(stat.uid)) return;
  const what = stat.isSymbolicLink() ? 'is a symlink that belongs' : 'belongs';
  throw strange({ path, stat }, what, folder);
}

function requireOwn({ path, stat }: Place, folder: OwnFolder): void {
  requireFolder({ path, stat }, folder);
  if (stat.uid !== me()) throw strange({ path, stat }, 'belongs', folder);
  if (isOpen(stat)) throw open({ path, stat }, folder);
}

function isUnmapped(uid: number): boolean {
  try {
    const [inside, outside, count] = readFileSync('/proc/self/uid_map', 'latin1').trim().split(/\s+/).map(Number);
    const isWhole = inside === 0 && outside === 0 && count === 0xffff_ffff;
    return !isWhole && Number(readFileSync(UNMAPPED, 'latin1')) === uid;
  } catch {
    return false;
  }
}

function me(): number {
  return process.geteuid?.() ?? 0;
}

function open({ path }: Place, folder: OwnFolder): FindTextError {
  return refuse(folder, `other users can write to ${path}`, undefined, { fault: 'open', at: path });
}

function strange({ path, stat }: Place, what: string, folder: OwnFolder): FindTextError {
  const why = `${path} ${what} to ${userName(stat.uid)}, not to ${userName(me())}`;
  return refuse(folder, why, undefined, { fault: 'owner', at: path });
}

function refuse(
  { path, name, variable }: OwnFolder,
  why: string,
  cause?: unknown,
  { fault, at }: Partial<Pick<FolderRefused, 'fault' | 'at'>> = {},
): FindTextError {
  const message = cleanText(`use ${path} as the ${name}: ${why}`);
  const hint = `it must belong to you, and nobody else may write to it or to a folder above it: mend that, or set ${variable} to a folder of yours (su and sudo keep the one of the user before)`;
  return new FolderRefused(message, { cause, hint }, fault, at);
}
