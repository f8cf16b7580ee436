/**
 * A secret key as minisign keeps it: encrypted by a passphrase (scrypt), or in clear. `minisign -S` takes it, and one
 * that minisign has made is taken here.
 */
import { generateKeyPairSync, randomBytes, scrypt } from 'node:crypto';
import { FindTextError } from '../../../shared/errors.js';
import { blake2b } from './blake2b.js';
import type { SecretKey } from './minisign.js';

const COMMENT = 'untrusted comment: minisign encrypted secret key';
const ALGORITHM = Buffer.from('Ed');
const CHECKSUM = Buffer.from('B2');
const SCRYPT = Buffer.from('Sc');
const CLEAR = Buffer.alloc(2);
/** Scrypt with N = 2^17, r = 8, p = 1: 128 MiB and half a second for each try. */
const OPERATIONS = 4_194_304n;
const MEMORY_BYTES = 134_217_728n;
/** minisign's own keys take 1 GiB; what asks for more is hostile. */
const MAX_MEMORY_BYTES = 1n << 30n;
const BYTES = 158;
const KEY_BYTES = 104;

export function newSecretKey(): SecretKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const bytes = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { id: randomBytes(8), bytes, seed };
}

/** @param passphrase  '': it is kept in clear */
export async function secretKeyText(key: SecretKey, passphrase: string): Promise<string> {
  const isClear = passphrase === '';
  const salt = isClear ? Buffer.alloc(32) : randomBytes(32);
  const limits = isClear ? { operations: 0n, memory: 0n } : { operations: OPERATIONS, memory: MEMORY_BYTES };
  const clear = Buffer.concat([key.id, key.seed, key.bytes, checksum(key)]);
  const hidden = isClear ? clear : xor(clear, await stream(passphrase, salt, limits));
  const head = [ALGORITHM, isClear ? CLEAR : SCRYPT, CHECKSUM, salt, number(limits.operations), number(limits.memory)];
  return `${COMMENT}\n${Buffer.concat([...head, hidden]).toString('base64')}\n`;
}

/** Does it take a passphrase? @throws FindTextError FT_STORE_CORRUPT */
export function isEncrypted(text: string): boolean {
  return bytesIn(text).subarray(2, 4).equals(SCRYPT);
}

/** @throws FindTextError FT_CONFIG_INVALID: another passphrase; FT_STORE_CORRUPT */
export async function openSecretKey(text: string, passphrase: string): Promise<SecretKey> {
  const bytes = bytesIn(text);
  const limits = { operations: bytes.readBigUInt64LE(38), memory: bytes.readBigUInt64LE(46) };
  const hidden = bytes.subarray(54);
  const clear = isEncrypted(text) ? xor(hidden, await stream(passphrase, bytes.subarray(6, 38), limits)) : hidden;
  const key = { id: clear.subarray(0, 8), seed: clear.subarray(8, 40), bytes: clear.subarray(40, 72) };
  const sum = clear.subarray(72);
  // minisign leaves that of a key without a passphrase empty.
  if (checksum(key).equals(sum) || (!isEncrypted(text) && sum.every((byte) => byte === 0))) return key;
  throw new FindTextError('FT_CONFIG_INVALID', 'open the secret key of the baseline: the passphrase is another one');
}

function bytesIn(text: string): Buffer {
  const bytes = Buffer.from(text.split('\n')[1] ?? '', 'base64');
  const isKey =
    bytes.length === BYTES && bytes.subarray(0, 2).equals(ALGORITHM) && bytes.subarray(4, 6).equals(CHECKSUM);
  const isKnown = [SCRYPT, CLEAR].some((each) => bytes.subarray(2, 4).equals(each));
  if (isKey && isKnown) return bytes;
  throw new FindTextError('FT_STORE_CORRUPT', 'read the secret key of the baseline: it is none of minisign');
}

function checksum({ id, seed, bytes }: SecretKey): Buffer {
  return blake2b(Buffer.concat([ALGORITHM, id, seed, bytes]), 32);
}

interface Limits {
  readonly operations: bigint;
  readonly memory: bigint;
}

function stream(passphrase: string, salt: Buffer, limits: Limits): Promise<Buffer> {
  const { N, p } = parameters(limits);
  const options = { N, r: 8, p, maxmem: Number(limits.memory) + (64 << 20) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, options, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}

/** As libsodium's pickparams() chooses them. */
function parameters({ operations, memory }: Limits): { N: number; p: number } {
  if (memory > MAX_MEMORY_BYTES || operations > 1n << 32n)
    throw new FindTextError('FT_STORE_CORRUPT', 'open the secret key of the baseline: it asks for more than 1 GiB');
  const least = operations < 32_768n ? 32_768n : operations;
  if (least < memory / 32n) return { N: powerAbove(Number(least / 32n)), p: 1 };
  const N = powerAbove(Number(memory / 1024n));
  return { N, p: Math.max(1, Math.floor(Number(least / 4n) / N / 8)) };
}

/** The least power of two, from two on, that is more than half of it. */
function powerAbove(limit: number): number {
  let power = 2;
  while (power <= limit / 2) power *= 2;
  return power;
}

function number(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] as number)));
}
