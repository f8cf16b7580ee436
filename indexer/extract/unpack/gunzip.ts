/**
 * Unpacks gzip up to a limit. A bomb costs no more than the limit; of a damaged or cut file the part before the damage
 * is kept. zlib's own limit gives an error and no data, so when the whole does not fit, growing beginnings of the input
 * are tried.
 */
import { constants, gunzipSync } from 'node:zlib';
import { systemCode } from '../../../shared/errors.js';
import type { Unpacked } from './collected.js';

const FIRST_TRY = 256;

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

/** @returns undefined when not even the beginning can be unpacked. */
export function gunzip(input: Buffer, maxBytes: number): Unpacked | undefined {
  const whole = tryGunzip(input, maxBytes);
  if (Buffer.isBuffer(whole)) return { bytes: whole, isCut: false };
  let best: Buffer | undefined;
  for (let size = FIRST_TRY; size < input.length; size *= 2) {
    const bytes = tryGunzip(input.subarray(0, size), maxBytes);
    if (!Buffer.isBuffer(bytes)) break;
    best = bytes;
  }
  if (best === undefined || best.length === 0) return undefined;
  return { bytes: best, isCut: true, ...(whole === 'too long' && { isOver: true }) };
}

function tryGunzip(input: Buffer, maxBytes: number): Buffer | 'too long' | 'damaged' {
  try {
    // Z_SYNC_FLUSH: the end of the input may be missing.
    return gunzipSync(input, { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    return systemCode(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too long' : 'damaged';
  }
}
