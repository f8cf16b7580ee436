/**
 * One line of the change log → FileChange. The log is the border between root and a user's daemon, so nothing in it is
 * trusted. Sizes, types and ranges are checked, and a line with anything find-text would not write is refused as a
 * whole. Fields it does not know are passed over, so that a newer plugin can write to an older daemon.
 */
import { isUtf8Path, pathText } from '../../../shared/path-text.js';
import type { Who } from '../records/call-head.js';
import { ATTRIBUTES } from './calls.js';
import { CHANGE_KINDS, type ChangeKind, type FileChange, type FileId, NOWHERE, type Place } from './file-change.js';

/**
 * Longer lines are refused: four names of 4096 bytes, as text of six characters a byte and as hex, would not be
 * written.
 */
export const MAX_CHANGE_LINE_BYTES = 128 * 1024;

const MAX_PATH_BYTES = 16 * 1024;
const MAX_NAME_BYTES = 4096;
const MAX_TEXT = 4096;
const MAX_LIST = 64;
const MAX_SECONDS = 1e12;
const MAX_UINT32 = 0xffffffff;
const MAX_INODE = 2 ** 64;
const DEV = /^[0-9a-f]{1,8}:[0-9a-f]{1,8}$/;
const HEX = /^(?:[0-9a-f]{2})+$/;
const TWO_PLACES: readonly ChangeKind[] = ['rename', 'link', 'exchange'];

type Fields = Readonly<Record<string, unknown>>;

class Refused extends Error {}

/** @param line  without its line feed. @returns undefined when the line is not one that `encodeChange` writes. */
export function tryReadChange(line: Uint8Array): FileChange | undefined {
  if (line.length > MAX_CHANGE_LINE_BYTES || !isUtf8Path(line)) return undefined;
  try {
    return readChange(objectOf(JSON.parse(pathText(line))));
  } catch {
    return undefined;
  }
}

function readChange(fields: Fields): FileChange {
  const kind = oneOf(CHANGE_KINDS, fields.kind);
  const certainty = oneOf(['exact', 'inode'] as const, fields.certainty);
  const from = readPlace(fields, 'path', 'parent', 'name');
  const to = TWO_PLACES.includes(kind) ? readPlace(fields, 'to', 'toParent', 'toName') : null;
  const isExact = from.path !== null && to?.path !== null;
  must(isExact === (certainty === 'exact') && (isExact || from.path === null));
  return {
    node: fields.node === undefined ? '' : textOf(fields.node),
    serial: integer(fields.serial, Number.MAX_SAFE_INTEGER),
    timestampMs: Math.round(within(fields.timestamp, MAX_SECONDS) * 1000),
    kind,
    attribute: kind === 'attrib' ? oneOf(ATTRIBUTES, fields.attribute) : null,
    certainty,
    from,
    to,
    eitherParent: fields.eitherParent === undefined ? [] : listOf(fields.eitherParent, readFileId),
    file: idOf(fields.inode, fields.dev),
    who: readWho(objectOf(fields.who)),
    keys: readKeys(fields),
  };
}

function readPlace(fields: Fields, path: string, parent: string, name: string): Place {
  const place: Place = {
    path: readBytes(fields[path], fields[`${path}Hex`], MAX_PATH_BYTES),
    parent: idOf(fields[`${parent}Inode`], fields[`${parent}Dev`]),
    name: readBytes(fields[name], fields[`${name}Hex`], MAX_NAME_BYTES),
  };
  must(place.path === null || (isCleanPath(place.path) && place.name === null));
  must(place.name === null || isName(place.name));
  return place.path || place.parent || place.name ? place : NOWHERE;
}

/** Text, or text and the bytes it was made of when these are not UTF-8. */
function readBytes(text: unknown, hex: unknown, longest: number): Buffer | null {
  if (text === null || text === undefined) {
    must(hex === undefined);
    return null;
  }
  must(typeof text === 'string' && text.length <= longest);
  if (hex !== undefined) must(typeof hex === 'string' && hex.length <= 2 * longest && HEX.test(hex));
  const bytes = hex === undefined ? Buffer.from(text as string) : Buffer.from(hex as string, 'hex');
  must(bytes.length <= longest && pathText(bytes) === text && isUtf8Path(bytes) === (hex === undefined));
  return bytes;
}

function isCleanPath(path: Buffer): boolean {
  if (path[0] !== 0x2f) return false;
  const parts = path.toString('latin1', 1).split('/');
  return path.length === 1 || parts.every(isPart);
}

function isName(name: Buffer): boolean {
  return !name.includes(0x2f) && isPart(name.toString('latin1'));
}

function isPart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !part.includes('\0');
}

function readFileId(value: unknown): FileId {
  const { inode, dev } = objectOf(value);
  const id = idOf(inode, dev);
  must(id !== null);
  return id as FileId;
}

function idOf(inode: unknown, dev: unknown): FileId | null {
  if ((inode ?? dev ?? null) === null) return null;
  must(typeof dev === 'string' && DEV.test(dev));
  return { inode: integer(inode, MAX_INODE), dev: dev as string };
}

function readWho(who: Fields): Who {
  return {
    auid: orNull(who.auid, id),
    uid: orNull(who.uid, id),
    pid: orNull(who.pid, id),
    ppid: orNull(who.ppid, id),
    comm: orNull(who.comm, textOf),
    exe: orNull(who.exe, textOf),
    gid: maybe(who.gid),
    euid: maybe(who.euid),
    session: maybe(who.session),
  };
}

/** What a plugin of before did not write. */
function maybe(value: unknown): number | null {
  return value === undefined ? null : orNull(value, id);
}

function readKeys(fields: Fields): readonly string[] {
  const first = orNull(fields.key, textOf);
  if (fields.keys === undefined) return first === null ? [] : [first];
  const keys = listOf(fields.keys, textOf);
  must(keys.length > 1 && keys[0] === first);
  return keys;
}

function must(isSo: boolean): void {
  if (!isSo) throw new Refused();
}

function objectOf(value: unknown): Fields {
  must(typeof value === 'object' && value !== null && !Array.isArray(value));
  return value as Fields;
}

function listOf<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  must(Array.isArray(value) && value.length <= MAX_LIST);
  return (value as unknown[]).map(read);
}

function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

function textOf(value: unknown): string {
  must(typeof value === 'string' && value.length <= MAX_TEXT);
  return value as string;
}

function id(value: unknown): number {
  return integer(value, MAX_UINT32);
}

function integer(value: unknown, largest: number): number {
  must(Number.isInteger(value));
  return within(value, largest);
}

function within(value: unknown, largest: number): number {
  must(typeof value === 'number' && value >= 0 && value <= largest);
  return value as number;
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T {
  must((known as readonly unknown[]).includes(value));
  return value as T;
}
