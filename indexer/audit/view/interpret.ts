/**
 * One field of a record → what it means: names for ids, calls, flags, modes and errors; text for escaped strings; numbers for
 * digits; null for `(null)`. What is not known stays as it stands.
 */

import { MACHINES } from '../machines.js';
import { RING_OPERATIONS } from '../ring-operations.js';
import type { Accounts } from './accounts.js';
import { archOf, callNameOf, opensWithFlags, pathArguments, takesMode } from './call-arguments.js';
import { exitError } from './error-names.js';
import { fileMode, openFlags, resolveFlags, signalName, socketAddress } from './flag-names.js';
import { decodeEscaped, type TextField, type TextFields } from './text-fields.js';

export type Interpreted = string | number | null | readonly string[];

const AT_FDCWD = -100;
const UNSET = '4294967295';
const USER_IDS = new Set(
  'auid uid euid suid fsuid ouid oauid sauid iuid old-auid old_auid obj_uid inode_uid id'.split(' '),
);
const GROUP_IDS = new Set('gid egid sgid fsgid ogid igid obj_gid inode_gid new_gid'.split(' '));
const SESSIONS = new Set('ses old-ses old_ses oses'.split(' '));
/** Fields that the kernel or a program writes quoted, or as hex when they hold odd bytes. */
const ESCAPED = new Set(
  'acct cmd comm cwd data dir exe file grp key name new_name ocomm old_name path proctitle sw vm watch'.split(' '),
);
const CAPABILITIES = new Set('cap_fi cap_fp cap_fe cap_pi cap_pp cap_pe cap_pa fi fp fe pi pp pe pa old_pa'.split(' '));
const KEY_SEPARATOR = '\u0001';

/** @param record  the record's own fields, for those that another field explains. */
export function interpret(type: string, field: TextField, record: TextFields, accounts: Accounts): Interpreted {
  const { name, raw } = field;
  if (raw === '(null)') return null;
  const special = bySpelling(type, name, raw, record) ?? byTable(name, raw, record, accounts);
  if (special !== undefined) return special;
  if (raw.startsWith('"')) return raw.replace(/^"|"$/g, '');
  return /^(?:0|[1-9]\d{0,14})$/.test(raw) ? Number(raw) : raw;
}

/** Values whose meaning hangs on the record's type. */
function bySpelling(type: string, name: string, raw: string, record: TextFields): Interpreted | undefined {
  if (type === 'SYSCALL') return ofSyscall(name, raw, record);
  if (type === 'OPENAT2') return ofOpenHow(name, raw);
  if (type === 'PROCTITLE' && name === 'proctitle') return textOf(raw)?.replaceAll('\0', ' ');
  if (type === 'EXECVE' && /^a\d+(?:\[\d+\])?$/.test(name)) return textOf(raw);
  if (type === 'URINGOP' && name === 'uring_op') return RING_OPERATIONS[Number(raw)];
  return undefined;
}

function byTable(name: string, raw: string, record: TextFields, accounts: Accounts): Interpreted | undefined {
  if (USER_IDS.has(name)) return idName(name, raw, accounts.users, record);
  if (GROUP_IDS.has(name)) return idName(name, raw, accounts.groups, record);
  if (SESSIONS.has(name)) return raw === UNSET ? 'unset' : undefined;
  if (name === 'key') return keyText(raw);
  if (ESCAPED.has(name)) return textOf(raw);
  if (CAPABILITIES.has(name)) return /^0+$/.test(raw) && !name.endsWith('fe') ? 'none' : undefined;
  if (name === 'exit' && raw.startsWith('-')) return exitError(Number(raw));
  if (name === 'mode' && /^[0-7]+$/.test(raw)) return fileMode(Number.parseInt(raw, 8));
  if (name === 'sig') return signalName(Number(raw));
  if (name === 'saddr')
    return record.enriched.get('SADDR') ?? socketAddress(decodeEscaped(raw) ?? Buffer.alloc(0)) ?? raw;
  return undefined;
}

function ofSyscall(name: string, raw: string, record: TextFields): Interpreted | undefined {
  if (name === 'arch') return MACHINES.get(archOf(record))?.name ?? record.enriched.get('ARCH');
  if (name === 'syscall') return callNameOf(record) ?? `unknown-syscall(${raw})`;
  return /^a[0-3]$/.test(name) ? argument(record, Number(name[1]), raw) : undefined;
}

function argument(record: TextFields, index: number, raw: string): string {
  const call = callNameOf(record);
  const value = Number.parseInt(raw.slice(-8), 16) | 0;
  if (call !== undefined) {
    if (pathArguments(call).includes(index) && value === AT_FDCWD) return 'AT_FDCWD';
    if (opensWithFlags(call) === index) return openFlags(value, archOf(record));
    if (takesMode(call) === index) return `0${(value & 0o7777).toString(8)}`;
  }
  return `0x${raw}`;
}

function ofOpenHow(name: string, raw: string): Interpreted | undefined {
  if (name === 'oflag') return openFlags(Number.parseInt(raw, 8), 0);
  if (name === 'resolve') return resolveFlags(Number.parseInt(raw, 16));
  return name === 'mode' ? raw : undefined;
}

/** The name auditd wrote where the event happened, else this machine's. */
function idName(name: string, raw: string, names: ReadonlyMap<number, string>, record: TextFields): string | undefined {
  if (!/^\d+$/.test(raw)) return undefined;
  if (raw === UNSET) return 'unset';
  return record.enriched.get(name.toUpperCase()) ?? names.get(Number(raw)) ?? `unknown(${raw})`;
}

function keyText(raw: string): Interpreted | undefined {
  const keys = textOf(raw)?.split(KEY_SEPARATOR);
  return keys && keys.length > 1 ? keys : keys?.[0];
}

function textOf(raw: string): string | undefined {
  return decodeEscaped(raw)?.toString('utf8');
}
