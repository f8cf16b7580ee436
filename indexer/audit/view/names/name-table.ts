/**
 * Tables of kernel constants as text: by number, or by bit. What is in no table has no name.
 */
import type { FlagNames } from '../../open-flags.js';

export type Names = ReadonlyMap<number, string>;

/**
 * 'A B 7: C =D' → prefix + A = 0, prefix + B = 1, prefix + C = 7, D = 8
 * @param prefix  of all names but those with `=`.
 */
export function names(prefix: string, ...texts: readonly string[]): Names {
  const table = new Map<number, string>();
  let number = 0;
  for (const word of texts.join(' ').split(/\s+/)) {
    if (word.endsWith(':')) number = Number(word.slice(0, -1));
    else table.set(number++, word.startsWith('=') ? word.slice(1) : prefix + word);
  }
  return table;
}

/** 'A 1 B 400' → prefix + A = 0x1, prefix + B = 0x400 */
export function flags(prefix: string, ...texts: readonly string[]): FlagNames {
  const pairs = Array.from(texts.join(' ').matchAll(/(\S+) ([\da-f]+)/g));
  return pairs.map(([, name = '', bit = '']) => [Number.parseInt(bit, 16), prefix + name]);
}

/** 0x3 → 'A|B', with a bit that has no name as 0x…; undefined when no bit has one. */
export function flagText(value: number, table: FlagNames): string | undefined {
  return table.some(([bit]) => (value & bit) !== 0) ? flagParts(value, table).join('|') : undefined;
}

/** 0x23 → ['A', 'B', '0x20'] */
export function flagParts(value: number, table: FlagNames): readonly string[] {
  const known = table.filter(([bit]) => (value & bit) !== 0);
  const rest = known.reduce((bits, [bit]) => bits & ~bit, value) >>> 0;
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
}
