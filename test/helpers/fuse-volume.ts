/** A volume that can hang: a folder shown by bindfs, a FUSE program that can be stopped. Needs root; unmounted with the test. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { readMounts } from '../../shared/mounts.js';
import { pathKey } from '../../shared/path-key.js';
import { tempFolder } from './temp.js';
import { until } from './test-env.js';

/** Why there can be none here; undefined when there can. */
export function whyNoFuse(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('bindfs', ['--version']).status !== 0) return 'needs bindfs';
  if (existsSync('/dev/fuse')) return undefined;
  return spawnSync('mknod', ['/dev/fuse', 'c', '10', '229']).status === 0 ? undefined : 'needs /dev/fuse';
}

export class FuseVolume {
  /** What is shown: it can be written while the volume hangs. */
  readonly source = tempFolder();
  readonly #server: ChildProcess;

  private constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#server = spawn('bindfs', ['-f', '--xattr-none', this.source, folder], { stdio: 'ignore' });
  }

  static async mount(folder: string): Promise<FuseVolume> {
    const volume = new FuseVolume(folder);
    onTestFinished(() => volume.#end());
    await until('the volume is mounted', () => readMounts().has(pathKey(Buffer.from(folder))));
    hasNoAttributes(folder);
    return volume;
  }

  /** From now on every look at it waits, and who waits may not even be killed: the test ends with a thaw before all else. */
  freeze(): void {
    onTestFinished(() => this.thaw());
    this.#server.kill('SIGSTOP');
  }

  thaw(): void {
    this.#server.kill('SIGCONT');
  }

  /** Whoever waits is told that the volume is gone. */
  #end(): void {
    this.#server.kill('SIGKILL');
    execFileSync('sh', ['-c', `umount -l '${this.folder}' 2>/dev/null; true`]);
  }
}

/**
 * Where the kernel audits, it reads the capabilities of whatever a call names: the call of a test would wait for a frozen volume. One that
 * has said that it has no extended attributes is not asked again.
 */
function hasNoAttributes(folder: string): void {
  const script = 'import os, sys\ntry: os.getxattr(sys.argv[1], "security.capability")\nexcept OSError: pass';
  execFileSync('python3', ['-c', script, folder]);
}
