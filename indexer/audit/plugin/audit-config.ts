/**
 * The one file that configures the plugin: written by `audit install`, read by the plugin while it is root.
 * JSON; a path that is not UTF-8 stands in `pathHex`, and `path` only shows it.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { jsonPath } from '../../../shared/path-text.js';
import { READ_KEY_PREFIX } from '../changes/read-key.js';
import type { Owner } from '../log/open-slots.js';

export const CONFIG_FILE = '/etc/find-text/audit.json';
const LOG_DIRECTORY = '/var/log/find-text';
const STATUS_FILE = '/run/find-text/audit.json';
/** The rules of find-text, and no others, have a key that begins like this. */
export const KEY_PREFIX = 'find-text-';

export interface WatchedRoot {
  /** Bytes, real, without a trailing slash. */
  readonly path: Buffer;
  /** Who alone may read its log. */
  readonly owner: Owner;
  /** Of its audit rule. */
  readonly key: string;
  /** As it was found at installation; without it, in a configuration made by hand, it is not looked at again. */
  readonly folder?: FolderIdentity;
  /** Where the owner's daemon writes itself: what his processes do there does not come into his log. */
  readonly ownFolders?: readonly Buffer[];
  /** Missing: nobody asks who reads there. */
  readonly reads?: ReadWatch;
}

export interface ReadWatch {
  /** In the root. */
  readonly folders: readonly Buffer[];
  readonly isOpened: boolean;
  readonly isDenied: boolean;
  /** Programs whose reads are of no interest: the kernel does not report them. */
  readonly exes: readonly string[];
}

/** What a watched folder is known by, beside its path. A device number may be another after each boot. */
export interface FolderIdentity {
  readonly inode: number;
  readonly uid: number;
}

/** A process that matches all that is given. */
export interface ActorPattern {
  readonly uid?: number;
  readonly exe?: string;
  readonly comm?: string;
}

export interface AuditConfig {
  readonly logDirectory: string;
  readonly statusFile: string;
  /** What the plugin becomes once its files are open. */
  readonly runAs: Owner;
  /** Of one slot of a log, and how many slots a log has. */
  readonly maxLogBytes: number;
  readonly maxLogs: number;
  readonly roots: readonly WatchedRoot[];
  readonly leaveOut: { readonly paths: readonly Buffer[]; readonly actors: readonly ActorPattern[] };
}

export const AUDIT_DEFAULTS = {
  logDirectory: LOG_DIRECTORY,
  statusFile: STATUS_FILE,
  maxLogBytes: 16 * 1024 * 1024,
  maxLogs: 4,
} as const;

export function keyOf(root: Uint8Array): string {
  return `${KEY_PREFIX}${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
}

/** Of the rules for reads in a root. */
export function readKeyOf({ key }: Pick<WatchedRoot, 'key'>): string {
  return `${READ_KEY_PREFIX}${key.slice(KEY_PREFIX.length)}`;
}

/** The folder of one root's change log. */
export function logDirectoryOf(config: Pick<AuditConfig, 'logDirectory'>, root: WatchedRoot): string {
  return join(config.logDirectory, `${root.owner.uid}-${root.key.slice(KEY_PREFIX.length)}`);
}

export function encodeAuditConfig({ roots, leaveOut, ...rest }: AuditConfig): string {
  const config = {
    version: 1,
    ...rest,
    roots: roots.map(({ path, owner, key, folder, ownFolders, reads }) => ({
      ...pathFields(path),
      ...owner,
      key,
      folder,
      ownFolders: ownFolders?.map(pathFields),
      reads: reads && { ...reads, folders: reads.folders.map(pathFields) },
    })),
    leaveOut: { paths: leaveOut.paths.map(pathFields), actors: leaveOut.actors },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function pathFields(path: Buffer) {
  return jsonPath('path', path);
}
