/** What is signed here is verified by minisign, and the other way round. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blake2b } from '../../../../indexer/baseline/sign/blake2b.js';
import {
  keyName,
  parsePublicKey,
  publicKeyLine,
  publicKeyText,
  signatureText,
  verifySignature,
} from '../../../../indexer/baseline/sign/minisign.js';
import {
  isEncrypted,
  newSecretKey,
  openSecretKey,
  secretKeyText,
} from '../../../../indexer/baseline/sign/secret-key.js';
import { tempFolder } from '../../../helpers/temp.js';

const hasMinisign = spawnSync('minisign', ['-v']).error === undefined;
const FILE = Buffer.from('line one\nline two\n');

function minisign(args: readonly string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('minisign', args, { input, encoding: 'utf8', timeout: 120_000 });
  return { status, output: stdout + stderr };
}

describe('blake2b', () => {
  it.each([0, 1, 63, 64, 127, 128])('of %i bytes is that of OpenSSL', (length) => {
    const bytes = randomBytes(length);
    expect(blake2b(bytes, 64)).toEqual(createHash('blake2b512').update(bytes).digest());
  });

  it('refuses more than a block', () => {
    expect(() => blake2b(Buffer.alloc(129), 32)).toThrow('at most 128');
  });
});

describe('a signature', () => {
  const key = newSecretKey();
  const signature = signatureText(FILE, key, 'by ann: a reason');

  it('is that of the file and its comment', () => {
    expect(verifySignature(FILE, signature, key)).toEqual({ isValid: true, trusted: 'by ann: a reason' });
  });

  it('is none of a changed file, a changed comment, or another key', () => {
    const whyOf = (file: Buffer, text: string, by = key) => {
      const verified = verifySignature(file, text, by);
      return verified.isValid ? 'valid' : verified.why;
    };
    expect(whyOf(Buffer.from('line one\nline twO\n'), signature)).toMatch(/it was changed/);
    expect(whyOf(FILE, signature.replace('ann', 'bob'))).toMatch(/comment of its signature was changed/);
    expect(whyOf(FILE, signature, newSecretKey())).toMatch(/is signed with the key/);
    expect(whyOf(FILE, signature, { ...newSecretKey(), id: key.id })).toMatch(/it was changed/);
    for (const text of ['', 'x', '\n\n\n', signature.slice(0, 60)])
      expect(whyOf(FILE, text)).toMatch(/none of minisign/);
  });

  it('has its comment in one line', () => {
    expect(signatureText(FILE, key, 'a\nb\r\nc').split('\n')[2]).toBe('trusted comment: a b  c');
  });

  it.skipIf(!hasMinisign)('is verified by minisign', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, FILE);
    writeFileSync(`${file}.minisig`, signature);
    writeFileSync(`${file}.pub`, publicKeyText(key));
    expect(minisign(['-Vm', file, '-p', `${file}.pub`])).toMatchObject({ status: 0 });
    const byLine = minisign(['-Vm', file, '-P', publicKeyLine(key)]);
    expect([byLine.status, byLine.output]).toEqual([0, expect.stringContaining('Trusted comment: by ann: a reason')]);
    writeFileSync(file, 'other');
    expect(minisign(['-Vm', file, '-p', `${file}.pub`]).status).toBe(1);
  });

  it.skipIf(!hasMinisign)('of minisign is verified here, with a key of its own', async () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, FILE);
    expect(minisign(['-GW', '-p', `${file}.pub`, '-s', `${file}.key`]).status).toBe(0);
    expect(minisign(['-SW', '-m', file, '-s', `${file}.key`, '-t', 'theirs']).status).toBe(0);
    const theirs = parsePublicKey(readFileSync(`${file}.pub`, 'utf8'));
    const signed = readFileSync(`${file}.minisig`, 'utf8');
    expect(verifySignature(FILE, signed, theirs)).toEqual({ isValid: true, trusted: 'theirs' });
    const opened = await openSecretKey(readFileSync(`${file}.key`, 'utf8'), '');
    expect(keyName(opened)).toBe(keyName(theirs));
    expect(verifySignature(FILE, signatureText(FILE, opened, 'ours'), theirs)).toMatchObject({ isValid: true });
  });
});

describe('a secret key', () => {
  it('is opened by its passphrase only', async () => {
    const key = newSecretKey();
    const text = await secretKeyText(key, 'correct horse');
    expect(isEncrypted(text)).toBe(true);
    expect(Buffer.from(text.split('\n')[1] ?? '', 'base64').includes(key.seed)).toBe(false);
    expect(await openSecretKey(text, 'correct horse')).toEqual(key);
    await expect(openSecretKey(text, 'correct house')).rejects.toThrow('the passphrase is another one');
  });

  it('may be kept in clear', async () => {
    const key = newSecretKey();
    const text = await secretKeyText(key, '');
    expect(isEncrypted(text)).toBe(false);
    expect(await openSecretKey(text, 'whatever')).toEqual(key);
  });

  it('is refused when it is broken, or asks for too much memory', async () => {
    const text = await secretKeyText(newSecretKey(), '');
    const bytes = Buffer.from(text.split('\n')[1] ?? '', 'base64');
    await expect(openSecretKey(text.slice(0, 90), '')).rejects.toThrow('none of minisign');
    bytes.write('Sc', 2);
    bytes.writeBigUInt64LE(1n << 40n, 46);
    await expect(openSecretKey(`x\n${bytes.toString('base64')}\n`, '')).rejects.toThrow('more than 1 GiB');
  });

  it.skipIf(!hasMinisign).each(['', 'correct horse'])(
    'with the passphrase "%s" signs for minisign',
    async (passphrase) => {
      const file = join(tempFolder(), 'file');
      const key = newSecretKey();
      writeFileSync(file, FILE);
      writeFileSync(`${file}.key`, await secretKeyText(key, passphrase), { mode: 0o600 });
      const signing = minisign(['-S', '-m', file, '-s', `${file}.key`], `${passphrase}\n`);
      expect([signing.status, signing.output]).toEqual([0, expect.anything()]);
      expect(verifySignature(FILE, readFileSync(`${file}.minisig`, 'utf8'), key)).toMatchObject({ isValid: true });
    },
  );
});

describe('a public key', () => {
  it('is read from its file or its line', () => {
    const { seed: _seed, ...key } = newSecretKey();
    expect(parsePublicKey(publicKeyText(key))).toEqual(key);
    expect(parsePublicKey(publicKeyLine(key))).toEqual(key);
  });

  it.each(['', 'RW', 'untrusted comment: x\n', Buffer.alloc(42).toString('base64')])('is refused as %j', (text) => {
    expect(() => parsePublicKey(text)).toThrow('none of minisign');
  });
});
