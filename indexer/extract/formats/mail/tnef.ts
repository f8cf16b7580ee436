/**
 * `winmail.dat`, in which Outlook packs what is attached to a letter: the files in it. A list of attributes, each as long
 * as it says. Pure.
 */
import { decodeCharset } from '../../charset.js';

const SIGNATURE = 0x223e9f78;
const HEAD_BYTES = 6;
/** Level, name and length stand before the data, a checksum behind them. */
const ATTRIBUTE_BYTES = 9;
const CHECKSUM_BYTES = 2;
const OF_ATTACHMENT = 2;
/** A file begins. */
const BEGIN = 0x9002;
const NAME = 0x8010;
const DATA = 0x800f;
/** Properties of the file, of which one is its whole name. */
const PROPERTIES = 0x9005;
const LONG_NAMES: readonly number[] = [0x3707, 0x3001];
const [TEXT_8, TEXT_16] = [0x1e, 0x1f];
/** Kinds of values that say how long they are: texts, an object, and bytes. */
const WITH_LENGTH: readonly number[] = [TEXT_8, TEXT_16, 0x0d, 0x102];
const MAX_FILES = 1000;
const MAX_PROPERTIES = 1000;
/** Bytes of the values that have no length of their own, by their kind. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0x02, 4],
  [0x03, 4],
  [0x04, 4],
  [0x05, 8],
  [0x06, 8],
  [0x07, 8],
  [0x0a, 4],
  [0x0b, 4],
  [0x14, 8],
  [0x40, 8],
  [0x48, 16],
]);

/** By its first bytes, whatever it is called. */
export function isTnef(bytes: Buffer): boolean {
  return bytes.length > HEAD_BYTES && bytes.readUInt32LE() === SIGNATURE;
}

export interface TnefFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export function tnefFiles(bytes: Buffer): TnefFile[] {
  const files: { name: string; longName: string; bytes: Buffer }[] = [];
  for (const { name, data } of attributesOf(bytes)) {
    const file = files.at(-1);
    if (name === BEGIN && files.length < MAX_FILES) files.push({ name: '', longName: '', bytes: Buffer.alloc(0) });
    else if (!file) continue;
    else if (name === NAME) file.name = latin(data);
    else if (name === DATA) file.bytes = data;
    else if (name === PROPERTIES) file.longName = longNameOf(data);
  }
  return files.flatMap(({ name, longName, bytes }) => (bytes.length > 0 ? [{ name: longName || name, bytes }] : []));
}

function* attributesOf(bytes: Buffer): Generator<{ readonly name: number; readonly data: Buffer }> {
  for (let at = HEAD_BYTES; at + ATTRIBUTE_BYTES <= bytes.length; ) {
    const begin = at + ATTRIBUTE_BYTES;
    const end = begin + bytes.readUInt32LE(at + 5);
    // What is cut off counts as far as it goes.
    if (bytes[at] === OF_ATTACHMENT) yield { name: bytes.readUInt16LE(at + 1), data: bytes.subarray(begin, end) };
    at = end + CHECKSUM_BYTES;
  }
}

/** '' where none is told, or before it stands what is not understood. */
function longNameOf(data: Buffer): string {
  const found = new Map<number, string>();
  try {
    const count = Math.min(data.readUInt32LE(), MAX_PROPERTIES);
    for (let [at, i] = [4, 0]; i < count; i++) {
      const [kind, id] = [data.readUInt16LE(at), data.readUInt16LE(at + 2)];
      const { value, next } = valueAt(data, at + 4, { kind, isNamed: id >= 0x8000 });
      if (kind === TEXT_8) found.set(id, latin(value));
      else if (kind === TEXT_16) found.set(id, value.toString('utf16le').replace(/\0.*$/s, ''));
      at = next;
    }
  } catch {
    // It ends there.
  }
  return LONG_NAMES.map((id) => found.get(id)).find(Boolean) ?? '';
}

/** @throws where it does not end within the data, or is of a kind that is not known. */
function valueAt(data: Buffer, from: number, { kind, isNamed }: { readonly kind: number; readonly isNamed: boolean }) {
  const begin = isNamed ? afterName(data, from) : from;
  const fixed = FIXED.get(kind);
  if (fixed !== undefined) return { value: data.subarray(begin, begin + fixed), next: begin + fixed };
  if (!WITH_LENGTH.includes(kind)) throw new RangeError('not known');
  // A list of one, as a rule.
  let at = begin + 4;
  let value = data.subarray(0, 0);
  for (let left = Math.min(data.readUInt32LE(begin), MAX_PROPERTIES); left > 0; left--) {
    const bytes = data.readUInt32LE(at);
    value = data.subarray(at + 4, at + 4 + bytes);
    at += 4 + padded(bytes);
  }
  return { value, next: at };
}

/** Of a property that has a name of its own: a number, or a text. */
function afterName(data: Buffer, from: number): number {
  const isText = data.readUInt32LE(from + 16) === 1;
  const number = data.readUInt32LE(from + 20);
  return from + 24 + (isText ? padded(number) : 0);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function latin(data: Buffer): string {
  const end = data.indexOf(0);
  return decodeCharset(end < 0 ? data : data.subarray(0, end), 'windows-1252', false).toString();
}
