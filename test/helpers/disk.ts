/** A small disk of its own (ext4 in a file), for tests that mount and unmount. Needs root; unmounted with the test. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp.js';

export class Disk {
  readonly #image = join(tempFolder(), 'image');

  /** @param folder  where it is mounted; must exist. */
  constructor(readonly folder: string) {
    execFileSync('truncate', ['-s', '32M', this.#image]);
    execFileSync('mkfs.ext4', ['-q', this.#image]);
    onTestFinished(() => void execFileSync('sh', ['-c', `umount -l '${folder}' 2>/dev/null; true`]));
    this.mount();
  }

  mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.folder]);
  }

  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.folder]);
  }

  /** Also while files on it are open: they stay open, and nobody else reaches them. */
  unmount(): void {
    execFileSync('umount', ['-l', this.folder]);
  }
}
