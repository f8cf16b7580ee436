/** Who counts as a package manager: all who are known. */
import { expect, it } from 'vitest';
import { UNKNOWN_DOER } from '../../../../indexer/notify/doers.js';
import { isByPackageManager } from '../../../../indexer/notify/packages/managers.js';
import type { Doer } from '../../../../indexer/notify/words.js';

const by = (exe: string | null, ...parents: string[]): Doer => ({ ...UNKNOWN_DOER, exe, comm: 'x', parents });
const DPKG = by('/usr/bin/dpkg', 'apt', 'sudo', 'bash');

it.each<readonly [name: string, doers: readonly (Doer | null)[], is: boolean]>([
  ['dpkg', [DPKG], true],
  ['dpkg where /bin is merged', [by('/bin/dpkg')], true],
  ['rpm', [by('/usr/bin/rpm')], true],
  ['what installs packages of rpm itself', [by('/usr/bin/dnf5'), by('/usr/bin/zypper')], true],
  ['dnf 4, a script', [{ ...by('/usr/bin/python3.12'), comm: 'dnf' }], true],
  [
    'dnf 4 of a distribution with a python of its own',
    [{ ...by('/usr/libexec/platform-python3.6'), comm: 'yum' }],
    true,
  ],
  ['a script below dnf 4', [by('/usr/bin/bash', 'sh', 'dnf')], true],
  ['pacman', [by('/usr/bin/pacman')], true],
  ['apk, where /sbin is not merged', [by('/sbin/apk'), by('/bin/busybox', 'apk', 'sh')], true],
  ['a script below dpkg', [by('/usr/bin/dash', 'x.postinst', 'dpkg', 'apt')], true],
  ['dpkg and what it started', [DPKG, by('/usr/bin/rm', 'dpkg')], true],
  ['nobody who is known', [], false],
  ['an actor that is not known', [null], false],
  ['dpkg, and the index that found it changed', [DPKG, null], true],
  ['dpkg, and the index, as it stands in a change', [DPKG, UNKNOWN_DOER], true],
  ['dpkg, an editor and the index', [DPKG, by('/usr/bin/vim'), null], false],
  ['nobody but the index', [UNKNOWN_DOER], false],
  ['dpkg and an editor', [DPKG, by('/usr/bin/vim', 'bash')], false],
  ['an editor', [by('/usr/bin/vim', 'bash')], false],
  ['a program of that name elsewhere', [by('/tmp/dpkg')], false],
  ['a program whose name begins so', [by('/usr/bin/dpkg-evil')], false],
  ['a process of that name', [{ ...by('/usr/bin/perl'), comm: 'dpkg' }], false],
  ['a process with the name of a script', [{ ...by('/usr/bin/perl'), comm: 'dnf' }], false],
  ['another script of python', [{ ...by('/usr/bin/python3.12'), comm: 'x' }], false],
])('%s', (_, doers, is) => expect(isByPackageManager(doers)).toBe(is));
