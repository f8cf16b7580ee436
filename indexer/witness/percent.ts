/** Bytes as ASCII without blanks or line ends, and back: one spelling for each value, so that lines can be compared. */
import { toBytes } from '../../shared/paths.js';

/** `/srv/a b%` → `/srv/a%20b%25`. What is not visible ASCII is `%NN`. */
export function percentEncoded(bytes: Uint8Array): string {
  return toBytes(bytes)
    .toString('latin1')
    .replace(/[^!-$&-~]/g, escaped);
}

/** The same of text in which blanks stay. */
export function percentText(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^ -$&-~]/g, escaped);
}

export function percentDecoded(text: string): Buffer {
  return Buffer.from(
    text.replace(/%([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
