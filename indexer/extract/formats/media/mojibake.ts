/** Text that was written in UTF-8 and read as Latin-1. Pure. */
import { isUtf8 } from 'node:buffer';

const WITHIN_LATIN = /^[\0-\xff]*$/;
const BEYOND_ASCII = /[\x80-\xff]/;

/** 'MÃ¶we' → 'Möwe'. Text of Latin-1 that is UTF-8 by chance nobody writes. */
export function untangle(text: string): string {
  if (!BEYOND_ASCII.test(text) || !WITHIN_LATIN.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : text;
}
