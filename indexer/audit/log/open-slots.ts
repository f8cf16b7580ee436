/**
 * Opens the slots of one change log, called by the plugin while it is root. Afterwards it needs no rights on the file
 * system: rotation cuts off and refills files that are open already.
 *
 * The owner may do what he likes with the files, and cannot steer this by it. They lie in a folder of root's, so he can
 * neither replace nor rename them. No link is followed, no FIFO or lease is waited for. What is not a plain file of his
 * with one name is removed and made anew. Nobody but him can read them, whatever groups he shares.
 */
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeldFile } from './held-file.js';
import { slotName } from './slot-header.js';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const { O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
const FLAGS = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o755;

/** @throws an error of the system, or one that says why the folder is refused; nothing stays open then. */
export async function openSlots(directory: string, count: number, owner: Owner): Promise<HeldFile[]> {
  await ensureDirectory(directory);
  const slots: HeldFile[] = [];
  try {
    for (let index = 0; index < count; index++) slots.push(await openSlot(join(directory, slotName(index)), owner));
  } catch (error) {
    for (const slot of slots) await slot.close();
    throw error;
  }
  return slots;
}

/** Only a folder of our own (root's) that nobody else may write to. */
async function ensureDirectory(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  const stat = await lstat(directory);
  if (!stat.isDirectory()) throw new Error(`${directory} is not a folder`);
  if (stat.uid !== process.geteuid?.()) throw new Error(`${directory} belongs to user ${stat.uid}`);
  if (made !== undefined) await chmod(directory, DIRECTORY_MODE);
  else if ((stat.mode & 0o022) !== 0) throw new Error(`${directory} may be written to by others`);
}

async function openSlot(path: string, owner: Owner): Promise<HeldFile> {
  return (await openExisting(path, owner)) ?? (await makeSlot(path, owner));
}

/** @returns undefined when there is nothing of that name, or something that is not a slot. */
async function openExisting(path: string, owner: Owner): Promise<HeldFile | undefined> {
  let slot: HeldFile;
  try {
    slot = await HeldFile.open(path, FLAGS);
  } catch {
    return undefined;
  }
  let isOurs = false;
  try {
    const stat = await slot.stat();
    const isFit = stat.isFile() && stat.nlink === 1 && stat.uid === owner.uid;
    if (isFit) await slot.chmod(FILE_MODE);
    isOurs = isFit;
  } finally {
    if (!isOurs) await slot.close();
  }
  return isOurs ? slot : undefined;
}

async function makeSlot(path: string, owner: Owner): Promise<HeldFile> {
  await rm(path, { force: true });
  const slot = await HeldFile.open(path, FLAGS | O_CREAT | O_EXCL, FILE_MODE);
  try {
    await slot.chown(owner.uid, owner.gid);
    return slot;
  } catch (error) {
    await slot.close();
    throw error;
  }
}
