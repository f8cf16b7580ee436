/** Packages that the test builds, installed by the real dpkg below a folder of its own: the machine's own database is not touched. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DpkgDatabase } from '../../../indexer/packages/dpkg-database.js';
import { InstalledPackages, versionChanges } from '../../../indexer/packages/installed-packages.js';
import { DpkgMachine, run, whyNoDpkg } from '../../helpers/dpkg-machine.js';
import { tempFolder } from '../../helpers/temp.js';

const why = whyNoDpkg();
const needs = why ? ` (${why})` : '';
const test = it.skipIf(why !== undefined);
const ODD = "srv/pkg/it's [1]*\tö";

async function kindOf(machine: DpkgMachine, name: string): Promise<string> {
  return (await machine.packages.judge(machine.at(name))).kind;
}

describe('a file of a package', () => {
  test(`is as packaged after an upgrade of 300 files, and the one that was tampered with is not${needs}`, async () => {
    const machine = new DpkgMachine();
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
    const machine = new DpkgMachine();
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
    const machine = new DpkgMachine();
    machine.dpkg('-i', machine.build('conf', '1', { 'etc/conf.d/a': 'one', 'usr/share/conf/x': 'x' }));
    expect(await kindOf(machine, 'etc/conf.d/a')).toBe('as-packaged');
    appendFileSync(machine.at('etc/conf.d/a'), 'edited');
    expect(await kindOf(machine, 'etc/conf.d/a')).toBe('other');
    machine.dpkg('-i', machine.build('conf', '2', { 'etc/conf.d/a': 'two', 'usr/share/conf/x': 'x' }));
    expect(readFileSync(machine.at('etc/conf.d/a'), 'utf8')).toBe('oneedited');
    expect(await kindOf(machine, 'etc/conf.d/a')).toBe('other');
  });

  test(`is found under the name of its list, merged into /usr or diverted${needs}`, async () => {
    const machine = new DpkgMachine();
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
    const machine = new DpkgMachine();
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
    const machine = new DpkgMachine();
    const deb = machine.build('odd', '1', { [ODD]: 'odd' });
    machine.dpkg('-i', deb);
    expect(await kindOf(machine, ODD)).toBe('as-packaged');
    expect(await kindOf(machine, 'srv/pkg')).toBe('as-packaged');
    rmSync(machine.at(ODD));
    symlinkSync('/etc/passwd', machine.at(ODD));
    expect(await kindOf(machine, ODD)).toBe('other');
  });

  test(`is none when no package has it, or its package is removed${needs}`, async () => {
    const machine = new DpkgMachine();
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
    const machine = new DpkgMachine();
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
    const machine = new DpkgMachine();
    machine.dpkg('-i', machine.build('late', '1', { 'usr/share/late': 'x' }));
    const { packages } = machine;
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect((await packages.judge(machine.at('usr/share/late'), sha256('x'))).kind).toBe('as-packaged');
    expect((await packages.judge(machine.at('usr/share/late'), sha256('y'))).kind).toBe('unknown');
  });

  test(`may be judged too early while dpkg is at work, which is told${needs}`, async () => {
    const machine = new DpkgMachine();
    const { packages } = machine;
    machine.dpkg('-i', machine.build('quick', '1', { 'usr/share/quick': 'x' }));
    expect(await packages.isChanging()).toBe(false);
    const waits = await machine.startInstalling('waits');
    expect(await packages.isChanging()).toBe(true);
    await waits.goOn();
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
