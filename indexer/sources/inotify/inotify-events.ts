/**
 * The kernel's inotify record format: the mask bits find-text uses, and bytes → events. Nothing here touches the
 * system. A record is 16 bytes (wd, mask, cookie, name length; native byte order) and the name, padded with NULs to
 * that length.
 * @see inotify(7), linux/inotify.h
 */
import { endianness } from 'node:os';

export const IN = {
  MODIFY: 0x2,
  ATTRIB: 0x4,
  CLOSE_WRITE: 0x8,
  CLOSE_NOWRITE: 0x10,
  OPEN: 0x20,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
  UNMOUNT: 0x2000,
  Q_OVERFLOW: 0x4000,
  IGNORED: 0x8000,
  ONLYDIR: 0x01000000,
  DONT_FOLLOW: 0x02000000,
  EXCL_UNLINK: 0x04000000,
  ISDIR: 0x40000000,
} as const;

export interface InotifyEvent {
  /** The watched directory; -1 for an overflow. */
  readonly wd: number;
  readonly mask: number;
  /** Equal and not 0 in the two events of one rename. */
  readonly cookie: number;
  /** Bytes of the entry's name, empty when the event is about the directory itself. */
  readonly name: Buffer;
}

const HEADER_BYTES = 16;
const NO_NAME = Buffer.alloc(0);
const IS_LITTLE_ENDIAN = endianness() === 'LE';

/**
 * @param bytes  whole records, as one read() of the kernel returns them; a torn last record is left out.
 * @returns the names are views into `bytes`, not copies.
 */
export function parseEvents(bytes: Buffer): InotifyEvent[] {
  const events: InotifyEvent[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + HEADER_BYTES + readUint32(bytes, at + 12);
    if (end > bytes.length) break;
    const wd = readUint32(bytes, at) | 0;
    const mask = readUint32(bytes, at + 4);
    events.push({ wd, mask, cookie: readUint32(bytes, at + 8), name: nameIn(bytes, at + HEADER_BYTES, end) });
    at = end;
  }
  return events;
}

function readUint32(bytes: Buffer, at: number): number {
  return IS_LITTLE_ENDIAN ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function nameIn(bytes: Buffer, start: number, end: number): Buffer {
  if (start === end) return NO_NAME;
  let last = end;
  while (last > start && bytes[last - 1] === 0) last--;
  return bytes.subarray(start, last);
}
