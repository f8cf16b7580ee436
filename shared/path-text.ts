/** Paths and other bytes as text for people. Paths become text only here, and only to be shown. */
import { isUtf8 } from 'node:buffer';
import { toBytes } from './paths.js';

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text for ranking and JSON: invalid UTF-8 becomes U+FFFD. */
export function pathText(path: Uint8Array): string {
  return toBytes(path).toString('utf8');
}

export function isUtf8Path(path: Uint8Array): boolean {
  return isUtf8(path);
}

/** For JSON beside its text. undefined: its text tells its bytes. */
export function pathHex(path: Uint8Array): string | undefined {
  return isUtf8Path(path) ? undefined : toBytes(path).toString('hex');
}

/** Between a file and a document within it, where hits are shown: `box.tar › letters/ann.txt`. */
export const WITHIN = ' › ';

type JsonPath<Name extends string> = { readonly [_ in Name]: string } & { readonly [_ in `${Name}Hex`]?: string };

/** As JSON has it: `path` is text; there is a `pathHex` only when the bytes are not UTF-8. */
export function jsonPath<Name extends string>(name: Name, path: Uint8Array): JsonPath<Name> {
  const hex = pathHex(path);
  return { [name]: pathText(path), ...(hex !== undefined && { [`${name}Hex`]: hex }) } as JsonPath<Name>;
}

/** The bytes of a path that JSON has so. @param hex  undefined: the text tells them */
export function jsonPathBytes(text: string, hex: string | undefined): Buffer {
  return hex ? Buffer.from(hex, 'hex') : Buffer.from(text);
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

function nextHighByte(path: Uint8Array): () => string {
  const shown = Array.from(path).filter((byte) => byte >= 0x80 || byte === 0x3f);
  let at = 0;
  return () => {
    const byte = shown[at++] as number;
    return byte === 0x3f ? '?' : `\\x${byte.toString(16)}`;
  };
}
