/**
 * Signatures of Standard Webhooks: the receiver can tell who sent a message, and that it was not changed. Pure.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';

export interface Signed {
  readonly id: string;
  /** Seconds since 1970, of this attempt. */
  readonly timestampS: number;
  readonly body: string | Uint8Array;
}

/** Makes one signature, with its version before it: `v1,…`. */
export type Signer = (content: Buffer) => string;

const SYMMETRIC = 'whsec_';
const ASYMMETRIC = 'whsk_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;
/** Of ed25519 in PKCS #8; the 32 bytes of the seed follow. RFC 8410, section 7. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;

/**
 * @param secret  `whsec_` and 24 to 64 bytes in base64; or `whsk_` and an ed25519 key: its seed, also followed by its
 *   public key. Anything else of at least 24 characters is a key as it stands.
 * @returns undefined when it is none: too short, too long, or no base64.
 */
export function trySigner(secret: string): Signer | undefined {
  if (secret.startsWith(ASYMMETRIC)) return edSigner(fromBase64(secret.slice(ASYMMETRIC.length)));
  if (secret.startsWith(SYMMETRIC)) return hmacSigner(fromBase64(secret.slice(SYMMETRIC.length)));
  return hmacSigner(Buffer.from(secret), Number.POSITIVE_INFINITY);
}

/** For several secrets several signatures: receivers take one that they know. */
export function signatureHeaders(message: Signed, signers: readonly Signer[]): Readonly<Record<string, string>> {
  const { id, timestampS, body } = message;
  const content = Buffer.concat([Buffer.from(`${id}.${timestampS}.`), Buffer.from(body)]);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    ...(signers.length > 0 && { 'webhook-signature': signers.map((signer) => signer(content)).join(' ') }),
  };
}

function hmacSigner(key: Buffer | undefined, maxBytes = MAX_BYTES): Signer | undefined {
  if (!key || key.length < MIN_BYTES || key.length > maxBytes) return undefined;
  return (content) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

function edSigner(key: Buffer | undefined): Signer | undefined {
  if (!key || (key.length !== SEED_BYTES && key.length !== 2 * SEED_BYTES)) return undefined;
  const secret = privateKey(key.subarray(0, SEED_BYTES));
  return (content) => `v1a,${sign(null, content, secret).toString('base64')}`;
}

function privateKey(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

/** Node skips what is no base64: here that is an error. */
function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
