/** SHA-256 of a copy, as far as it is not large. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';

export const MAX_DIGEST_BYTES = 64 << 20;

/** Null: it is too large, or no plain file. Rejects with a system error. */
export async function fileDigest(path: Buffer): Promise<string | null> {
  const stat = await lstat(path);
  if (!stat.isFile() || stat.size > MAX_DIGEST_BYTES) return null;
  const hash = createHash('sha256');
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  for await (const piece of createReadStream(path, { flags: flags as unknown as string, end: MAX_DIGEST_BYTES }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}
