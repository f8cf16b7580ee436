/**
 * Opens every root's change log for the plugin while it is root. A log that cannot be opened does not keep the others.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../../shared/errors.js';
import { LogWriter } from '../log/log-writer.js';
import { noteReads } from '../log/noted-reads.js';
import { openSlots } from '../log/open-slots.js';
import { slotName } from '../log/slot-header.js';
import { SlotRing } from '../log/slot-ring.js';
import { type AuditConfig, logDirectoryOf, type WatchedRoot } from './audit-config.js';

export interface OpenLog {
  readonly writer: LogWriter;
  /** False when the log was moved, removed or replaced: what is written now nobody can find. */
  isInPlace(): Promise<boolean>;
}

export interface OpenLogs {
  readonly logs: ReadonlyMap<WatchedRoot, OpenLog>;
  /** Why those that are not open are not. */
  readonly failures: readonly unknown[];
}

/** Of lines waiting for a slow disk, in all logs together: the plugin may use 80 MB. */
const MAX_WAITING_BYTES = 12 * 1024 * 1024;

export async function openLogs(config: AuditConfig): Promise<OpenLogs> {
  const logs = new Map<WatchedRoot, OpenLog>();
  const failures: unknown[] = [];
  for (const root of config.roots) {
    try {
      logs.set(root, await openLog(config, root));
    } catch (error) {
      failures.push(error);
    }
  }
  return { logs, failures };
}

async function openLog(config: AuditConfig, root: WatchedRoot): Promise<OpenLog> {
  const directory = logDirectoryOf(config, root);
  const slots = await openSlots(directory, config.maxLogs, root.owner);
  await noteReads(directory, root.owner, root.reads);
  const ring = new SlotRing(slots, root.path, config.maxLogBytes, Date.now);
  const writer = new LogWriter(ring, {
    maxWaitingBytes: Math.min(MAX_WAITING_BYTES / config.roots.length, config.maxLogBytes),
    now: () => performance.now(),
  });
  writer.gap('plugin-start', await ring.resume());
  const first = join(directory, slotName(0));
  const { ino } = await lstat(first);
  return { writer, isInPlace: () => hasInode(first, ino) };
}

/** In doubt true: without root it may not be allowed to look. */
async function hasInode(path: string, ino: number): Promise<boolean> {
  try {
    return (await lstat(path)).ino === ino;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}
