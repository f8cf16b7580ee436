/** Packages that the test builds, installed by the real pacman below a folder of its own. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InstalledPackages, versionChanges } from '../../../indexer/packages/installed-packages.js';
import { PacmanDatabase } from '../../../indexer/packages/pacman-database.js';
import { parseMtree } from '../../../indexer/packages/pacman-local.js';
import { run } from '../../helpers/dpkg-machine.js';
import { expectLinkJudged } from '../../helpers/packaged-link.js';
import { tempFolder } from '../../helpers/temp.js';

const why = whyNot();
const ODD = "srv/x/it's [1]# =ö\ttab";
const SETTINGS = '[options]\nArchitecture = auto\nSigLevel = Never\nLocalFileSigLevel = Never\n';
/** As makepkg has it. */
const MTREE_WORDS = '!all,use-set,type,uid,gid,mode,time,size,md5,sha256,link';

/** Debian has a game of that name, too. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const isPacman = spawnSync('pacman', ['--version'], { encoding: 'utf8' }).stdout?.includes('libalpm');
  return isPacman && !spawnSync('bsdtar', ['--version']).error ? undefined : 'needs pacman and bsdtar';
}

class Machine {
  readonly top = tempFolder();
  readonly root = join(this.top, 'root');
  readonly directory = join(this.top, 'db');
  readonly packages = new InstalledPackages(this.root, [new PacmanDatabase(this.directory)]);

  constructor() {
    for (const folder of [this.root, this.directory]) mkdirSync(folder);
    writeFileSync(join(this.top, 'pacman.conf'), SETTINGS);
  }

  at(name: string): Buffer {
    return Buffer.from(join(this.root, name));
  }

  /** With a symlink srv/x/link to `a`. */
  build(version: string, files: Readonly<Record<string, string>>): string {
    const source = join(this.top, version);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, name)), { recursive: true });
      writeFileSync(join(source, name), text);
    }
    symlinkSync('a', join(source, 'srv/x/link'));
    const backup = Object.keys(files).filter((name) => name.startsWith('etc/'));
    const info = ['pkgname = x', `pkgver = ${version}`, 'arch = any', ...backup.map((name) => `backup = ${name}`), ''];
    writeFileSync(join(source, '.PKGINFO'), info.join('\n'));
    const tops = [...new Set(Object.keys(files).map((name) => name.split('/')[0] as string))];
    const words = ['--format=mtree', `--options=${MTREE_WORDS}`];
    run('bsdtar', '-C', source, '-czf', join(source, '.MTREE'), ...words, '.PKGINFO', ...tops);
    const file = join(this.top, `x-${version}-any.pkg.tar`);
    run('bsdtar', '-C', source, '-cf', file, '--uid', '0', '--gid', '0', '.MTREE', '.PKGINFO', ...tops);
    return file;
  }

  pacman(...args: string[]): void {
    const beside = ['cachedir', 'hookdir', 'gpgdir'].map((name) => `--${name}=${join(this.top, name)}`);
    const where = [`--config=${join(this.top, 'pacman.conf')}`, `--root=${this.root}`, `--dbpath=${this.directory}`];
    run('pacman', ...args, '--noconfirm', ...where, ...beside, '--logfile=/dev/null');
  }
}

describe.skipIf(why)(`a file of a package of pacman${why ? ` (not here: ${why})` : ''}`, () => {
  it('is as packaged after an upgrade, and the one that was tampered with is not', async () => {
    const machine = new Machine();
    const files = (version: string) => ({ 'srv/x/a': version, [ODD]: `${version} b`, 'etc/x.conf': version });
    machine.pacman('-U', machine.build('1.0-1', files('1.0')));
    const { packages } = machine;
    const kinds = async () =>
      Promise.all(Object.keys(files('')).map(async (name) => (await packages.judge(machine.at(name))).kind));
    expect(await kinds()).toEqual(['as-packaged', 'as-packaged', 'as-packaged']);
    const before = await packages.versions();
    machine.pacman('-U', machine.build('2:1.1-1', files('1.1')));
    expect(await kinds()).toEqual(['as-packaged', 'as-packaged', 'as-packaged']);
    expect(versionChanges(before, await packages.versions())).toEqual([
      { name: 'x', before: '1.0-1', after: '2:1.1-1' },
    ]);
    expect(await packages.judge(machine.at(ODD))).toEqual({
      kind: 'as-packaged',
      owner: { manager: 'pacman', name: 'x', version: '2:1.1-1' },
    });
    appendFileSync(machine.at(ODD), 'tampered');
    rmSync(machine.at('srv/x/a'));
    appendFileSync(machine.at('etc/x.conf'), 'edited');
    expect(await kinds()).toEqual(['other', 'other', 'other']);
    expect((await packages.judge(machine.at('srv/x/of-mine'))).kind).toBe('not-packaged');
    expect((await packages.judge(machine.at('srv/x'))).kind).toBe('as-packaged');
  });

  it('that is a symlink leads where its package says', async () => {
    const machine = new Machine();
    machine.pacman('-U', machine.build('1.0-1', { 'srv/x/a': 'a' }));
    await expectLinkJudged(machine.packages, machine.at('srv/x/link'));
  });

  it('stands in the list of its package, until that is removed', async () => {
    const machine = new Machine();
    machine.pacman('-U', machine.build('1.0-1', { 'srv/x/a': 'a' }));
    const [list] = await machine.packages.lists();
    const names = ['srv', 'srv/x', 'srv/x/a', 'srv/x/link'].map((name) => join(machine.root, name));
    expect([list?.name, await list?.names()]).toEqual(['x', names]);
    const stamp = await machine.packages.stamp();
    machine.pacman('-R', 'x');
    expect(await machine.packages.lists()).toEqual([]);
    expect(await machine.packages.stamp()).not.toBe(stamp);
    expect((await machine.packages.judge(machine.at('srv/x/a'))).kind).toBe('not-packaged');
  });

  it('may be judged too early while pacman is at work, which is told', async () => {
    const machine = new Machine();
    machine.pacman('-U', machine.build('1.0-1', { 'srv/x/a': 'a' }));
    expect(await machine.packages.isChanging()).toBe(false);
    writeFileSync(join(machine.directory, 'db.lck'), '');
    expect(await machine.packages.isChanging()).toBe(true);
  });
});

describe('an mtree', () => {
  it('has the best sum that is there, names of any bytes, and where symlinks lead', () => {
    const text = [
      '#mtree',
      '/set type=file uid=0 gid=0 mode=644',
      './a\\040b\\134 time=1.0 size=2 md5digest=AA sha256digest=BB',
      './old time=1.0 md5digest=cc',
      './none time=1.0 type=dir',
      './link time=1.0 type=link link=../\\303\\266=1',
      '',
    ];
    expect([...parseMtree(text.join('\n'))]).toEqual([
      ['/a b\\', { digest: { algorithm: 'sha256', hex: 'bb' }, link: null }],
      ['/old', { digest: { algorithm: 'md5', hex: 'cc' }, link: null }],
      ['/none', { digest: null, link: null }],
      ['/link', { digest: null, link: Buffer.from('../ö=1').toString('latin1') }],
    ]);
  });
});
