/** Bytes as one word of a command that a person pastes into a shell (bash, zsh, ksh). */
import { isUtf8 } from 'node:buffer';
import { cleanText } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';

const BACKSLASH = 0x5c;
const QUOTE = 0x27;

/** `/a/b` stays; `it's` → `'it'\''s'`; what a terminal could obey, or is not UTF-8, → `$'\xNN'`. */
export function shellWord(value: string | Uint8Array): string {
  const bytes = toBytes(value);
  const text = bytes.toString('utf8');
  if (/^[\w/.,:=@%+-]+$/.test(text)) return text;
  return isUtf8(bytes) && cleanText(text) === text ? `'${text.replaceAll("'", `'\\''`)}'` : `$'${escaped(bytes)}'`;
}

export function shellWords(values: readonly (string | Uint8Array)[]): string {
  return values.map(shellWord).join(' ');
}

function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== BACKSLASH && byte !== QUOTE;
    return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
