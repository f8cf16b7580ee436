/** Signatures that the reference library accepts. */
import { generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type Signer, signatureHeaders, trySigner } from '../../../../indexer/notify/deliver/sign.js';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const OTHER = `whsec_${randomBytes(24).toString('base64')}`;
const body = '{"type":"file.modified","src_path":"/srv/ü😀"}';

function headersOf(secrets: readonly string[], timestampS = Math.floor(Date.now() / 1_000)) {
  const signers = secrets.map((secret) => trySigner(secret) as Signer);
  return signatureHeaders({ id: 'evt_1', timestampS, body }, signers) as Record<string, string>;
}

describe('signatureHeaders', () => {
  it('is accepted by the reference library', () => {
    expect(new Webhook(SECRET).verify(body, headersOf([SECRET]))).toEqual(JSON.parse(body));
  });

  it('is accepted with the new secret and with the old one while they change', () => {
    const headers = headersOf([OTHER, SECRET]);
    for (const secret of [OTHER, SECRET]) expect(new Webhook(secret).verify(body, headers)).toBeTruthy();
  });

  it('is refused for another body, another id, another time, another secret', () => {
    const headers = headersOf([SECRET]);
    const webhook = new Webhook(SECRET);
    expect(() => webhook.verify(`${body} `, headers)).toThrow();
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow();
    expect(() => webhook.verify(body, { ...headers, 'webhook-timestamp': '1' })).toThrow();
    expect(() => new Webhook(OTHER).verify(body, headers)).toThrow();
  });

  it('has no signature without a secret', () => {
    expect(headersOf([])).not.toHaveProperty('webhook-signature');
  });

  it('signs with an ed25519 key, seed alone or with its public key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    for (const key of [seed, Buffer.concat([seed, raw])]) {
      const headers = headersOf([`whsk_${key.toString('base64')}`]);
      const [version, signature = ''] = headers['webhook-signature']?.split(',') ?? [];
      const content = Buffer.from(`evt_1.${headers['webhook-timestamp']}.${body}`);
      expect(version).toBe('v1a');
      expect(verify(null, content, publicKey, Buffer.from(signature, 'base64'))).toBe(true);
    }
  });
});

describe('trySigner', () => {
  it.each([
    ['too short', `whsec_${randomBytes(23).toString('base64')}`],
    ['too long', `whsec_${randomBytes(65).toString('base64')}`],
    ['no base64', 'whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%'],
    ['empty', 'whsec_'],
    ['a key that is none', 'whsk_AAAA'],
    ['a word', 'hunter2'],
  ])('knows that it is no secret: %s', (_why, secret) => {
    expect(trySigner(secret)).toBeUndefined();
  });
});
