/**
 * The tables of names in a WOFF2 font: a list of tables in a form of its own, then all of them packed as one by Brotli.
 * What stands behind the last of them is not unpacked. Used by font.ts.
 */
import { createBrotliDecompress } from 'node:zlib';
import { FindTextError } from '../../../shared/errors.js';
import type { Source } from '../source.js';

const HEADER_BYTES = 48;
const MAX_TABLES = 4096;
/** Of the list of tables, whose entries have at most fifteen. */
const MAX_LIST_BYTES = 15 * MAX_TABLES;
const MAX_PACKED_BYTES = 12 * 1024 * 1024;
/** Before the end of the last table of names. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/** A tag is its number in a list of known ones, or stands there. */
const OTHER_TAG = 63;
const NAME = 5;
/** Outlines and where they begin, which are rewritten unless it is said otherwise; others only if it is said. */
const OUTLINES: readonly number[] = [10, 11];
const UNCHANGED_OUTLINE = 3;

interface Table {
  readonly from: number;
  readonly bytes: number;
}

/** @throws FindTextError FT_EXTRACT_FAILED for one that is damaged. */
export async function readPackedNames(source: Source): Promise<Buffer[]> {
  const head = source.read(0, HEADER_BYTES);
  if (head.length < HEADER_BYTES) return [];
  const list = new ListReader(source.read(HEADER_BYTES, MAX_LIST_BYTES));
  const names = namesIn(list, head.readUInt16BE(12));
  if (head.toString('latin1', 4, 8) === 'ttcf') skipFonts(list);
  const packed = source.read(HEADER_BYTES + list.at, Math.min(head.readUInt32BE(20), MAX_PACKED_BYTES));
  return takeTables(packed, names);
}

function namesIn(list: ListReader, count: number): Table[] {
  const names: Table[] = [];
  let from = 0;
  for (let i = 0; i < Math.min(count, MAX_TABLES); i++) {
    const flags = list.byte();
    const tag = flags & 0x3f;
    const isName = tag === NAME || (tag === OTHER_TAG && list.tag() === 'name');
    const own = list.base128();
    const isRewritten = OUTLINES.includes(tag) ? flags >> 6 !== UNCHANGED_OUTLINE : flags >> 6 !== 0;
    const bytes = isRewritten ? list.base128() : own;
    if (isName) names.push({ from, bytes });
    from += bytes;
  }
  return names;
}

/** In a collection: which tables each font has. */
function skipFonts(list: ListReader): void {
  list.tag();
  for (let fonts = Math.min(list.short255(), MAX_TABLES); fonts > 0; fonts--) {
    const tables = Math.min(list.short255(), MAX_TABLES);
    list.tag();
    for (let i = 0; i < tables; i++) list.short255();
  }
}

async function takeTables(packed: Buffer, tables: readonly Table[]): Promise<Buffer[]> {
  const end = Math.max(0, ...tables.map(({ from, bytes }) => from + bytes));
  if (end === 0 || end > MAX_UNPACKED_BYTES) return [];
  const unpacked = await unpackUpTo(packed, end);
  return tables.map(({ from, bytes }) => unpacked.subarray(from, from + bytes));
}

async function unpackUpTo(packed: Buffer, end: number): Promise<Buffer> {
  const stream = createBrotliDecompress();
  stream.end(packed);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of stream) {
      parts.push(part);
      length += part.length;
      if (length >= end) break;
    }
  } catch {
    throw damagedNames();
  }
  return Buffer.concat(parts);
}

export function damagedNames(): FindTextError {
  return new FindTextError('FT_EXTRACT_FAILED', 'its table of names is damaged');
}

/** Reads the list of tables; behind its end are zeros. */
class ListReader {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  tag(): string {
    this.at += 4;
    return this.bytes.toString('latin1', this.at - 4, this.at);
  }

  /** Seven bits a byte, at most five bytes. */
  base128(): number {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (byte < 128) break;
    }
    return value;
  }

  /** `255UInt16`: most numbers are one byte. */
  short255(): number {
    const code = this.byte();
    if (code === 253) return this.byte() * 256 + this.byte();
    if (code === 255) return this.byte() + 253;
    return code === 254 ? this.byte() + 506 : code;
  }
}
