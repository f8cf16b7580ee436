/**
 * The members of a zip archive, by the directory at its end; of an archive whose end is missing or damaged, by the
 * headers that stand before each. The one place that knows yauzl.
 */
import { isUtf8 } from 'node:buffer';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { decodeCharset } from '../charset.js';
import { dataBegin, type RawMember, walkHeaders } from './local-header.js';
import { nameCharset } from './name-charset.js';

/** A document of slides has thousands; what is more is not listed. */
export const MAX_MEMBERS = 10_000;
const UTF8_NAME = 0x800;
const OPTIONS = { decodeStrings: false, validateEntrySizes: false } as const;

export interface Directory {
  readonly members: readonly RawMember[];
  /** There are, or may be, more. */
  readonly isCut: boolean;
}

/** @returns undefined for what is no zip archive. */
export async function readDirectory(bytes: Buffer): Promise<Directory | undefined> {
  const told = await readEnd(bytes);
  const first = told?.members[0];
  // Without a directory, or with one that does not belong to these bytes.
  if (told && (first === undefined ? !told.isCut : dataBegin(bytes, first.offset) !== undefined)) return told;
  const members = walkHeaders(bytes, MAX_MEMBERS);
  return members.length > 0 ? { members, isCut: true } : undefined;
}

/** Each in UTF-8. Archives from DOS have names in a code page, and `\` for `/`. */
export function namesOf(members: readonly RawMember[]): string[] {
  const charset = nameCharset(members.flatMap(({ rawName }) => (isUtf8(rawName) ? [] : [rawName])));
  return members.map((member) => nameOf(member, charset));
}

function nameOf({ rawName, flags, extraFields }: RawMember, charset: string | undefined): string {
  const isText = isUtf8(rawName);
  const name = isText || charset === undefined ? rawName : decodeCharset(rawName, charset, false);
  const isUtf = isText || charset !== undefined;
  return getFileNameLowLevel(isUtf ? flags | UTF8_NAME : flags & ~UTF8_NAME, name, [...extraFields], false);
}

async function readEnd(bytes: Buffer): Promise<Directory | undefined> {
  const archive = await fromBufferPromise(bytes, OPTIONS).catch(() => undefined);
  return archive && listEntries(archive);
}

async function listEntries(archive: ZipFile): Promise<Directory> {
  const members: RawMember[] = [];
  try {
    for await (const entry of archive.eachEntry()) {
      if (members.length === MAX_MEMBERS) return { members, isCut: true };
      members.push(toMember(entry));
    }
    return { members, isCut: false };
  } catch {
    return { members, isCut: true };
  }
}

const UNIX = 3;

function toMember(entry: Entry): RawMember {
  return {
    rawName: entry.fileNameRaw,
    flags: entry.generalPurposeBitFlag,
    method: entry.compressionMethod,
    offset: entry.relativeOffsetOfLocalHeader,
    packedBytes: entry.compressedSize,
    unixMode: entry.versionMadeBy >> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0,
    extraFields: entry.extraFields,
  };
}
