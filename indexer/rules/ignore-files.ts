/**
 * The files whose presence or content decides what is indexed: their names, and reading them safely.
 * Used by ignore.ts while comparing folders, and by ignore-lookup.ts for single paths. Paths and names are bytes.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { systemCode } from '../../shared/errors.js';
import { pathKey } from '../../shared/path-key.js';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import { isFresh } from '../../shared/settled-file.js';
import { ownRead } from '../disk/own-reads.js';
import { ReadStates } from './read-states.js';

export const RULE_NAMES = [
  '.git',
  '.gitignore',
  '.find-textignore',
  'CACHEDIR.TAG',
  '.nomedia',
  '.trackerignore',
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** Which of the names are in a folder. */
export interface RuleNames {
  has(name: RuleName): boolean;
}

/** As much of fs.Dirent as is needed here. */
export interface DirectoryEntry {
  readonly name: Uint8Array;
  isDirectory(): boolean;
}

/** Up to maxBytes of a regular file; undefined when it is something else or cannot be read. */
export type ReadFile = (path: Uint8Array, maxBytes: number) => Buffer | undefined;

/** The disk, as far as the rules look at it. */
export interface RuleFiles {
  readonly read: ReadFile;
  /** The names that are in the folder, each with a text that changes when the file does. */
  look(directory: Uint8Array): ReadonlyMap<RuleName, string>;
  /** The file is as it was at each `read` of it since `forget`, or was not read; false where that is not known. */
  isAsRead(path: Uint8Array): boolean;
  forget(path: Uint8Array): void;
}

const RULE_NAME_SET: ReadonlySet<string> = new Set(RULE_NAMES);
const NONE: RuleNames = new Set<RuleName>();
const DOT_GIT = Buffer.from('.git');
const LONGEST_RULE_NAME = Math.max(...RULE_NAMES.map((name) => name.length));
/** https://bford.info/cachedir/ */
const CACHE_SIGNATURE = Buffer.from('Signature: 8a477f597d28d172789f06886806bc55');
const MAX_POINTER_BYTES = 8192;

/** Of the top of a work tree, where `.git` is a folder: the list that git keeps beside its own files. */
const EXCLUDE_FOLDER = Buffer.from('/.git/info');
const EXCLUDE = Buffer.from('exclude');

/**
 * In which folder, and below, a change of this path can change what is excluded: compare it again. undefined: nowhere.
 */
export function rulesFolderOf(path: Uint8Array): Buffer | undefined {
  const { directory, name } = splitPath(path);
  if (isRuleName(name)) return directory;
  const isExclude = name.equals(EXCLUDE) && directory.subarray(-EXCLUDE_FOLDER.length).equals(EXCLUDE_FOLDER);
  return isExclude ? directory.subarray(0, -EXCLUDE_FOLDER.length) : undefined;
}

/**
 * The folder that is never compared, and where a change can change what is excluded.
 * @param entries  in the order of their names.
 */
export function ruleFolderIn(directory: Uint8Array, entries: Iterable<DirectoryEntry>): Buffer | undefined {
  for (const entry of entries) {
    const order = Buffer.compare(entry.name, DOT_GIT);
    if (order === 0 && entry.isDirectory()) return Buffer.concat([directory, EXCLUDE_FOLDER]);
    if (order >= 0) return undefined;
  }
  return undefined;
}

function isRuleName(name: Uint8Array): boolean {
  return name.length <= LONGEST_RULE_NAME && RULE_NAME_SET.has(toBytes(name).toString('latin1'));
}

/** Only `.git` counts as a folder; for the others a folder of that name means nothing. */
export function ruleNamesAmong(entries: Iterable<DirectoryEntry>): RuleNames {
  let found: Set<RuleName> | undefined;
  for (const entry of entries) {
    if (!isRuleName(entry.name)) continue;
    const name = toBytes(entry.name).toString('latin1') as RuleName;
    if (name === '.git' || !entry.isDirectory()) found = (found ?? new Set()).add(name);
  }
  return found ?? NONE;
}

/** Never follows a symbolic link and never waits: not for a FIFO, not for a device. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** The disk. A folder that is as it was at the last look costs one look at it, and one at each of these files it has. */
export function diskFiles(stat: TryStat = tryStat): RuleFiles {
  const seen = new SeenFolders(stat);
  const states = new ReadStates();
  return {
    read: (path, maxBytes) => read(path, maxBytes, (state) => states.note(path, state)),
    look: (directory) => seen.look(directory),
    isAsRead: (path) => states.isAlways(path, () => stateNow(path)),
    forget: (path) => states.forget(path),
  };
}

/** @param onState  called before the content is read. */
function read(path: Uint8Array, maxBytes: number, onState: (state: string | undefined) => void): Buffer | undefined {
  const over = ownRead(path);
  let fd: number | undefined;
  try {
    fd = openSync(toBytes(path), READ_FLAGS);
    const stat = fstatSync(fd);
    onState(stateOf(stat));
    return stat.isFile() ? readUpTo(fd, Math.min(stat.size, maxBytes)) : undefined;
  } catch (error) {
    onState(systemCode(error));
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
    over();
  }
}

/** Also whether it can be opened: its mode alone does not say that. */
function stateNow(path: Uint8Array): string | undefined {
  let now: string | undefined;
  read(path, 0, (state) => {
    now = state;
  });
  return now;
}

/** Through another name it could be rewritten unseen. */
function stateOf(stat: Stats): string | undefined {
  if (!stat.isFile() || stat.nlink !== 1) return undefined;
  return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

function readUpTo(fd: number, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(maxBytes);
  let length = 0;
  for (let count = -1; count !== 0 && length < maxBytes; length += count) {
    count = readSync(fd, bytes, length, maxBytes - length, null);
  }
  return bytes.subarray(0, length);
}

/** What a folder held when it was as `version` says. */
interface Seen {
  readonly version: string;
  readonly names: readonly RuleName[];
}

const MAX_SEEN = 4096;

type TryStat = (path: Buffer) => Stats | undefined;

class SeenFolders {
  readonly #seen = new Map<string, Seen>();

  constructor(private readonly stat: TryStat) {}

  look(directory: Uint8Array): ReadonlyMap<RuleName, string> {
    const key = pathKey(directory);
    const version = settledVersion(this.stat(toBytes(directory)));
    const seen = this.#seen.get(key);
    if (version !== undefined && seen?.version === version) return this.#lookFor(directory, seen.names);
    const found = this.#lookFor(directory, RULE_NAMES);
    if (this.#seen.size >= MAX_SEEN) this.#seen.clear();
    if (version === undefined) this.#seen.delete(key);
    else this.#seen.set(key, { version, names: [...found.keys()] });
    return found;
  }

  #lookFor(directory: Uint8Array, names: readonly RuleName[]): ReadonlyMap<RuleName, string> {
    const found = new Map<RuleName, string>();
    for (const name of names) {
      const stat = this.stat(below(directory, name));
      const text = stat && tellOf(name, stat);
      if (text !== undefined) found.set(name, text);
    }
    return found;
  }
}

/** undefined: it is no folder, or has just changed. */
function settledVersion(stat: Stats | undefined): string | undefined {
  if (!stat?.isDirectory() || isFresh(stat)) return undefined;
  return `${stat.dev} ${stat.ino} ${stat.mtimeMs} ${stat.ctimeMs}`;
}

/** A text that changes when the file does; undefined when it means nothing. */
export function tellOf(name: RuleName, stat: Stats): string | undefined {
  if (name === '.git') return name;
  return stat.isDirectory() ? undefined : `${name} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
}

function tryStat(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export function isCacheDirectory(directory: Uint8Array, readFile: ReadFile): boolean {
  const start = readFile(below(directory, 'CACHEDIR.TAG'), CACHE_SIGNATURE.length);
  return start?.equals(CACHE_SIGNATURE) ?? false;
}

/**
 * The folder in which git keeps what belongs to the whole repository (`info/exclude`). `.git` is a folder, or in
 * submodules and further work trees a file that names one; undefined when it is anything else. What is inside the
 * folder does not matter: nobody is told when git fills it.
 */
export function gitDirectoryOf(workTree: Uint8Array, readFile: ReadFile): Buffer | undefined {
  const dotGit = below(workTree, '.git');
  const pointer = readFile(dotGit, MAX_POINTER_BYTES)?.toString('latin1');
  const target = pointer === undefined ? undefined : /^gitdir: ([^\n]+)/.exec(pointer)?.[1];
  if (pointer !== undefined && target === undefined) return undefined;
  const directory = target === undefined ? dotGit : resolve(workTree, target);
  const common = readFile(below(directory, 'commondir'), MAX_POINTER_BYTES)?.toString('latin1').trim();
  return common ? resolve(directory, common) : directory;
}

export function below(directory: Uint8Array, name: string): Buffer {
  return joinPath(directory, Buffer.from(name, 'latin1'));
}

function resolve(directory: Uint8Array, target: string): Buffer {
  return target.startsWith('/') ? Buffer.from(target, 'latin1') : below(directory, target);
}
