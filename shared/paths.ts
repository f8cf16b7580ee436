/**
 * Paths as bytes: joining, splitting, comparing, and showing them to people. A Linux path is any bytes but NUL. Paths
 * become text only here, and only to be shown.
 */
import { isUtf8 } from 'node:buffer';

const SLASH = 0x2f;
/** PATH_MAX of Linux without the NUL: what lies deeper cannot be opened by its path. */
export const MAX_PATH_BYTES = 4095;

export function toBytes(path: string | Uint8Array): Buffer {
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

/** True for the folder itself and everything below it. */
export function isWithin(path: Uint8Array, folder: Uint8Array): boolean {
  if (path.length < folder.length || Buffer.compare(path.subarray(0, folder.length), folder) !== 0) return false;
  return path.length === folder.length || path[folder.length] === SLASH || folder[folder.length - 1] === SLASH;
}

/** The folder that is in both: the lower one, if it lies in the other. */
export function overlap<Folder extends Uint8Array>(one: Folder, other: Folder): Folder | undefined {
  if (isWithin(other, one)) return other;
  return isWithin(one, other) ? one : undefined;
}

/** Those that lie in none of the others, each once, in their order. */
export function outermost<Folder extends Uint8Array>(folders: readonly Folder[]): Folder[] {
  const isInside = (folder: Folder, at: number) =>
    folders.some((other, from) => from !== at && isWithin(folder, other) && (from < at || !isWithin(other, folder)));
  return folders.filter((folder, at) => !isInside(folder, at));
}

/** [from, to) in byte order holds exactly what lies below the folder, not the folder itself. */
export function rangeBelow(folder: Uint8Array): { from: Buffer; to: Buffer } {
  const prefix = folder.length === 1 ? Buffer.alloc(0) : toBytes(folder);
  return { from: Buffer.concat([prefix, Buffer.from('/')]), to: Buffer.concat([prefix, Buffer.from('0')]) };
}

/** A string that stands for the bytes, one to one: usable as a Map key. */
export function pathKey(path: Uint8Array): string {
  return toBytes(path).toString('latin1');
}

export function fromPathKey(key: string): Buffer {
  return Buffer.from(key, 'latin1');
}

/** Text for ranking and JSON: invalid UTF-8 becomes U+FFFD. */
export function pathText(path: Uint8Array): string {
  return toBytes(path).toString('utf8');
}

export function isUtf8Path(path: Uint8Array): boolean {
  return isUtf8(path);
}

/**
 * Text that is safe on a terminal and tells every byte: control characters, bidirectional overrides and bytes that are
 * not UTF-8 are shown as \xNN or \u{N}, a backslash stays as it is.
 */
export function displayPath(path: Uint8Array): string {
  return isUtf8Path(path)
    ? cleanText(pathText(path))
    : cleanText(pathText(path.map((byte) => (byte < 0x80 ? byte : 0x3f)))).replace(/\?/g, nextHighByte(path));
}

/** Replaces what a terminal could obey: C0, DEL, C1, line and paragraph separators, bidirectional controls. */
export function cleanText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) as number;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function nextHighByte(path: Uint8Array): () => string {
  const shown = Array.from(path).filter((byte) => byte >= 0x80 || byte === 0x3f);
  let at = 0;
  return () => {
    const byte = shown[at++] as number;
    return byte === 0x3f ? '?' : `\\x${byte.toString(16)}`;
  };
}
