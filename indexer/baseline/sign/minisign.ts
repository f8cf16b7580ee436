/**
 * Signatures and public keys as minisign writes them (jedisct1.github.io/minisign): `minisign -V` takes what is signed
 * here, and what it has signed is verified here. Ed25519 over the BLAKE2b-512 of the file.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { FindTextError } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';

export interface PublicKey {
  /** Eight bytes. */
  readonly id: Buffer;
  readonly bytes: Buffer;
}

export interface SecretKey extends PublicKey {
  /** 32 bytes. */
  readonly seed: Buffer;
}

/** `trusted`: the comment that is signed, too. */
export type Verified =
  | { readonly isValid: true; readonly trusted: string }
  | { readonly isValid: false; readonly why: string };

const KEY_ALGORITHM = 'Ed';
const PREHASHED = 'ED';
const TRUSTED = 'trusted comment: ';
const UNTRUSTED = 'untrusted comment: ';
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const MAX_TEXT = 10_000;

export function publicKeyText(key: PublicKey): string {
  return `${UNTRUSTED}minisign public key ${keyName(key)}\n${publicKeyLine(key)}\n`;
}

/** As `minisign -P` takes it. */
export function publicKeyLine({ id, bytes }: PublicKey): string {
  return Buffer.concat([Buffer.from(KEY_ALGORITHM), id, bytes]).toString('base64');
}

/** As minisign calls it. */
export function keyName({ id }: PublicKey): string {
  return Buffer.from(id).reverse().toString('hex').toUpperCase();
}

/** @param text  a file of a public key, or its second line alone. @throws FindTextError FT_CONFIG_INVALID */
export function parsePublicKey(text: string): PublicKey {
  const line = text.slice(0, MAX_TEXT).trim().split('\n').at(-1) ?? '';
  const bytes = fromBase64(line, 42);
  if (bytes?.toString('latin1', 0, 2) !== KEY_ALGORITHM)
    throw new FindTextError(
      'FT_CONFIG_INVALID',
      `read the public key "${cleanText(line.slice(0, 80))}": it is none of minisign`,
      {
        hint: 'it is the file minisign.pub, or its second line, which begins with RW',
      },
    );
  return { id: bytes.subarray(2, 10), bytes: bytes.subarray(10) };
}

/** @param trusted  one line */
export function signatureText(file: Uint8Array, key: SecretKey, trusted: string): string {
  const comment = trusted.replace(/[\r\n]/g, ' ');
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, key.seed]), format: 'der', type: 'pkcs8' });
  const signature = sign(null, digestOf(file), secret);
  const overall = sign(null, Buffer.concat([signature, Buffer.from(comment)]), secret);
  const first = Buffer.concat([Buffer.from(PREHASHED), key.id, signature]).toString('base64');
  return [`${UNTRUSTED}signature of find-text`, first, TRUSTED + comment, overall.toString('base64'), ''].join('\n');
}

/** Whether a signature of this key is that of these bytes. */
export function verifySignature(file: Uint8Array, signature: string, key: PublicKey): Verified {
  const [untrusted = '', first = '', comment = '', last = ''] = signature.slice(0, MAX_TEXT).split(/\r?\n/);
  const [signed, overall] = [fromBase64(first, 74), fromBase64(last, 64)];
  if (!untrusted.startsWith(UNTRUSTED) || !comment.startsWith(TRUSTED) || !signed || !overall)
    return { isValid: false, why: 'the signature is none of minisign' };
  const algorithm = signed.toString('latin1', 0, 2);
  if (algorithm !== PREHASHED && algorithm !== KEY_ALGORITHM)
    return { isValid: false, why: 'the signature is of another kind' };
  const id = signed.subarray(2, 10);
  if (!id.equals(key.id))
    return { isValid: false, why: `it is signed with the key ${keyName({ ...key, id })}, not with ${keyName(key)}` };
  const trusted = comment.slice(TRUSTED.length);
  const message = algorithm === PREHASHED ? digestOf(file) : file;
  const bytes = signed.subarray(10);
  if (!verify(null, message, publicKeyOf(key), bytes))
    return { isValid: false, why: 'it is not what was signed: it was changed' };
  return verify(null, Buffer.concat([bytes, Buffer.from(trusted)]), publicKeyOf(key), overall)
    ? { isValid: true, trusted }
    : { isValid: false, why: 'the comment of its signature was changed' };
}

function publicKeyOf({ bytes }: PublicKey): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
}

function digestOf(file: Uint8Array): Buffer {
  return createHash('blake2b512').update(file).digest();
}

function fromBase64(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && bytes.toString('base64') === text.trim() ? bytes : undefined;
}
