/**
 * `find-textd audit log`: a person reads his own change log, root everybody's: when, who, what, newest last.
 */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FindTextError } from '../../../shared/errors.js';
import { displayPath, pathText } from '../../../shared/path-text.js';
import { isWithin } from '../../../shared/path-within.js';
import { nameOf, timeText, type UserNames } from '../../../shared/who-text.js';
import { actionOf } from '../../audit/changes/action-names.js';
import { encodeChange } from '../../audit/changes/change-line.js';
import { logText } from '../../audit/changes/change-text.js';
import type { FileChange } from '../../audit/changes/file-change.js';
import { type FoundLog, findAllLogs } from '../../audit/log/find-logs.js';
import { FolderNames } from '../../audit/log/folder-names.js';
import { encodeGap, type Gap } from '../../audit/log/gap.js';
import { type LoggedItem, mergedItems } from '../../audit/log/merged-items.js';
import { findOwnLogs } from '../../audit/log/own-logs.js';
import { loadAccounts } from '../../audit/view/accounts.js';
import { parseSince } from '../since.js';
import { isReaderGone } from './stream-command.js';

export interface AuditLogArgs {
  /** A file or folder; without it everything. */
  readonly path?: string | undefined;
  /** A time, or how long ago. */
  readonly since?: string | undefined;
  /** Name or number of a user, or a program. */
  readonly who?: string | undefined;
  readonly json?: boolean | undefined;
}

export interface AuditLogIo {
  readonly configFile: string;
  readonly stdout: Writable;
  readonly users?: UserNames;
}

const MOVING = ['rename', 'exchange', 'rmdir'];

/** @throws FindTextError FT_CONFIG_INVALID when there is no log, or an argument is wrong. */
export async function runAuditLog(args: AuditLogArgs, { configFile, stdout, users = loadUsers() }: AuditLogIo) {
  const sinceMs = args.since === undefined ? 0 : parseSince(args.since, Date.now());
  const logs = findLogs(configFile);
  const target = args.path === undefined ? undefined : targetOf(args.path, logs);
  const filter = { sinceMs, target, who: args.who && patternOf(args.who, users) };
  const encode = args.json ? jsonOf : textOf;
  try {
    await pipeline(
      linesOf(logs, filter, (logged) => encode(logged, users)),
      stdout,
      { end: false },
    );
  } catch (error) {
    if (!isReaderGone(error)) throw error;
  }
}

interface Filter {
  readonly sinceMs: number;
  readonly target: Buffer | undefined;
  readonly who: ((change: FileChange) => boolean) | '' | undefined;
}

async function* linesOf(
  logs: readonly FoundLog[],
  filter: Filter,
  encode: (logged: LoggedItem) => string,
): AsyncGenerator<string> {
  const names = new FolderNames();
  for await (const logged of mergedItems(logs)) {
    const item = logged.item.kind === 'gap' ? logged.item : names.complete(logged.item);
    if (logged.atMs >= filter.sinceMs && passes(item, logged.root, filter)) yield encode({ ...logged, item });
  }
}

/** A gap may hide anything. */
function passes(item: FileChange | Gap, root: Buffer, { target, who }: Filter): boolean {
  if (item.kind === 'gap') return !target || isWithin(target, root) || isWithin(root, target);
  return (!who || who(item)) && (!target || isWithin(root, target) || concerns(item, target));
}

/** What moves a folder moves all that is in it. */
function concerns({ kind, from, to }: FileChange, target: Buffer): boolean {
  return [from.path, to?.path].some(
    (path) => path && (isWithin(path, target) || (MOVING.includes(kind) && isWithin(target, path))),
  );
}

function textOf({ item, root, atMs }: LoggedItem, users: UserNames): string {
  if (item.kind !== 'gap') return logText(item, users);
  const what = item.count > 1 ? `${item.reason}, ${item.count}` : item.reason;
  const since = item.sinceMs === 0 ? '' : ` since ${timeText(item.sinceMs)}`;
  return `${timeText(atMs)}  changes in ${displayPath(root)} may have been missed${since} (${what})\n`;
}

function jsonOf({ item, root }: LoggedItem, users: UserNames): string {
  const more = { root: pathText(root), ...(item.kind !== 'gap' && namesOf(item, users)) };
  const line = item.kind === 'gap' ? encodeGap(item) : encodeChange(item);
  return `${JSON.stringify({ ...(JSON.parse(line) as object), ...more })}\n`;
}

function namesOf(change: FileChange, users: UserNames) {
  const { auid, uid } = change.who;
  const name = (id: number | null) => (id === null ? null : (users.get(id) ?? null));
  return { action: actionOf(change), login: name(auid), user: name(uid) };
}

function loadUsers(): UserNames {
  return loadAccounts().users;
}

function findLogs(configFile: string): readonly FoundLog[] {
  const { logs, logDirectory } = findOwnLogs(configFile);
  const all = process.geteuid?.() === 0 ? findAllLogs(logDirectory) : logs;
  if (all.length > 0) return all;
  throw wrong('read your change log', 'you have none', 'Have a folder watched: `sudo find-textd audit install DIR`.');
}

function targetOf(path: string, logs: readonly FoundLog[]): Buffer {
  const target = realOf(resolve(path));
  if (logs.some(({ root }) => isWithin(target, root) || isWithin(root, target))) return target;
  const watched = logs.map(({ root }) => displayPath(root)).join(', ');
  throw wrong(
    `read the change log of ${displayPath(target)}`,
    `it is not watched; what is: ${watched}`,
    `To have it watched from now on: \`sudo find-textd audit install ${displayPath(target)}\`.`,
  );
}

/** What is gone has had its name without symlinks, too. */
function realOf(path: string): Buffer {
  try {
    return realpathSync(path, { encoding: 'buffer' });
  } catch {
    return Buffer.from(path);
  }
}

function patternOf(who: string, users: UserNames): (change: FileChange) => boolean {
  const ids = new Set([...users].filter(([, name]) => name === who).map(([id]) => id));
  if (/^\d{1,10}$/.test(who)) ids.add(Number(who));
  return ({ who: { auid, uid, exe, comm } }) =>
    [auid, uid].some((id) => id !== null && ids.has(id)) || comm === who || exe === who || (exe && nameOf(exe)) === who;
}

function wrong(doing: string, why: string, hint: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `${doing}: ${why}`, { hint });
}
