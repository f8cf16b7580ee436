/** What the files of an index still say of words that no document has any more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../shared/errors.js';

/** A word no other begins or ends like, so that it is found however FTS5 shortens it: its end stands in the file in any case. */
export function rareWord(n: number): string {
  const letters = Array.from({ length: 8 }, (_, at) =>
    String.fromCharCode(97 + ((n * 7919 + at * at * 104_729 + n * at) % 26)),
  );
  return `q${letters.join('')}${n.toString(36).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] as string)}z`;
}

/** @returns each word with the file that has it, whole or without its first letters, in any case of letters. */
export function remains(folder: string, words: readonly string[]): string[] {
  return readdirSync(folder).flatMap((name) => {
    const text = textOf(join(folder, name)).toLowerCase();
    return words
      .filter((word) => text.includes(word) || text.includes(word.slice(3)))
      .map((word) => `${word} in ${name}`);
  });
}

/** A daemon at work may remove or replace the seal of its index meanwhile: what is gone says nothing. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}
