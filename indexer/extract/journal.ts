/**
 * Four bytes that outlive a crash: the id of the job a child is working on. The child overwrites them before each file,
 * the parent reads them when the child is dead. A nameless file, since answers are sent in batches and a dead child
 * sends none.
 */

import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** The descriptor under which the child finds it. */
const JOURNAL_FD = 3;
const SHARED_MEMORY = '/dev/shm';

/** @returns a descriptor to be given to the child and read by `endJournal`. */
export function openJournal(): number {
  const path = `${existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir()}/find-text-${randomUUID()}`;
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

/** Closes it and gives the id of the last job that was begun; 0 for none. */
export function endJournal(fd: number): number {
  const bytes = Buffer.alloc(4);
  readSync(fd, bytes, 0, 4, 0);
  closeSync(fd);
  return bytes.readUInt32LE(0);
}

const entry = Buffer.alloc(4);

/** In the child, before a file is touched. */
export function noteJob(id: number): void {
  entry.writeUInt32LE(id >>> 0, 0);
  writeSync(JOURNAL_FD, entry, 0, 4, 0);
}
