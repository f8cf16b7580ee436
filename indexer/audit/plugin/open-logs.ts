/**
 * Opens every root's change log for the plugin while it is root, and begins to write to them when it no longer is. A
 * log that cannot be opened does not keep the others.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../../shared/errors.js';
import { HeldFile } from '../log/held-file.js';
import { LogWriter } from '../log/log-writer.js';
import { noteReads } from '../log/noted-reads.js';
import { openSlots } from '../log/open-slots.js';
import { slotName } from '../log/slot-header.js';
import { SlotRing } from '../log/slot-ring.js';
import { type AuditConfig, logDirectoryOf, type WatchedRoot } from './audit-config.js';

/** The slots of one root's log, by descriptor, and the inode of the first. */
export interface HeldLog {
  readonly slots: readonly number[];
  readonly inode: number;
}

export interface OpenLog {
  readonly writer: LogWriter;
  /** False when the log was moved, removed or replaced: what is written now nobody can find. */
  isInPlace(): Promise<boolean>;
}

/** Of lines waiting for a slow disk, in all logs together: the plugin may use 80 MB. */
const MAX_WAITING_BYTES = 12 * 1024 * 1024;

/** Needs root. @throws an error of the system, or one that says why the folder is refused; nothing stays open then. */
export async function holdLog(config: AuditConfig, root: WatchedRoot): Promise<HeldLog> {
  const directory = logDirectoryOf(config, root);
  const slots = await openSlots(directory, config.maxLogs, root.owner);
  try {
    await noteReads(directory, root.owner, root.reads);
    const { ino } = await lstat(join(directory, slotName(0)));
    return { slots: slots.map(({ fd }) => fd), inode: ino };
  } catch (error) {
    await Promise.all(slots.map((slot) => slot.close()));
    throw error;
  }
}

export async function startLog(config: AuditConfig, root: WatchedRoot, { slots, inode }: HeldLog): Promise<OpenLog> {
  const files = slots.map((fd) => new HeldFile(fd));
  const ring = new SlotRing(files, root.path, config.maxLogBytes, Date.now);
  const writer = new LogWriter(ring, {
    maxWaitingBytes: Math.min(MAX_WAITING_BYTES / config.roots.length, config.maxLogBytes),
    now: () => performance.now(),
  });
  writer.gap('plugin-start', await ring.resume());
  const first = join(logDirectoryOf(config, root), slotName(0));
  return { writer, isInPlace: () => hasInode(first, inode) };
}

/** In doubt true: without root it may not be allowed to look. */
async function hasInode(path: string, ino: number): Promise<boolean> {
  try {
    return (await lstat(path)).ino === ino;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}
