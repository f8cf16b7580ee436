/**
 * The SYSCALL or URINGOP record of an event: which call, whether it succeeded, and who made it.
 * Read once for every event, when the event is complete.
 */
import { LastValue } from './last-value.js';
import type { AuditRecord } from './parse-record.js';
import { FieldCursor, fieldTag, untrustedRaw } from './record-fields.js';

/** The process behind a change; null is what the record does not tell, or an id that is not set. */
export interface Who {
  /** Login uid: who logged in, through any later su or sudo. */
  readonly auid: number | null;
  readonly uid: number | null;
  /** The thread's own id. */
  readonly pid: number | null;
  readonly ppid: number | null;
  readonly comm: string | null;
  readonly exe: string | null;
}

export class CallHead {
  /** Value of `arch=`, as 32 signed bits; 0 for an io_uring operation. */
  arch = 0;
  /** System call number, or io_uring operation. -1 when missing. */
  call = -1;
  isSuccess = false;
  /** How many PATH records belong to the event; -1 when missing. */
  items = -1;
  ppid = -1;
  pid = -1;
  auid = -1;
  uid = -1;
  comm: string | null = null;
  exe: string | null = null;
  keys: readonly string[] = NO_KEYS;

  constructor(readonly record: AuditRecord) {}

  who(): Who {
    return {
      auid: orNull(this.auid),
      uid: orNull(this.uid),
      pid: orNull(this.pid),
      ppid: orNull(this.ppid),
      comm: this.comm,
      exe: this.exe,
    };
  }

  /** The low 32 bits of an argument of the call, signed. */
  arg(index: 0 | 1 | 2 | 3): number {
    cursor.start(this.record);
    return cursor.seekHex32(ARGS[index]);
  }
}

const NO_KEYS: readonly string[] = [];
const UNSET = 0xffffffff;
const YES = 0x79;
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
const COMM = fieldTag('comm');
const EXE = fieldTag('exe');
const KEY = fieldTag('key');

/** The arguments between `exit` and `items` are hex digits, the ids between `uid` and `comm` have no quotes. */
const I_OF_ITEMS = 0x69;
const QUOTE_OF_COMM = 0x22;

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
  cursor.seek(EXIT);
  cursor.leap(I_OF_ITEMS);
  head.items = cursor.seekDecimal(ITEMS);
  head.ppid = cursor.seekDecimal(PPID);
  head.pid = cursor.seekDecimal(PID);
  head.auid = set(cursor.seekDecimal(AUID));
  head.uid = set(cursor.seekDecimal(UID));
  cursor.leap(QUOTE_OF_COMM);
  head.comm = cached(comms, record, COMM) ?? null;
  head.exe = cached(exes, record, EXE) ?? null;
  head.keys = cached(keys, record, KEY) ?? NO_KEYS;
  return head;
}

/** @param record  of type URINGOP, which tells less of the process. */
export function readRingOperation(record: AuditRecord): CallHead {
  const head = new CallHead(record);
  cursor.start(record);
  head.call = cursor.seekDecimal(URING_OP);
  head.isSuccess = isYes(record);
  head.items = cursor.seekDecimal(ITEMS);
  head.ppid = cursor.seekDecimal(PPID);
  head.pid = cursor.seekDecimal(PID);
  head.uid = set(cursor.seekDecimal(UID));
  head.keys = cached(keys, record, KEY) ?? NO_KEYS;
  return head;
}

function isYes(record: AuditRecord): boolean {
  return cursor.seek(SUCCESS) && cursor.to - cursor.from === 3 && record.bytes[cursor.from] === YES;
}

function cached<T>(values: LastValue<T>, record: AuditRecord, tag: number): T | undefined {
  if (!cursor.seek(tag)) return undefined;
  return values.read(record.bytes, cursor.from - Number(cursor.isQuoted), cursor.to);
}

/** -1 for an id that is not set. */
function set(id: number): number {
  return id === UNSET ? -1 : id;
}

function orNull(value: number): number | null {
  return value < 0 ? null : value;
}

function textOf(raw: Buffer): string | null {
  return untrustedRaw(raw)?.toString('utf8') ?? null;
}

/** The keys of all rules that matched, in the order of the rules. */
function keysOf(raw: Buffer): readonly string[] {
  return textOf(raw)?.split(KEY_SEPARATOR) ?? NO_KEYS;
}
