/** Removes a folder with what tests have closed in it: its owner may not list what others could not, either. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { systemCode } from '../../shared/errors.js';

export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!/^(EACCES|EPERM)$/.test(systemCode(error) ?? '')) throw error;
    execFileSync('chmod', ['-R', 'u+rwX', folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}
