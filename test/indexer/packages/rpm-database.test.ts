/** Packages that the test builds, installed by the real rpm below a folder of its own. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InstalledPackages, versionChanges } from '../../../indexer/packages/installed-packages.js';
import { RpmDatabase } from '../../../indexer/packages/rpm-database.js';
import { run } from '../../helpers/dpkg-machine.js';
import { expectLinkJudged } from '../../helpers/packaged-link.js';
import { tempFolder } from '../../helpers/temp.js';

const why = whyNot();

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  return spawnSync('rpmbuild', ['--version']).error || !existsSync('/usr/bin/rpm')
    ? 'needs rpm and rpmbuild'
    : undefined;
}

class Machine {
  readonly top = tempFolder();
  readonly root = join(this.top, 'root');
  readonly packages = new InstalledPackages(this.root, [new RpmDatabase({ root: this.root, dbPath: '/db' })]);

  constructor() {
    mkdirSync(this.root);
  }

  at(name: string): Buffer {
    return Buffer.from(join(this.root, name));
  }

  build(version: string, files: Readonly<Record<string, string>>): string {
    const source = join(this.top, version);
    mkdirSync(source);
    const installs = Object.entries(files).map(([name, text], at) => {
      writeFileSync(join(source, `${at}`), text);
      return `install -D -m 644 '${join(source, `${at}`)}' '%{buildroot}/${name}'`;
    });
    const spec = join(source, 'x.spec');
    const head = ['Name: x', `Version: ${version}`, 'Release: 1', 'Summary: x', 'License: MIT', 'BuildArch: noarch'];
    const script = ['%description', 'x', '%install', ...installs, 'ln -s a %{buildroot}/srv/x/link'];
    const listed = Object.keys(files).map((name) =>
      name.startsWith('etc/') ? `%config(noreplace) "/${name}"` : `"/${name}"`,
    );
    writeFileSync(spec, [...head, ...script, '%files', ...listed, '/srv/x/link', ''].join('\n'));
    run(
      'rpmbuild',
      '-bb',
      '--define',
      `_dbpath ${this.top}/none`,
      '--define',
      `_topdir ${this.top}/build`,
      '--define',
      `_rpmdir ${source}`,
      spec,
    );
    return join(source, `noarch/x-${version}-1.noarch.rpm`);
  }

  rpm(...args: string[]): void {
    run('rpm', '--root', this.root, '--dbpath', '/db', ...args);
  }
}

describe.skipIf(why)(`a file of a package of rpm${why ? ` (not here: ${why})` : ''}`, () => {
  it('is as packaged after an upgrade, and the one that was tampered with is not', async () => {
    const machine = new Machine();
    const files = (version: string) => ({ 'srv/x/a': version, 'srv/x/b c': `${version} b`, 'etc/x.conf': 'conf' });
    machine.rpm('-i', machine.build('1.0', files('1.0')));
    const { packages } = machine;
    const kinds = async () =>
      Promise.all(Object.keys(files('')).map(async (name) => (await packages.judge(machine.at(name))).kind));
    expect(await kinds()).toEqual(['as-packaged', 'as-packaged', 'as-packaged']);
    const before = await packages.versions();
    machine.rpm('-U', machine.build('1.1', files('1.1')));
    expect(await kinds()).toEqual(['as-packaged', 'as-packaged', 'as-packaged']);
    expect(versionChanges(before, await packages.versions())).toEqual([
      { name: 'x', before: '1.0-1.noarch', after: '1.1-1.noarch' },
    ]);
    expect(await packages.judge(machine.at('srv/x/a'))).toEqual({
      kind: 'as-packaged',
      owner: { manager: 'rpm', name: 'x', version: '1.1-1.noarch' },
    });
    appendFileSync(machine.at('srv/x/b c'), 'tampered');
    rmSync(machine.at('srv/x/a'));
    appendFileSync(machine.at('etc/x.conf'), 'edited');
    expect(await kinds()).toEqual(['other', 'other', 'other']);
    const stamp = await packages.stamp();
    expect((await packages.judge(machine.at('srv/x/of-mine'))).kind).toBe('not-packaged');
    expect(await packages.isChanging()).toBe(false);
    // Asking rpm is no change.
    expect(await packages.stamp()).toBe(stamp);
  });

  it('that is a symlink leads where its package says', async () => {
    const machine = new Machine();
    machine.rpm('-i', machine.build('1.0', { 'srv/x/a': 'a' }));
    await expectLinkJudged(machine.packages, machine.at('srv/x/link'));
  });

  it('stands in the list of its package, until that is removed', async () => {
    const machine = new Machine();
    machine.rpm('-i', machine.build('1.0', { 'srv/x/a': 'a' }));
    const [list] = await machine.packages.lists();
    expect([list?.name, await list?.names()]).toEqual([
      'x',
      [join(machine.root, 'srv/x/a'), join(machine.root, 'srv/x/link')],
    ]);
    machine.rpm('-e', 'x');
    expect(await machine.packages.lists()).toEqual([]);
    expect((await machine.packages.judge(machine.at('srv/x/a'))).kind).toBe('not-packaged');
  });

  it('cannot be judged where there is no database, and none is made by asking', async () => {
    const machine = new Machine();
    expect((await machine.packages.judge(machine.at('srv/x/a'))).kind).toBe('unknown');
    expect(existsSync(join(machine.root, 'db'))).toBe(false);
    mkdirSync(join(machine.root, 'db'));
    chmodSync(join(machine.root, 'db'), 0o700);
    expect((await machine.packages.judge(machine.at('srv/x/a'))).kind).toBe('unknown');
  });
});
