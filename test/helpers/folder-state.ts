/** What can be seen of the files in some folders without opening them: two states differ when one was written between. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Searches write to it, too: what they share with the writer. */
const SHARED_MEMORY = /-shm$/;

export function folderState(folders: readonly string[]): string {
  return folders.flatMap((folder) => namesIn(folder).map((name) => fileState(join(folder, name)))).join('\n');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !SHARED_MEMORY.test(name));
  } catch {
    return [];
  }
}

/** By its mtime: SQLite of root sets the owner of the log that it opens to read, and so its ctime. */
function fileState(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stats ? `${path} ${stats.ino} ${stats.size} ${stats.mtimeNs}` : '';
}
