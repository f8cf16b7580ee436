/** Paths as keys of maps and sets. */
import { toBytes } from './paths.js';

/** A string that stands for the bytes, one to one: usable as a Map key. */
export function pathKey(path: Uint8Array): string {
  return toBytes(path).toString('latin1');
}

export function fromPathKey(key: string): Buffer {
  return Buffer.from(key, 'latin1');
}
