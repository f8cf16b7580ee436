/**
 * Tables of kernel constants as text: by number, or by bit. What is in no table has no name. A table is read when it is
 * first needed: no program that imports it waits for it at its start.
 */
import type { FlagNames } from '../../changes/open-flags.js';

export interface Names {
  get(number: number): string | undefined;
}

export type Flags = () => FlagNames;

/**
 * 'A B 7: C =D' → prefix + A = 0, prefix + B = 1, prefix + C = 7, D = 8
 * @param prefix  of all names but those with `=`.
 */
export function names(prefix: string, ...texts: readonly string[]): Names {
  const table = lazily(() => readNames(prefix, texts.join(' ')));
  return { get: (number) => table().get(number) };
}

function readNames(prefix: string, text: string): ReadonlyMap<number, string> {
  const table = new Map<number, string>();
  let number = 0;
  for (const word of text.split(/\s+/)) {
    if (word.endsWith(':')) number = Number(word.slice(0, -1));
    else table.set(number++, word.startsWith('=') ? word.slice(1) : prefix + word);
  }
  return table;
}

/** 'A 1 B 400' → prefix + A = 0x1, prefix + B = 0x400 */
export function flags(prefix: string, ...texts: readonly string[]): Flags {
  return lazily(() =>
    Array.from(texts.join(' ').matchAll(/(\S+) ([\da-f]+)/g), ([, name = '', bit = '']) => [
      Number.parseInt(bit, 16),
      prefix + name,
    ]),
  );
}

export function joined(...tables: readonly Flags[]): Flags {
  return lazily(() => tables.flatMap((table) => table()));
}

/** The same value at every call, made by the first. */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** 0x3 → 'A|B', with a bit that has no name as 0x…; undefined when no bit has one. */
export function flagText(value: number, table: Flags): string | undefined {
  return table().some(([bit]) => (value & bit) !== 0) ? flagParts(value, table()).join('|') : undefined;
}

/** 0x23 → ['A', 'B', '0x20'] */
export function flagParts(value: number, table: FlagNames): readonly string[] {
  const known = table.filter(([bit]) => (value & bit) !== 0);
  const rest = known.reduce((bits, [bit]) => bits & ~bit, value) >>> 0;
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
}
