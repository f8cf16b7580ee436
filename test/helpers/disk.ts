/** A small disk of its own (ext4 in a file), for tests that mount and unmount. Needs root; unmounted with the test. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp.js';
import { TestEnv } from './test-env.js';

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

/** Why no exFAT disk can be mounted here, for the name of a skipped test; undefined: it can. */
export function whyNoExfat(): string | undefined {
  const programs = ['mkfs.exfat', 'mount.exfat-fuse'];
  const canMount =
    process.getuid?.() === 0 &&
    existsSync('/dev/fuse') &&
    programs.every((name) => spawnSync('which', [name]).status === 0);
  return canMount ? undefined : 'needs root, /dev/fuse, exfatprogs and exfat-fuse';
}

/** A small disk that takes names whatever their case; unmounted with the test. @param folder  where it is mounted; must exist. */
export function mountExfat(folder: string): void {
  const image = join(tempFolder(), 'image');
  execFileSync('truncate', ['-s', '8M', image]);
  execFileSync('mkfs.exfat', [image], { stdio: 'ignore' });
  const device = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim();
  onTestFinished(() => void execFileSync('sh', ['-c', `umount -l '${folder}'; losetup -d ${device}`]));
  execFileSync('mount.exfat-fuse', [device, folder], { stdio: 'ignore' });
}

/** As a person does it: again while a program, like the daemon, has just something open there. */
export function unmount(folder: string): void {
  const line = 'for n in $(seq 200); do umount "$0" 2>/dev/null && exit 0; sleep 0.05; done; exec umount "$0"';
  execFileSync('sh', ['-c', line, folder]);
}

/** A world whose index is on a disk of 8 MB; unmounted with the test. */
export function onFullableDisk(): { env: TestEnv; disk: string } {
  const disk = tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'tmpfs', disk]);
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  return { env: new TestEnv(disk), disk };
}

/** Down to the last byte. */
export function fillUp(file: string): void {
  const fd = openSync(file, 'w');
  for (const bytes of [64 << 10, 512]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(bytes));
    } catch {}
  }
  closeSync(fd);
}
