/**
 * A database of apk as its versions 2 and 3 write it. Written by the test: apk itself is not to be had where the tests
 * run.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApkDatabase } from '../../../indexer/packages/apk-database.js';
import { InstalledPackages, versionChanges } from '../../../indexer/packages/installed-packages.js';
import { tempFolder } from '../../helpers/temp.js';

const sumOf = (text: string) => `Q1${createHash('sha1').update(text).digest('base64')}`;

class Machine {
  readonly root = tempFolder();
  readonly packages = new InstalledPackages(this.root, [new ApkDatabase(this.root)]);

  constructor() {
    mkdirSync(join(this.root, 'lib/apk/db'), { recursive: true });
  }

  at(name: string): Buffer {
    return Buffer.from(join(this.root, name));
  }

  /** Puts files of the packages `one` and `two` there, and a symlink usr/lib/link of `one`, which leads to `a`. */
  install(version: string): void {
    const [a, b] = [`a ${version}`, `b ${version}`];
    for (const [name, text] of Object.entries({ 'usr/lib/a': a, '.top': b, 'usr/lib/ö b': b })) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true });
      writeFileSync(join(this.root, name), text);
    }
    rmSync(join(this.root, 'usr/lib/link'), { force: true });
    symlinkSync('a', join(this.root, 'usr/lib/link'));
    const head = (name: string) => [`C:${sumOf(name + version)}`, `P:${name}`, `V:${version}`, 'A:x86_64', 'T:a test'];
    const lines = [
      ...[...head('one'), 'o:one', 'F:usr', 'F:usr/lib', 'R:a', `Z:${sumOf(a)}`],
      ...['R:link', 'a:0:0:777', `Z:${sumOf('a')}`, 'R:without', ''],
      ...[...head('two'), 'F:', 'M:0:0:1755', 'R:.top', `Z:${sumOf(b)}`],
      ...['F:usr', 'F:usr/lib', 'R:ö b', 'a:0:0:4755', `Z:${sumOf(b)}`, '', ''],
    ];
    writeFileSync(join(this.root, 'lib/apk/db/installed'), lines.join('\n'));
  }
}

const FILES = ['usr/lib/a', 'usr/lib/link', '.top', 'usr/lib/ö b'];

describe('a file of a package of apk', () => {
  it('is as packaged after an upgrade, and the one that was tampered with is not', async () => {
    const machine = new Machine();
    machine.install('1.0-r0');
    const { packages } = machine;
    const kinds = async () => Promise.all(FILES.map(async (name) => (await packages.judge(machine.at(name))).kind));
    expect(await kinds()).toEqual(FILES.map(() => 'as-packaged'));
    const before = await packages.versions();
    machine.install('1.1-r10');
    expect(await kinds()).toEqual(FILES.map(() => 'as-packaged'));
    expect(versionChanges(before, await packages.versions())).toEqual(
      ['one', 'two'].map((name) => ({ name, before: '1.0-r0', after: '1.1-r10' })),
    );
    expect(await packages.judge(machine.at('usr/lib/ö b'))).toEqual({
      kind: 'as-packaged',
      owner: { manager: 'apk', name: 'two', version: '1.1-r10' },
    });
    appendFileSync(machine.at('usr/lib/a'), 'tampered');
    rmSync(machine.at('.top'));
    rmSync(machine.at('usr/lib/link'));
    symlinkSync('/etc/passwd', machine.at('usr/lib/link'));
    expect(await kinds()).toEqual(['other', 'other', 'other', 'as-packaged']);
  });

  it('has to have a sum; folders are told by name only', async () => {
    const machine = new Machine();
    machine.install('1.0-r0');
    writeFileSync(machine.at('usr/lib/without'), 'x');
    const kindOf = async (name: string) => (await machine.packages.judge(machine.at(name))).kind;
    expect(await kindOf('usr/lib/without')).toBe('unknown');
    expect(await kindOf('usr/lib')).toBe('as-packaged');
    expect(await kindOf('usr/lib/mine')).toBe('not-packaged');
    rmSync(machine.at('usr/lib/a'));
    mkdirSync(machine.at('usr/lib/a'));
    expect(await kindOf('usr/lib/a')).toBe('other');
  });

  it('stands in the list of its package', async () => {
    const machine = new Machine();
    machine.install('1.0-r0');
    const lists = await machine.packages.lists();
    expect(lists.map(({ name }) => name)).toEqual(['one', 'two']);
    const names = ['.top', 'usr', 'usr/lib', 'usr/lib/ö b'].map((name) => machine.at(name).toString('latin1'));
    expect(await lists[1]?.names()).toEqual(names);
    machine.install('1.0-r1');
    expect((await machine.packages.lists())[0]?.stamp).not.toBe(lists[0]?.stamp);
  });
});
