/**
 * One field of a record → what it means: names for ids, calls, flags, modes and errors; text for escaped strings;
 * numbers for digits; null for `(null)`. What is not known stays as it stands.
 */
import { MACHINES } from '../records/machines.js';
import { RING_OPERATIONS } from '../records/ring-operations.js';
import type { Accounts } from './accounts.js';
import { archOf, argumentText, fullCallName } from './call-arguments.js';
import { exitError } from './error-names.js';
import { fieldMeaning } from './field-meanings.js';
import { openFlags, resolveFlags } from './flag-names.js';
import { escapedText, type TextField, type TextFields } from './text-fields.js';

export type Interpreted = string | number | null | readonly string[];

const UNSET = new Set(['4294967295', '-1']);
const USER_IDS = new Set(
  'auid uid euid suid fsuid ouid oauid sauid iuid old-auid old_auid obj_uid inode_uid id'.split(' '),
);
const GROUP_IDS = new Set('gid egid sgid fsgid ogid igid obj_gid inode_gid new_gid'.split(' '));
/** Here `id` is a group's. */
const GROUP_TYPES = new Set(['ADD_GROUP', 'DEL_GROUP', 'GRP_MGMT']);
const SESSIONS = new Set('ses old-ses old_ses oses'.split(' '));
/** Fields that the kernel or a program writes quoted, or as hex when they hold odd bytes. */
const ESCAPED = new Set(
  (
    'acct cgroup cmd comm cwd device dir exe file grp invalid_context key name new-chardev new-disk new-fs new-net new-rng ' +
    'new_group new_name ocomm old-chardev old-disk old-fs old-net old-rng old_name path proctitle root_dir srawcon sw ' +
    'trawcon vm watch'
  ).split(' '),
);
/** The same in records of AppArmor. */
const ESCAPED_BY_APPARMOR = new Set(
  'apparmor denied_mask info label namespace operation peer profile requested_mask srcname target'.split(' '),
);
const KEY_SEPARATOR = '\u0001';

/** @param record  the record's own fields, for those that another field explains. */
export function interpret(type: string, field: TextField, record: TextFields, accounts: Accounts): Interpreted {
  const { name, raw } = field;
  if (raw === '(null)') return null;
  const special = bySpelling(type, name, raw, { record, accounts }) ?? byTable(type, name, raw, { record, accounts });
  if (special !== undefined) return special;
  if (/^"|^'.*'$/s.test(raw)) return raw.replace(/^["']|["']$/g, '');
  return /^(?:0|[1-9]\d{0,14})$/.test(raw) ? Number(raw) : raw;
}

interface Surroundings {
  readonly record: TextFields;
  readonly accounts: Accounts;
}

/** Values whose meaning hangs on the record's type. */
function bySpelling(type: string, name: string, raw: string, around: Surroundings): Interpreted | undefined {
  if (type === 'SYSCALL') return ofSyscall(name, raw, around);
  if (type === 'SECCOMP' && (name === 'arch' || name === 'syscall')) return ofSyscall(name, raw, around);
  if (type === 'OPENAT2') return ofOpenHow(name, raw, around.record);
  if (type === 'PROCTITLE' && name === 'proctitle') return escapedText(raw)?.replaceAll('\0', ' ');
  if (type === 'EXECVE' && /^a\d+(?:\[\d+\])?$/.test(name)) return escapedText(raw);
  if (type === 'URINGOP' && name === 'uring_op') return RING_OPERATIONS[Number(raw)];
  return undefined;
}

function byTable(type: string, name: string, raw: string, { record, accounts }: Surroundings): Interpreted | undefined {
  if (name === 'id' && GROUP_TYPES.has(type)) return idName(name, raw, accounts.groups, record);
  if (USER_IDS.has(name)) return idName(name, raw, accounts.users, record);
  if (GROUP_IDS.has(name)) return idName(name, raw, accounts.groups, record);
  if (SESSIONS.has(name)) return UNSET.has(raw) ? 'unset' : undefined;
  if (name === 'key') return keyText(raw);
  if (ESCAPED.has(name) || (ESCAPED_BY_APPARMOR.has(name) && isOfAppArmor(record))) return escapedText(raw);
  if (name === 'exit' && raw.startsWith('-')) return exitError(raw, archOf(record));
  return fieldMeaning(type, name, raw, record);
}

function isOfAppArmor({ fields }: TextFields): boolean {
  return fields.some(({ name }) => name === 'apparmor');
}

function ofSyscall(name: string, raw: string, { record, accounts }: Surroundings): Interpreted | undefined {
  if (name === 'arch') return MACHINES.get(archOf(record))?.name ?? record.enriched.get('ARCH');
  if (name === 'syscall') return callOf(raw, record);
  return /^a[0-3]$/.test(name) ? argumentText(record, Number(name[1]), accounts) : undefined;
}

/** A name stays: some programs write one. */
function callOf(raw: string, record: TextFields): string {
  return fullCallName(record) ?? (/^-?\d+$/.test(raw) ? `unknown-syscall(${raw})` : raw);
}

function ofOpenHow(name: string, raw: string, { arch }: TextFields): Interpreted | undefined {
  if (name === 'oflag' && /^[0-7]{1,12}$/.test(raw)) return openFlags(Number.parseInt(raw, 8), arch);
  if (name === 'resolve' && /^0x[\da-f]{1,8}$/i.test(raw)) return resolveFlags(Number.parseInt(raw, 16));
  return name === 'mode' ? raw : undefined;
}

/** The name auditd wrote where the event happened, else this machine's. */
function idName(name: string, raw: string, names: ReadonlyMap<number, string>, record: TextFields): string | undefined {
  if (UNSET.has(raw)) return 'unset';
  if (!/^\d{1,10}$/.test(raw)) return undefined;
  return record.enriched.get(name.toUpperCase()) ?? names.get(Number(raw)) ?? `unknown(${raw})`;
}

function keyText(raw: string): Interpreted | undefined {
  const keys = escapedText(raw)?.split(KEY_SEPARATOR);
  return keys && keys.length > 1 ? keys : keys?.[0];
}
