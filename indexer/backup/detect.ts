/** Backups that are found without configuration: what lies in the folders above the file. Looks at names only. */
import { lstat } from 'node:fs/promises';
import { isUtf8Path, pathText } from '../../shared/path-text.js';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import { worktreeOf } from './git.js';
import { type BackupPlace, parseBackupPlace } from './places.js';

/** Snapper's and ZFS's snapshots, and a git work tree. */
export async function placesAbove(path: Buffer): Promise<readonly BackupPlace[]> {
  const found: BackupPlace[] = [];
  for (let { directory } = splitPath(path); ; { directory } = splitPath(directory)) {
    // The configuration names folders as text.
    if (isUtf8Path(directory)) found.push(...(await placesIn(directory)));
    if (directory.length === 1) break;
  }
  return (await worktreeOf(path)) ? [...found, parseBackupPlace({ tool: 'git' })] : found;
}

async function placesIn(folder: Buffer): Promise<BackupPlace[]> {
  const below = pathText(folder);
  const found: BackupPlace[] = [];
  if (await isFolder(joinPath(folder, toBytes('.snapshots')))) found.push(parseBackupPlace({ tool: 'snapper', below }));
  if (await isFolder(joinPath(folder, toBytes('.zfs/snapshot')))) found.push(parseBackupPlace({ tool: 'zfs', below }));
  return found;
}

function isFolder(path: Buffer): Promise<boolean> {
  return lstat(path).then(
    (stat) => stat.isDirectory(),
    () => false,
  );
}
