/** What root takes from a user's configuration, and what it does not. */
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { readsAsked } from '../../../../indexer/commands/audit/reads-asked.js';
import { tempFolder } from '../../../helpers/temp.js';

const UID = process.getuid?.() ?? 0;
const owner = { uid: UID, gid: process.getgid?.() ?? 0 };

let home: string;
let file: string;
let root: Buffer;

beforeEach(() => {
  home = tempFolder();
  file = join(home, '.config/find-text/config.toml');
  mkdirSync(join(home, '.config/find-text'), { recursive: true });
  mkdirSync(join(home, 'tree/secret/deep'), { recursive: true });
  root = Buffer.from(join(home, 'tree'));
});

function rule(name: string, paths: readonly string[], events: readonly string[], rest = ''): string {
  return `[[notify]]\nname = "${name}"\npaths = ${JSON.stringify(paths)}\nevents = ${JSON.stringify(events)}\nto = []\n${rest}\n`;
}

function asked(...rules: string[]) {
  writeFileSync(file, rules.join(''));
  return readsAsked({ path: root, owner }, home, undefined);
}

const ignore = (...exes: string[]) => `ignore = [${exes.map((exe) => `{ exe = "${exe}" }`).join(', ')}]`;

it('is asked for by rules with reads alone, in their folders that are there', () => {
  const secret = join(home, 'tree/secret');
  expect(asked(rule('a', ['/'], ['created', 'modified']))).toBeUndefined();
  expect(asked(rule('a', ['/srv/elsewhere'], ['opened']))).toBeUndefined();
  // Audit does not tell it.
  expect(asked(rule('a', [secret], ['closed_no_write']))).toBeUndefined();
  expect(asked(rule('a', [`${secret}/deep`, secret], ['opened', 'closed_no_write']))).toEqual({
    folders: [Buffer.from(secret)],
    isOpened: true,
    isDenied: false,
    exes: [],
  });
  expect(asked(rule('a', [`${secret}/file.txt`], ['denied']))).toMatchObject({
    folders: [Buffer.from(secret)],
    isOpened: false,
    isDenied: true,
  });
  expect(asked(rule('a', ['/'], ['opened']))?.folders).toEqual([root]);
});

it('leaves out in the kernel only what each rule ignores, whoever runs it', () => {
  const [one, other] = ['/usr/bin/env', '/usr/bin/head'];
  expect(asked(rule('a', ['.'], ['opened'], ignore(one, other)))?.exes).toEqual([one, other]);
  const both = [rule('a', ['.'], ['opened'], ignore(one, other)), rule('b', ['.'], ['denied'], ignore(other))];
  expect(asked(...both)?.exes).toEqual([other]);
  expect(asked(rule('a', ['.'], ['opened'], `ignore = [{ exe = "${one}", user = "root" }]`))?.exes).toEqual([]);
});

it('is not taken from a file that others can write to, or that lies elsewhere', () => {
  expect(asked(rule('a', ['.'], ['opened']))).toBeDefined();
  chmodSync(file, 0o666);
  expect(readsAsked({ path: root, owner }, home, undefined)).toBeUndefined();
  const link = join(home, 'link.toml');
  symlinkSync(file, link);
  chmodSync(file, 0o600);
  expect(readsAsked({ path: root, owner }, home, link)).toBeUndefined();
  expect(readsAsked({ path: root, owner }, home, join(home, 'none'))).toBeUndefined();
});

it.skipIf(UID !== 0)('is not taken from a file of somebody else (needs root)', () => {
  expect(asked(rule('a', ['.'], ['opened']))).toBeDefined();
  chownSync(file, 12_345, 12_345);
  expect(readsAsked({ path: root, owner }, home, undefined)).toBeUndefined();
});
