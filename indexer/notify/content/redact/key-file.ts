/**
 * The key of this installation, with which tags are made: 32 random bytes in a file for this user alone. Without it a tag
 * says nothing about its secret; with another one all secrets look changed, so `id` stands beside what is kept.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { readOwnFile, replaceFile } from '../../../../shared/own-file.js';

export interface RedactionKey {
  readonly bytes: Buffer;
  /** Tells keys apart without telling them. */
  readonly id: string;
}

const TEXT = /^[0-9a-f]{64}\n$/;

/** Makes it where there is none, or nothing that makes sense. @throws FindTextError FT_STORE_FAILED for a file of others */
export function openKey(file: string): RedactionKey {
  const text = readOwnFile(file);
  const isKey = text !== undefined && TEXT.test(text);
  const fresh = isKey ? text : `${randomBytes(32).toString('hex')}\n`;
  if (!isKey) replaceFile(file, fresh, true);
  return toKey(Buffer.from(fresh.trim(), 'hex'));
}

function toKey(bytes: Buffer): RedactionKey {
  return { bytes, id: createHmac('sha256', bytes).update('find-text redaction key').digest('hex').slice(0, 16) };
}
