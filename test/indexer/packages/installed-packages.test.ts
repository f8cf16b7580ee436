/** Packages that the test builds, installed by the real dpkg below a folder of its own: the machine's own database is not touched. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DpkgDatabase } from '../../../indexer/packages/dpkg-database.js';
import { InstalledPackages, versionChanges } from '../../../indexer/packages/installed-packages.js';
import { tempFolder } from '../../helpers/temp.js';

const why = whyNot();
const needs = why ? ` (${why})` : '';
const test = it.skipIf(why !== undefined);
const ODD = "srv/pkg/it's [1]*\tö";

class Machine {
  readonly top = tempFolder();
  readonly root = join(this.top, 'root');
  readonly admin = join(this.top, 'admin');

  constructor() {
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

  /** With sums of all files but those in /etc, as debhelper makes packages. */
  build(name: string, version: string, files: Readonly<Record<string, string>>, fields = ''): string {
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
      `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: a test\n${fields}`,
    );
    const file = `${folder}.deb`;
    run('dpkg-deb', '--root-owner-group', '-b', folder, file);
    return file;
  }

  dpkg(...args: string[]): void {
    run('dpkg', `--admindir=${this.admin}`, `--instdir=${this.root}`, '--log=/dev/null', '--force-confold', ...args);
  }
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  return spawnSync('dpkg-deb', ['--version']).error || spawnSync('dpkg', ['--version']).error
    ? 'needs dpkg'
    : undefined;
}

async function kindOf(machine: Machine, name: string): Promise<string> {
  return (await machine.packages.judge(machine.at(name))).kind;
}

describe('a file of a package', () => {
  test(`is as packaged after an upgrade of 300 files, and the one that was tampered with is not${needs}`, async () => {
    const machine = new Machine();
    const files = (version: string) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`usr/share/many/${at}`, `${version} of ${at}`]));
    machine.dpkg('-i', machine.build('many', '1.0', files('1.0')));
    const { packages } = machine;
    const before = await packages.versions();
    machine.dpkg('-i', machine.build('many', '1.1-2', files('1.1')));
    writeFileSync(machine.at('usr/share/many/123'), '1.1 of 123, and something else');
    const verdicts = await Promise.all(
      Object.keys(files('')).map(async (name) => ({ name, ...(await packages.judge(machine.at(name))) })),
    );
    expect(verdicts.filter(({ kind }) => kind !== 'as-packaged').map(({ name, kind }) => [name, kind])).toEqual([
      ['usr/share/many/123', 'other'],
    ]);
    expect(verdicts[0]).toMatchObject({ owner: { manager: 'dpkg', name: 'many', version: '1.1-2' } });
    expect(versionChanges(before, await packages.versions())).toEqual([
      { name: 'many:all', before: '1.0', after: '1.1-2' },
    ]);
  });

  test(`of the version before is not, once the new one is there${needs}`, async () => {
    const machine = new Machine();
    machine.dpkg('-i', machine.build('one', '1', { 'usr/bin/one': 'old' }));
    const { packages } = machine;
    expect(await packages.judge(machine.at('usr/bin/one'))).toMatchObject({ kind: 'as-packaged' });
    machine.dpkg('-i', machine.build('one', '2', { 'usr/bin/one': 'new' }));
    expect(await packages.judge(machine.at('usr/bin/one'))).toMatchObject({
      kind: 'as-packaged',
      owner: { version: '2' },
    });
    writeFileSync(machine.at('usr/bin/one'), 'old');
    expect(await packages.judge(machine.at('usr/bin/one'))).toMatchObject({ kind: 'other' });
    rmSync(machine.at('usr/bin/one'));
    expect(await packages.judge(machine.at('usr/bin/one'))).toMatchObject({ kind: 'other' });
  });

  test(`has its sum in the status when it is a configuration${needs}`, async () => {
    const machine = new Machine();
    machine.dpkg('-i', machine.build('conf', '1', { 'etc/conf.d/a': 'one', 'usr/share/conf/x': 'x' }));
    expect(await kindOf(machine, 'etc/conf.d/a')).toBe('as-packaged');
    appendFileSync(machine.at('etc/conf.d/a'), 'edited');
    expect(await kindOf(machine, 'etc/conf.d/a')).toBe('other');
    machine.dpkg('-i', machine.build('conf', '2', { 'etc/conf.d/a': 'two', 'usr/share/conf/x': 'x' }));
    expect(readFileSync(machine.at('etc/conf.d/a'), 'utf8')).toBe('oneedited');
    expect(await kindOf(machine, 'etc/conf.d/a')).toBe('other');
  });

  test(`is found under the name of its list, merged into /usr or diverted${needs}`, async () => {
    const machine = new Machine();
    machine.dpkg('-i', machine.build('base', '1', { 'bin/tool': 'of base' }));
    expect(await kindOf(machine, 'usr/bin/tool')).toBe('as-packaged');
    run(
      'dpkg-divert',
      '--admindir',
      machine.admin,
      '--instdir',
      machine.root,
      '--package',
      'other',
      '--divert',
      '/bin/tool.real',
      '--rename',
      '/bin/tool',
    );
    if (!existsSync(machine.at('bin/tool.real'))) renameSync(machine.at('bin/tool'), machine.at('bin/tool.real'));
    machine.dpkg('-i', machine.build('other', '7', { 'bin/tool': 'of other' }));
    const { packages } = machine;
    expect(await packages.judge(machine.at('usr/bin/tool'))).toMatchObject({
      kind: 'as-packaged',
      owner: { name: 'other' },
    });
    expect(await packages.judge(machine.at('usr/bin/tool.real'))).toMatchObject({
      kind: 'as-packaged',
      owner: { name: 'base' },
    });
    renameSync(machine.at('bin/tool.real'), machine.at('bin/tool'));
    expect(await packages.judge(machine.at('usr/bin/tool'))).toMatchObject({ kind: 'other', owner: { name: 'other' } });
  });

  test(`that is a symlink leads to a file of its package, as packaged, where dpkg knows no more${needs}`, async () => {
    const machine = new Machine();
    const files = { 'usr/lib/x/lib.so.1.2': 'library' };
    machine.build('lib', '1', files);
    symlinkSync('lib.so.1.2', join(machine.top, 'lib-1/usr/lib/x/lib.so'));
    run('dpkg-deb', '--root-owner-group', '-b', join(machine.top, 'lib-1'), join(machine.top, 'lib-1.deb'));
    machine.dpkg('-i', join(machine.top, 'lib-1.deb'));
    machine.dpkg('-i', machine.build('evil', '1', { 'usr/lib/x/evil.so': 'evil' }));
    expect(await kindOf(machine, 'usr/lib/x/lib.so')).toBe('as-packaged');
    for (const target of ['evil.so', '/etc/passwd', 'lib.so', 'missing']) {
      rmSync(machine.at('usr/lib/x/lib.so'));
      symlinkSync(target, machine.at('usr/lib/x/lib.so'));
      expect([target, await kindOf(machine, 'usr/lib/x/lib.so')]).toEqual([target, 'unknown']);
    }
    rmSync(machine.at('usr/lib/x/lib.so'));
    symlinkSync('lib.so.1.2', machine.at('usr/lib/x/lib.so'));
    appendFileSync(machine.at('usr/lib/x/lib.so.1.2'), 'x');
    expect(await kindOf(machine, 'usr/lib/x/lib.so')).toBe('other');
  });

  test(`may have an odd name; folders and symlinks are told by name only${needs}`, async () => {
    const machine = new Machine();
    const deb = machine.build('odd', '1', { [ODD]: 'odd' });
    machine.dpkg('-i', deb);
    expect(await kindOf(machine, ODD)).toBe('as-packaged');
    expect(await kindOf(machine, 'srv/pkg')).toBe('as-packaged');
    rmSync(machine.at(ODD));
    symlinkSync('/etc/passwd', machine.at(ODD));
    expect(await kindOf(machine, ODD)).toBe('other');
  });

  test(`is none when no package has it, or its package is removed${needs}`, async () => {
    const machine = new Machine();
    machine.dpkg('-i', machine.build('gone', '1', { 'usr/share/gone/file': 'x' }));
    writeFileSync(machine.at('usr/share/gone/file-of-mine'), 'x');
    expect(await kindOf(machine, 'usr/share/gone/file-of-mine')).toBe('not-packaged');
    expect(await kindOf(machine, 'usr/share/gone/fil')).toBe('not-packaged');
    const { packages } = machine;
    const before = await packages.versions();
    machine.dpkg('--purge', 'gone');
    expect(await packages.packageOf(machine.at('usr/share/gone/file'))).toBe(undefined);
    expect(versionChanges(before, await packages.versions())).toEqual([{ name: 'gone:all', before: '1', after: null }]);
  });

  test(`stands in the lists under its name on the disk${needs}`, async () => {
    const machine = new Machine();
    machine.dpkg('-i', machine.build('base', '1', { 'bin/tool': 'of base', 'usr/share/base': 'x' }));
    const lists = await machine.packages.lists();
    expect(lists.map(({ name }) => name)).toEqual(['base']);
    const names = (await lists[0]?.names()) ?? [];
    expect(names).toEqual(
      expect.arrayContaining([join(machine.root, 'usr/bin/tool'), join(machine.root, 'usr/share/base')]),
    );
    machine.dpkg('-i', machine.build('base', '2', { 'bin/tool': 'of base' }));
    expect((await machine.packages.lists())[0]?.stamp).not.toBe(lists[0]?.stamp);
  });

  test(`that was written again since it was looked at is not judged${needs}`, async () => {
    const machine = new Machine();
    machine.dpkg('-i', machine.build('late', '1', { 'usr/share/late': 'x' }));
    const { packages } = machine;
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect((await packages.judge(machine.at('usr/share/late'), sha256('x'))).kind).toBe('as-packaged');
    expect((await packages.judge(machine.at('usr/share/late'), sha256('y'))).kind).toBe('unknown');
  });

  test(`may be judged too early while dpkg is at work, which is told${needs}`, async () => {
    const machine = new Machine();
    const { packages } = machine;
    machine.dpkg('-i', machine.build('quick', '1', { 'usr/share/quick': 'x' }));
    expect(await packages.isChanging()).toBe(false);
    const gate = join(machine.top, 'gate');
    // Its script waits until this test lets it go on: dpkg holds its lock.
    const deb = machine.build('waits', '1', { 'usr/share/waits': 'x' });
    const scripts = join(machine.top, 'waits-1/DEBIAN/postinst');
    writeFileSync(scripts, `#!/bin/sh\ncat '${gate}' >/dev/null\n`, { mode: 0o755 });
    run('mkfifo', gate);
    run('dpkg-deb', '--root-owner-group', '-b', join(machine.top, 'waits-1'), deb);
    const args = [
      `--admindir=${machine.admin}`,
      `--instdir=${machine.root}`,
      '--log=/dev/null',
      '--force-script-chrootless',
      '-i',
      deb,
    ];
    const dpkg = spawn('dpkg', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(dpkg, 'exit');
    while (dpkg.exitCode === null && !(await packages.isChanging()))
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(dpkg.exitCode).toBe(null);
    writeFileSync(gate, '');
    expect(await ended).toEqual([0, null]);
    expect(await packages.isChanging()).toBe(false);
    expect((await packages.versions()).get('waits:all')).toBe('1');
  });
});

describe('a machine without a package database', () => {
  it('has no packaged files', async () => {
    const packages = new InstalledPackages('/', [new DpkgDatabase(join(tempFolder(), 'nothing'))]);
    expect((await packages.judge(Buffer.from('/bin/sh'))).kind).toBe('unknown');
    expect(await packages.packageOf(Buffer.from('/bin/sh'))).toBe(undefined);
    expect([await packages.isChanging(), (await packages.versions()).size]).toEqual([false, 0]);
  });
});
