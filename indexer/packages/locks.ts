/** Does a program hold a file's lock to write? See proc_locks(5). */
import { readFile, stat } from 'node:fs/promises';

export async function isLocked(files: readonly string[]): Promise<boolean> {
  const inodes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ ino }) => ino,
        () => undefined,
      ),
    ),
  );
  const locks = await readFile('/proc/locks', 'latin1').catch(() => '');
  return inodes.some((inode) => inode !== undefined && new RegExp(`WRITE .*:${inode} \\d`).test(locks));
}
