/**
 * Zip archives in memory: which members there are, and their bytes within a limit. Nothing that a header promises is
 * believed: no size, no place that another member has too, no name. A bomb costs no more than the limit. Who takes
 * names for paths cleans them (`cleanInnerPath`).
 */
import { constants, createInflateRaw } from 'node:zlib';
import { Collected, type Unpacked } from '../unpack/collected.js';
import { namesOf, readDirectory } from './directory.js';
import { dataBegin, type RawMember } from './local-header.js';

export interface ZipMember {
  /** As it stands there: it may hold `..` and anything else. No folder ends in a slash: it is no member. */
  readonly name: string;
  /** Not, when it is encrypted, packed by a method that is not known, or overlaps with a member before it. */
  readonly isReadable: boolean;
  readonly isLink: boolean;
}

interface Placed {
  readonly method: number;
  readonly packed: Buffer;
  /** Its data go on where the bytes of the archive end. */
  readonly isCut: boolean;
}

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x01;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
const CHUNK_BYTES = 65_536;

/** How an archive begins, read as Latin-1: with the header of a member, or the directory of an empty one. */
export const ZIP_HEAD = /^PK(?:\x03\x04|\x05\x06)/;

/**
 * @param maxBytes  how much may be unpacked, all members together.
 * @returns undefined for what is no zip archive.
 */
export async function openZip(bytes: Buffer, maxBytes: number): Promise<ZipArchive | undefined> {
  const directory = ZIP_HEAD.test(bytes.toString('latin1', 0, 4)) ? await readDirectory(bytes) : undefined;
  return directory && new ZipArchive(bytes, directory, maxBytes);
}

export class ZipArchive {
  /** In the order of the directory, without folders. */
  readonly members: readonly ZipMember[];
  /** There are, or may be, more members. */
  readonly isCut: boolean;
  readonly #byName: ReadonlyMap<string, ZipMember>;
  readonly #places: ReadonlyMap<ZipMember, Placed>;
  #bytesLeft: number;

  constructor(bytes: Buffer, { members, isCut }: Awaited<ReturnType<typeof readDirectory>> & object, maxBytes: number) {
    const overlapping = findOverlapping(bytes, members);
    const names = namesOf(members);
    const placed = members
      .map((raw, at) => [toMember(raw, names[at] ?? '', overlapping), place(bytes, raw)] as const)
      .filter(([{ name }]) => !name.endsWith('/'));
    this.members = placed.map(([member]) => member);
    this.#places = new Map(placed);
    // What an archive has twice, the later one replaces.
    this.#byName = new Map(this.members.map((member) => [member.name, member]));
    this.isCut = isCut;
    this.#bytesLeft = maxBytes;
  }

  get(name: string): ZipMember | undefined {
    return this.#byName.get(name);
  }

  /** All of it that can be had within the limits. Nothing of what is not readable. */
  async read(member: ZipMember, maxBytes = Infinity): Promise<Unpacked> {
    const collected = new Collected(maxBytes);
    const isWhole = await this.unpack(member, (part) => collected.add(part));
    return { bytes: collected.bytes, isCut: !isWhole };
  }

  /**
   * Part by part.
   * @param take  gets each part; by returning false it wants no more.
   * @returns whether it was all of it.
   */
  async unpack(member: ZipMember, take: (part: Buffer) => unknown): Promise<boolean> {
    const place = this.#places.get(member);
    if (!place || !member.isReadable) return false;
    try {
      for await (const part of partsOf(place)) {
        const taken = part.subarray(0, this.#bytesLeft);
        this.#bytesLeft -= taken.length;
        if (take(taken) === false || taken.length < part.length) return false;
      }
      return !place.isCut;
    } catch {
      return false;
    }
  }
}

async function* partsOf({ method, packed }: Placed): AsyncGenerator<Buffer> {
  if (method === STORED) yield packed;
  else {
    // Z_SYNC_FLUSH: the end may be missing; what there is of it is given.
    const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
    inflate.end(packed);
    for await (const part of inflate) yield part as Buffer;
  }
}

function toMember(raw: RawMember, name: string, overlapping: ReadonlySet<RawMember>): ZipMember {
  const isKnown = raw.method === STORED || raw.method === DEFLATED;
  return {
    name,
    isReadable: isKnown && (raw.flags & ENCRYPTED) === 0 && !overlapping.has(raw),
    isLink: (raw.unixMode & FILE_TYPE) === LINK,
  };
}

function place(bytes: Buffer, { method, offset, packedBytes }: RawMember): Placed {
  const begin = dataBegin(bytes, offset) ?? bytes.length;
  const packed = bytes.subarray(begin, begin + packedBytes);
  return { method, packed, isCut: packed.length < packedBytes };
}

/** Members that begin before one with a lower offset ends: many that unpack the same bytes make a small file endless. */
function findOverlapping(bytes: Buffer, members: readonly RawMember[]): Set<RawMember> {
  const found = new Set<RawMember>();
  let end = 0;
  for (const member of [...members].sort((a, b) => a.offset - b.offset)) {
    if (member.offset < end) found.add(member);
    end = Math.max(end, (dataBegin(bytes, member.offset) ?? member.offset) + member.packedBytes);
  }
  return found;
}
