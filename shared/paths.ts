/** Paths as bytes: joining and splitting. A Linux path is any bytes but NUL. */

const SLASH = 0x2f;
/** PATH_MAX of Linux without the NUL: what lies deeper cannot be opened by its path. */
export const MAX_PATH_BYTES = 4095;

export function toBytes(path: string | Uint8Array): Buffer {
  if (path instanceof Buffer) return path;
  return typeof path === 'string' ? Buffer.from(path) : Buffer.from(path.buffer, path.byteOffset, path.byteLength);
}

export function joinPath(directory: Uint8Array, name: Uint8Array): Buffer {
  const isRoot = directory.length === 1 && directory[0] === SLASH;
  return Buffer.concat(isRoot ? [directory, name] : [directory, Buffer.from('/'), name]);
}

/** '/a/b' → '/a' and 'b'; '/a' → '/' and 'a'. */
export function splitPath(path: Uint8Array): { directory: Buffer; name: Buffer } {
  const bytes = toBytes(path);
  const at = bytes.lastIndexOf(SLASH);
  return { directory: bytes.subarray(0, Math.max(at, 1)), name: bytes.subarray(at + 1) };
}
