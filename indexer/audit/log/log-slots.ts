/**
 * The slots of a change log as its reader finds them. The reader runs as the root's owner and trusts nothing. A folder
 * that others may write to is no log, a symlink, a FIFO or somebody else's file no slot.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isSlotName, MAX_HEADER_BYTES, type SlotHeader, tryParseHeader } from './slot-header.js';

export interface OpenSlot extends SlotHeader {
  readonly fd: number;
}

const OTHERS_MAY_WRITE = 0o022;
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Root, under which the plugin makes the files, and their owner. */
export function trustedUids(): readonly number[] {
  return [0, process.geteuid?.() ?? 0];
}

/** Calls `use` with the slots that can be read, oldest generation first, and closes them again. */
export function withSlots<T>(directory: string, uids: readonly number[], use: (slots: readonly OpenSlot[]) => T): T {
  const slots = openAll(directory, uids);
  try {
    return use(slots.sort((a, b) => a.generation - b.generation));
  } finally {
    for (const { fd } of slots) closeSync(fd);
  }
}

/** The header again: while it is the same, what was read in between is what it was. */
export function isStillGeneration({ fd, generation }: OpenSlot): boolean {
  return readHeader(fd)?.generation === generation;
}

function openAll(directory: string, uids: readonly number[]): OpenSlot[] {
  try {
    const stat = lstatSync(directory);
    if (!stat.isDirectory() || !uids.includes(stat.uid) || (stat.mode & OTHERS_MAY_WRITE) !== 0) return [];
    const names = readdirSync(directory).filter(isSlotName);
    return names.flatMap((name) => tryOpen(join(directory, name), uids) ?? []);
  } catch {
    return [];
  }
}

function tryOpen(path: string, uids: readonly number[]): OpenSlot | undefined {
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch {
    return undefined;
  }
  const stat = fstatSync(fd);
  const isTrusted = stat.isFile() && uids.includes(stat.uid) && (stat.mode & OTHERS_MAY_WRITE) === 0;
  const header = isTrusted ? readHeader(fd) : undefined;
  if (header) return { fd, ...header };
  closeSync(fd);
  return undefined;
}

function readHeader(fd: number): SlotHeader | undefined {
  const bytes = Buffer.alloc(MAX_HEADER_BYTES);
  return tryParseHeader(bytes.subarray(0, readSync(fd, bytes, 0, MAX_HEADER_BYTES, 0)));
}
