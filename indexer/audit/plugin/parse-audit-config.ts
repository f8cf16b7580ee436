/**
 * The text of the plugin's configuration → AuditConfig. Nothing is guessed: what is missing, unknown or out of range is
 * an error, because half a configuration would watch half of the folders and say nothing.
 */
import { isAbsolute } from 'node:path';
import { FindTextError } from '../../../shared/errors.js';
import type { Owner } from '../log/open-slots.js';
import type { ActorPattern, AuditConfig, FolderIdentity, ReadWatch, WatchedRoot } from './audit-config.js';

const MIN_LOG_BYTES = 64 * 1024;
const MAX_LOGS = 64;
const MAX_ID = 0xfffffffe;
const MAX_ROOTS = 100;

/** @throws FindTextError FT_CONFIG_INVALID that names the field. */
export function parseAuditConfig(text: string, file: string): AuditConfig {
  const fail = (what: string): never => {
    throw new FindTextError('FT_CONFIG_INVALID', `read ${file}: ${what}`, {
      hint: 'Mend it, or write it anew: `find-textd audit uninstall`, then `audit install`.',
    });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(`it is not JSON (${(error as Error).message})`);
  }
  return new Checker(fail).config(value);
}

type Fields = Readonly<Record<string, unknown>>;

class Checker {
  constructor(readonly fail: (what: string) => never) {}

  config(value: unknown): AuditConfig {
    const fields = this.object(value, 'the file', [
      ...['version', 'logDirectory', 'statusFile', 'runAs', 'maxLogBytes', 'maxLogs', 'roots', 'leaveOut'],
    ]);
    this.integer(fields, 'version', 1, 1);
    const leaveOut = this.object(fields.leaveOut, 'leaveOut', ['paths', 'actors']);
    return {
      logDirectory: this.file(fields, 'logDirectory'),
      statusFile: this.file(fields, 'statusFile'),
      runAs: this.owner(this.object(fields.runAs, 'runAs', ['uid', 'gid'])),
      maxLogBytes: this.integer(fields, 'maxLogBytes', MIN_LOG_BYTES, Number.MAX_SAFE_INTEGER),
      maxLogs: this.integer(fields, 'maxLogs', 2, MAX_LOGS),
      roots: this.list(fields.roots, 'roots').map((root) => this.root(root)),
      leaveOut: {
        paths: this.paths(leaveOut.paths, 'leaveOut.paths'),
        actors: this.list(leaveOut.actors, 'leaveOut.actors').map((actor) => this.actor(actor)),
      },
    };
  }

  root(value: unknown): WatchedRoot {
    const fields = this.object(value, 'roots', [
      'path',
      'pathHex',
      'uid',
      'gid',
      'key',
      'folder',
      'ownFolders',
      'reads',
    ]);
    const { key, folder, ownFolders, reads } = fields;
    if (typeof key !== 'string' || !/^find-text-[0-9a-f]{1,20}$/.test(key))
      this.fail(`the key ${show(key)} is not ours`);
    return {
      path: this.path(fields),
      owner: this.owner(fields),
      key: key as string,
      ...(folder !== undefined && { folder: this.folder(folder) }),
      ...(ownFolders !== undefined && { ownFolders: this.paths(ownFolders, 'ownFolders') }),
      ...(reads !== undefined && { reads: this.reads(reads) }),
    };
  }

  reads(value: unknown): ReadWatch {
    const fields = this.object(value, 'reads', ['folders', 'isOpened', 'isDenied', 'exes']);
    const { isOpened, isDenied } = fields;
    const exes = this.list(fields.exes, 'reads.exes');
    for (const exe of exes) this.file({ exe }, 'exe');
    return {
      folders: this.paths(fields.folders, 'reads.folders'),
      isOpened: isOpened === true,
      isDenied: isDenied === true,
      exes: exes as readonly string[],
    };
  }

  folder(value: unknown): FolderIdentity {
    const fields = this.object(value, 'folder', ['inode', 'uid']);
    return {
      inode: this.integer(fields, 'inode', 0, Number.MAX_SAFE_INTEGER),
      uid: this.integer(fields, 'uid', 0, MAX_ID),
    };
  }

  paths(value: unknown, what: string): Buffer[] {
    return this.list(value, what).map((path) => this.path(this.object(path, what, ['path', 'pathHex'])));
  }

  actor(value: unknown): ActorPattern {
    const fields = this.object(value, 'leaveOut.actors', ['uid', 'exe', 'comm']);
    if (Object.keys(fields).length === 0) this.fail('an empty pattern in leaveOut.actors would leave out everybody');
    if ('uid' in fields) this.integer(fields, 'uid', 0, MAX_ID);
    for (const name of ['exe', 'comm'] as const)
      if (name in fields && typeof fields[name] !== 'string') this.fail(`${name} ${show(fields[name])} is no text`);
    return fields as ActorPattern;
  }

  path(fields: Fields): Buffer {
    const { path, pathHex } = fields;
    if (pathHex !== undefined && !(typeof pathHex === 'string' && /^(?:[0-9a-f]{2})+$/.test(pathHex)))
      this.fail(`pathHex ${show(pathHex)} is not hexadecimal`);
    const bytes = typeof pathHex === 'string' ? Buffer.from(pathHex, 'hex') : Buffer.from(String(path));
    const isPlain = typeof path === 'string' && bytes[0] === 0x2f && !bytes.includes(0) && bytes.length <= 4096;
    if (!isPlain || !isNormal(bytes)) this.fail(`the path ${show(path)} is not absolute and plain`);
    return bytes;
  }

  owner(fields: Fields): Owner {
    return { uid: this.integer(fields, 'uid', 0, MAX_ID), gid: this.integer(fields, 'gid', 0, MAX_ID) };
  }

  file(fields: Fields, name: string): string {
    const value = fields[name];
    if (typeof value !== 'string' || !isAbsolute(value) || !isNormal(Buffer.from(value)))
      this.fail(`${name} ${show(value)} is not absolute and plain`);
    return value as string;
  }

  integer(fields: Fields, name: string, min: number, max: number): number {
    const value = fields[name];
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
      this.fail(`${name} is ${show(value)}, not a whole number from ${min} to ${max}`);
    return value as number;
  }

  list(value: unknown, what: string): readonly unknown[] {
    if (!Array.isArray(value) || value.length > MAX_ROOTS) this.fail(`${what} is not a list of at most ${MAX_ROOTS}`);
    return value as readonly unknown[];
  }

  object(value: unknown, what: string, names: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail(`${what} is not an object`);
    const unknown = Object.keys(value as object).find((name) => !names.includes(name));
    if (unknown !== undefined) this.fail(`${what} has ${show(unknown)}, which is not known`);
    return value as Fields;
  }
}

/** Without `//`, `.`, `..` and a slash at the end; `/` itself is. */
function isNormal(path: Buffer): boolean {
  if (path.length === 1) return true;
  const parts = path.subarray(1).toString('latin1').split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}
