/** Unpacks xz up to a limit; of a damaged or cut file what comes before the damage is kept. */
import { Collected, type Unpacked } from './collected.js';

export async function unxz(input: Buffer, maxBytes: number): Promise<Unpacked | undefined> {
  const { XzReadableStream } = await import('xz-decompress');
  const collected = new Collected(maxBytes);
  const reader = new XzReadableStream(new Blob([new Uint8Array(input)]).stream()).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!collected.add(next.value)) return collected.end(true);
    }
    return collected.end(false);
  } catch {
    return collected.end(true);
  } finally {
    reader.cancel().catch(() => {});
  }
}
