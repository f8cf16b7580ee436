/**
 * The PATH and CWD records of an event as items: name, inode, device, nametype. Read once the event is known to matter.
 */
import type { AuditEvent } from '../events/audit-event.js';
import { LastValue, latin1 } from '../records/last-value.js';
import type { AuditRecord } from '../records/parse-record.js';
import { decimal, FieldCursor, fieldTag, octal, untrusted, untrustedRaw } from '../records/record-fields.js';
import { type NameBase, ROOT_ONLY, workingBase } from './event-paths.js';
import type { FileId } from './file-change.js';

/** UNTOLD: of a kernel that does not write it. */
export type NameType = 'PARENT' | 'CREATE' | 'DELETE' | 'NORMAL' | 'UNKNOWN' | 'UNTOLD';

export class PathItem {
  nameType: NameType = 'UNTOLD';
  /** -1 when missing. */
  inode = -1;
  /** '' when missing. */
  dev = '';
  /** st_mode, with the file type; 0 when missing. */
  mode = 0;
  #nameFrom = 0;
  #nameTo = 0;
  #isQuoted = false;
  #name: Buffer | null | undefined;

  constructor(readonly record: AuditRecord) {}

  /**
   * As the program gave it, absolute or not; null for `(null)`. Of a PARENT: up to its last slash, or falsely the CWD.
   * Decoded on demand, for most are never asked for; points into the record.
   */
  get name(): Buffer | null {
    if (this.#name === undefined) {
      this.#name = untrusted(this.record.bytes, this.#nameFrom, this.#nameTo, this.#isQuoted);
    }
    return this.#name;
  }

  setName(from: number, to: number, isQuoted: boolean): void {
    this.#nameFrom = from;
    this.#nameTo = to;
    this.#isQuoted = isQuoted;
  }
}

const NAME = fieldTag('name');
const INODE = fieldTag('inode');
const DEV = fieldTag('dev');
const MODE = fieldTag('mode');
const NAMETYPE = fieldTag('nametype');
/** What the kernels of RHEL 7 call it. */
const OBJTYPE = fieldTag('objtype');
const CWD = fieldTag('cwd');
const OFLAG = fieldTag('oflag');
const RESOLVE = fieldTag('resolve');

const FILE_TYPE = 0o170000;
const DIRECTORY = 0o040000;
const SYMLINK = 0o120000;

const cursor = new FieldCursor();
const devs = new LastValue(latin1);
const directories = new LastValue((raw) => {
  const path = untrustedRaw(raw);
  return { path, base: workingBase(path) };
});

export function readItems(event: AuditEvent): PathItem[] {
  const items: PathItem[] = [];
  for (const record of event.records) if (record.type === 'PATH') items.push(readItem(record));
  return items;
}

function readItem(record: AuditRecord): PathItem {
  const item = new PathItem(record);
  const { bytes } = record;
  cursor.start(record);
  while (cursor.next()) {
    const { from, to } = cursor;
    if (cursor.tag === NAME) item.setName(from, to, cursor.isQuoted);
    else if (cursor.tag === INODE) item.inode = decimal(bytes, from, to);
    else if (cursor.tag === DEV) item.dev = devs.read(bytes, from, to);
    else if (cursor.tag === MODE) item.mode = octal(bytes, from, to);
    else if (cursor.tag === NAMETYPE || cursor.tag === OBJTYPE) {
      item.nameType = nameTypeOf(bytes, from, to);
      break;
    }
  }
  return item;
}

function nameTypeOf(bytes: Buffer, from: number, to: number): NameType {
  // What auditd adds may follow without a byte between, in a log that was copied as text.
  if (to - from >= 6) {
    if (bytes[from] === 0x50) return 'PARENT';
    if (bytes[from] === 0x43) return 'CREATE';
    if (bytes[from] === 0x44) return 'DELETE';
    if (bytes[from] === 0x4e) return 'NORMAL';
  }
  return 'UNKNOWN';
}

export function isDirectory(item: PathItem): boolean {
  return (item.mode & FILE_TYPE) === DIRECTORY;
}

export function isSymlink(item: PathItem): boolean {
  return (item.mode & FILE_TYPE) === SYMLINK;
}

export function isSameFile(a: PathItem, b: PathItem): boolean {
  return a.inode === b.inode && a.inode >= 0 && a.dev === b.dev;
}

export function fileId(item: PathItem): FileId | null {
  return item.inode >= 0 && item.dev !== '' ? { inode: item.inode, dev: item.dev } : null;
}

/** The CWD record: what the kernel says, and what names may be joined with. */
export interface WorkingDirectory {
  readonly path: Buffer | null;
  readonly base: NameBase;
}

const NO_DIRECTORY: WorkingDirectory = { path: null, base: ROOT_ONLY };

export function readWorkingDirectory(event: AuditEvent): WorkingDirectory {
  for (const record of event.records) {
    if (record.type !== 'CWD') continue;
    cursor.start(record);
    while (cursor.next()) {
      if (cursor.tag === CWD && cursor.isWhole)
        return directories.read(record.bytes, cursor.from - Number(cursor.isQuoted), cursor.to);
    }
  }
  return NO_DIRECTORY;
}

/** openat2's `struct open_how`; undefined without an OPENAT2 record (kernels before 5.16). */
export function readOpenHow(event: AuditEvent): { readonly flags: number; readonly resolve: number } | undefined {
  const record = event.records.find(({ type }) => type === 'OPENAT2');
  if (!record) return undefined;
  let flags = 0;
  let resolve = 0;
  cursor.start(record);
  while (cursor.next()) {
    const text = record.bytes.toString('latin1', cursor.from, cursor.to);
    if (cursor.tag === OFLAG) flags = Number.parseInt(text, 8) || 0;
    else if (cursor.tag === RESOLVE) resolve = Number.parseInt(text, 16) || 0;
  }
  return { flags, resolve };
}
