/** A machine of its own below a temporary folder, on which the real dpkg installs packages that the test builds. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { DpkgDatabase } from '../../indexer/packages/dpkg-database.js';
import { InstalledPackages } from '../../indexer/packages/installed-packages.js';
import { tempFolder } from './temp.js';
import { until } from './test-env.js';

export class DpkgMachine {
  readonly top = tempFolder();
  readonly root: string;
  readonly admin = join(this.top, 'admin');

  /** @param root  where packages are installed. */
  constructor(root?: string) {
    this.root = root ?? join(this.top, 'root');
    for (const folder of ['info', 'updates', 'triggers']) mkdirSync(join(this.admin, folder), { recursive: true });
    mkdirSync(join(this.root, 'usr/bin'), { recursive: true });
    symlinkSync('usr/bin', join(this.root, 'bin'));
    for (const file of ['status', 'available']) writeFileSync(join(this.admin, file), '');
  }

  get packages(): InstalledPackages {
    return new InstalledPackages(this.root, [new DpkgDatabase(this.admin)]);
  }

  at(name: string): Buffer {
    return Buffer.from(join(this.root, name));
  }

  /**
   * With sums of all files but those in /etc, as debhelper makes packages.
   * @param postinst  lines of a shell script that runs when it is installed
   */
  build(name: string, version: string, files: Readonly<Record<string, string>>, postinst?: string): string {
    const folder = join(this.top, `${name}-${version}`);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    mkdirSync(join(folder, 'DEBIAN'));
    const conffiles = Object.keys(files).filter((path) => path.startsWith('etc/'));
    const sums = Object.entries(files)
      .filter(([path]) => !conffiles.includes(path))
      .map(([path, text]) => `${createHash('md5').update(text).digest('hex')}  ${path}\n`);
    writeFileSync(join(folder, 'DEBIAN/md5sums'), sums.join(''));
    if (conffiles.length > 0)
      writeFileSync(join(folder, 'DEBIAN/conffiles'), conffiles.map((path) => `/${path}\n`).join(''));
    writeFileSync(
      join(folder, 'DEBIAN/control'),
      `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: a test\n`,
    );
    if (postinst !== undefined)
      writeFileSync(join(folder, 'DEBIAN/postinst'), `#!/bin/sh -e\n${postinst}\n`, { mode: 0o755 });
    const file = `${folder}.deb`;
    run('dpkg-deb', '--root-owner-group', '-b', folder, file);
    return file;
  }

  dpkg(...args: string[]): void {
    run('dpkg', ...this.#where, '--force-confold', ...args);
  }

  /**
   * Its script waits at its end until it may go on: dpkg holds its lock.
   * @param script  lines of a shell script that come before
   */
  async startInstalling(
    name: string,
    version = '1',
    files: Readonly<Record<string, string>> = { [`usr/share/${name}`]: 'x' },
    script = '',
  ): Promise<{ readonly goOn: () => Promise<void> }> {
    const gate = join(this.top, `gate-${name}`);
    run('mkfifo', gate);
    const deb = this.build(name, version, files, `${script}\ncat '${gate}' >/dev/null`);
    const dpkg = spawn('dpkg', [...this.#where, '-i', deb], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(dpkg, 'exit');
    // It waits for ever where the test has failed before.
    onTestFinished(() => void dpkg.kill('SIGKILL'));
    const isReading = () => existsSync(join(this.admin, `info/${name}.postinst`));
    await until('dpkg runs the script', () => dpkg.exitCode !== null || isReading());
    const goOn = async () => {
      writeFileSync(gate, '');
      const [code] = await ended;
      if (code !== 0) throw new Error(`dpkg -i ${deb} ended with ${code}`);
    };
    return { goOn };
  }

  get #where(): readonly string[] {
    return [`--admindir=${this.admin}`, `--instdir=${this.root}`, '--log=/dev/null', '--force-script-chrootless'];
  }
}

export function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** undefined: it is there. */
export function whyNoDpkg(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  return spawnSync('dpkg-deb', ['--version']).error || spawnSync('dpkg', ['--version']).error
    ? 'needs dpkg'
    : undefined;
}
