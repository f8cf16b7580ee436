/**
 * The SYSCALL or URINGOP record of an event: which call, whether it succeeded, and who made it.
 * Read once for every event, when the event is complete.
 */
import { LastValue } from './last-value.js';
import type { AuditRecord } from './parse-record.js';
import { ENRICHED, FieldCursor, fieldTag, untrustedRaw } from './record-fields.js';

/** The process behind a change; null is what the record does not tell, or an id that is not set. */
export interface Who {
  /** Login uid: who logged in, through any later su or sudo. */
  readonly auid: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Whose rights it has: another one's than `uid` in a setuid program. */
  readonly euid: number | null;
  /** Number of the login. */
  readonly session: number | null;
  /** The thread's own id. */
  readonly pid: number | null;
  readonly ppid: number | null;
  readonly comm: string | null;
  readonly exe: string | null;
}

export const UNKNOWN_WHO: Who = {
  ...{ auid: null, uid: null, pid: null, ppid: null, comm: null, exe: null },
  ...{ gid: null, euid: null, session: null },
};

export class CallHead {
  /** Value of `arch=`, as 32 signed bits; 0 for an io_uring operation. */
  arch = 0;
  /** System call number, or io_uring operation. -1 when missing. */
  call = -1;
  isSuccess = false;
  /** It failed because it was not allowed (EACCES, EPERM). */
  isDenied = false;
  /** How many PATH records belong to the event; -1 when missing. */
  items = -1;
  subject = NOBODY;
  /** Where the arguments begin, behind the record's `body`. */
  argsFrom = 0;

  constructor(readonly record: AuditRecord) {}

  get who(): Who {
    return this.subject.who;
  }

  get keys(): readonly string[] {
    return this.subject.keys;
  }

  /** The low 32 bits of an argument of the call, signed. */
  arg(index: 0 | 1 | 2 | 3): number {
    cursor.start(this.record, this.argsFrom);
    return cursor.seekHex32(ARGS[index]);
  }

  /** The call's name as auditd wrote it where the event happened, in its ENRICHED format. */
  get enrichedCall(): string | undefined {
    const { bytes, body, end } = this.record;
    const at = bytes.subarray(body, end).indexOf(ENRICHED);
    return at < 0 ? undefined : ENRICHED_CALL.exec(bytes.toString('latin1', body + at, end))?.[1];
  }
}

const ENRICHED_CALL = /[\x1d ]SYSCALL="?(\w+)/;

/** The end of a record, from `ppid=` on: the same in all records of one process under one rule. */
interface Subject {
  readonly who: Who;
  readonly keys: readonly string[];
}

const NO_KEYS: readonly string[] = [];
const NOBODY: Subject = {
  who: UNKNOWN_WHO,
  keys: NO_KEYS,
};
const UNSET = 0xffffffff;
const YES = 0x79;
/** EACCES and EPERM. */
const DENIALS: readonly string[] = ['-13', '-1'];
const KEY_SEPARATOR = '\u0001';

const ARCH = fieldTag('arch');
const SYSCALL = fieldTag('syscall');
const URING_OP = fieldTag('uring_op');
const SUCCESS = fieldTag('success');
const ARGS = [fieldTag('a0'), fieldTag('a1'), fieldTag('a2'), fieldTag('a3')] as const;
const EXIT = fieldTag('exit');
const ITEMS = fieldTag('items');
const PPID = fieldTag('ppid');
const PID = fieldTag('pid');
const AUID = fieldTag('auid');
const UID = fieldTag('uid');
const GID = fieldTag('gid');
const EUID = fieldTag('euid');
const SES = fieldTag('ses');
const COMM = fieldTag('comm');
const EXE = fieldTag('exe');
const KEY = fieldTag('key');

/** The arguments between `exit` and `items` are hex digits. */
const I_OF_ITEMS = 0x69;

const cursor = new FieldCursor();
const comms = new LastValue(textOf);
const exes = new LastValue(textOf);
const keys = new LastValue(keysOf);

/** @param record  of type SYSCALL. The fields are read in the order in which the kernel writes them. */
export function readSyscall(record: AuditRecord): CallHead {
  const head = new CallHead(record);
  cursor.start(record);
  head.arch = cursor.seekHex32(ARCH);
  head.call = cursor.seekDecimal(SYSCALL);
  head.isSuccess = isYes(record);
  head.isDenied = cursor.seek(EXIT) && !head.isSuccess && isDenial(record);
  head.argsFrom = cursor.to - record.body;
  cursor.leap(I_OF_ITEMS);
  head.items = cursor.seekDecimal(ITEMS);
  head.subject = head.items < 0 ? readSubject(record) : subjectOf(record, cursor.to);
  return head;
}

/** The value that the cursor has found: `-13` or `-1`. */
function isDenial({ bytes }: AuditRecord): boolean {
  return DENIALS.includes(bytes.toString('latin1', cursor.from, cursor.to));
}

/** @param record  of type URINGOP, which tells less of the process. */
export function readRingOperation(record: AuditRecord): CallHead {
  const head = new CallHead(record);
  cursor.start(record);
  head.call = cursor.seekDecimal(URING_OP);
  head.isSuccess = isYes(record);
  head.items = cursor.seekDecimal(ITEMS);
  head.subject = head.items < 0 ? readSubject(record) : subjectOf(record, cursor.to);
  return head;
}

function isYes(record: AuditRecord): boolean {
  return cursor.seek(SUCCESS) && cursor.to - cursor.from === 3 && record.bytes[cursor.from] === YES;
}

/** The subject of the record before; most records have the same. */
class LastSubject {
  #raw = Buffer.alloc(0);
  #subject = NOBODY;

  /** @param from  where the end of the record begins. */
  read(record: AuditRecord, from: number): Subject {
    if (!this.#isSame(record, from)) {
      const { bytes, end } = record;
      const enriched = bytes.subarray(from, end).indexOf(ENRICHED);
      this.#raw = Buffer.from(bytes.subarray(from, enriched < 0 ? end : from + enriched));
      this.#subject = readSubject(record);
    }
    return this.#subject;
  }

  #isSame({ bytes, end }: AuditRecord, from: number): boolean {
    const raw = this.#raw;
    const to = from + raw.length;
    if (raw.length === 0 || to > end || (to < end && bytes[to] !== ENRICHED)) return false;
    return bytes.compare(raw, 0, raw.length, from, to) === 0;
  }
}

/** Of as many processes that work at the same time; told apart by the bytes of their ids. */
const subjects = Array.from({ length: 16 }, () => new LastSubject());
const BYTES_OF_IDS = 24;

/** @param from  where `ppid=` begins in the record. */
function subjectOf(record: AuditRecord, from: number): Subject {
  const to = Math.min(from + BYTES_OF_IDS, record.end);
  let sum = 0;
  for (let at = from; at < to; at++) sum += record.bytes[at] as number;
  return (subjects[sum % subjects.length] as LastSubject).read(record, from);
}

/** @param record  at which the cursor stands. */
function readSubject(record: AuditRecord): Subject {
  const ppid = id(PPID);
  const pid = id(PID);
  const auid = id(AUID);
  const uid = id(UID);
  const gid = id(GID);
  const euid = id(EUID);
  const session = id(SES);
  const comm = text(comms, record, COMM);
  const exe = text(exes, record, EXE);
  return { who: { auid, uid, pid, ppid, comm, exe, gid, euid, session }, keys: text(keys, record, KEY) ?? NO_KEYS };
}

/** null for an id that is missing or not set. */
function id(tag: number): number | null {
  const value = cursor.seekDecimal(tag);
  return value < 0 || value === UNSET ? null : value;
}

function text<T>(values: LastValue<T>, { bytes }: AuditRecord, tag: number): T | null {
  if (!cursor.seek(tag)) return null;
  return values.read(bytes, cursor.from - Number(cursor.isQuoted), cursor.to);
}

function textOf(raw: Buffer): string | null {
  return untrustedRaw(raw)?.toString('utf8') ?? null;
}

/** The keys of all rules that matched, in the order of the rules. */
function keysOf(raw: Buffer): readonly string[] {
  return textOf(raw)?.split(KEY_SEPARATOR) ?? NO_KEYS;
}
