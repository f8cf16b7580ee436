/** Unpacks Zstandard up to a limit; of a damaged or cut file what comes before the damage is kept. */
import { Collected, type Unpacked } from './collected.js';

/** So much goes in at a time, which bounds what comes out behind the limit. */
const PIECE_BYTES = 1 << 14;

export async function unzstd(input: Buffer, maxBytes: number): Promise<Unpacked | undefined> {
  const { Decompress } = await import('fzstd');
  const collected = new Collected(maxBytes);
  const stream = new Decompress((chunk) => {
    if (!collected.add(chunk)) throw new Error('the limit is reached');
  });
  try {
    for (let at = 0; at < input.length; at += PIECE_BYTES)
      stream.push(input.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= input.length);
    return collected.end(false);
  } catch {
    return collected.end(true);
  }
}
