/**
 * May the owner of a log see the names that a change gives? A root may hold folders of other users that are closed to
 * him, and the kernel tells of these too. The records say whose the folder of each name is, and its mode: evidence from
 * the moment of the change, which no symlink can forge. A folder of a third user counts as closed, for a folder above
 * it may be.
 */
import { readFileSync } from 'node:fs';
import type { FileChange, FileId, Place } from '../changes/file-change.js';
import type { AuditEvent } from '../events/audit-event.js';
import { decimal, FieldCursor, fieldTag, octal } from '../records/record-fields.js';
import type { WatchedRoot } from './audit-config.js';

/** With what rights a log is read. */
export interface Eyes {
  readonly uid: number;
  readonly groups: ReadonlySet<number>;
  /** Whose the root is: who gave it to be watched has opened it. */
  readonly rootUid: number;
}

interface Owned {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

const INODE = fieldTag('inode');
const DEV = fieldTag('dev');
const MODE = fieldTag('mode');
const OUID = fieldTag('ouid');
const OGID = fieldTag('ogid');
const OTHERS_READ = 0o004;
const GROUP_READ = 0o040;

const cursor = new FieldCursor();

/**
 * @returns none for root, who sees everything, nor for a root whose folder was never noted. Reads the accounts once.
 */
export function readEyes(): (root: WatchedRoot) => { readonly eyes?: Eyes } {
  const [passwd, group] = ['/etc/passwd', '/etc/group'].map(linesOf) as [string[][], string[][]];
  return ({ owner, folder }) => {
    if (owner.uid === 0 || !folder) return {};
    const names = passwd.filter(([, , uid]) => uid === String(owner.uid)).map(([name]) => name);
    const further = group.filter(([, , , members = '']) => members.split(',').some((name) => names.includes(name)));
    const groups = new Set([owner.gid, ...further.map(([, , gid]) => Number(gid))]);
    return { eyes: { uid: owner.uid, groups, rootUid: folder.uid } };
  };
}

function linesOf(file: string): string[][] {
  try {
    return readFileSync(file, 'latin1')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

/** @param place  one of the change's. */
export function maySee(place: Place, change: FileChange, event: AuditEvent, eyes: Eyes): boolean {
  if (place.path === null && place.name === null) return true;
  const folders = place.parent ? [place.parent] : change.eitherParent;
  const decisive = folders.length > 0 ? folders : change.file ? [change.file] : [];
  return decisive.length > 0 && decisive.every((id) => isOpenTo(eyes, ownedOf(id, event)));
}

function isOpenTo({ uid, groups, rootUid }: Eyes, owned: Owned | undefined): boolean {
  if (!owned) return false;
  if (owned.uid === uid) return true;
  if (owned.uid !== 0 && owned.uid !== rootUid) return false;
  return (owned.mode & OTHERS_READ) !== 0 || ((owned.mode & GROUP_READ) !== 0 && groups.has(owned.gid));
}

/** The last record of an inode counts: its mode may be what the call made of it. */
function ownedOf({ inode, dev }: FileId, { records }: AuditEvent): Owned | undefined {
  let found: Owned | undefined;
  for (const record of records) {
    if (record.type !== 'PATH') continue;
    cursor.start(record);
    const { bytes } = record;
    const number = (tag: number, read: typeof decimal) => (cursor.seek(tag) ? read(bytes, cursor.from, cursor.to) : -1);
    if (number(INODE, decimal) !== inode || !cursor.seek(DEV)) continue;
    if (bytes.toString('latin1', cursor.from, cursor.to) !== dev) continue;
    found = { mode: number(MODE, octal), uid: number(OUID, decimal), gid: number(OGID, decimal) };
  }
  return found;
}
