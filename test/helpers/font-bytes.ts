/** Fonts with nothing in them but their names. */
import { deflateSync } from 'node:zlib';

export interface FontName {
  readonly number: number;
  readonly text: string;
  /** Of Windows; English by default. */
  readonly language?: number;
}

export function nameTable(names: readonly FontName[]): Buffer {
  const texts = names.map(({ text }) => Buffer.from(text, 'utf16le').swap16());
  let from = 0;
  const records = names.map(({ number, language = 0x409 }, i) => {
    const length = (texts[i] as Buffer).length;
    const record = words(3, 1, language, number, length, from);
    from += length;
    return record;
  });
  return Buffer.concat([words(0, names.length, 6 + 12 * names.length), ...records, ...texts]);
}

export function ttf(names: readonly FontName[], head = '\0\x01\0\0', from = 0): Buffer {
  const table = nameTable(names);
  const begin = Buffer.concat([Buffer.from(head, 'latin1'), words(2, 0, 0, 0)]);
  const other = Buffer.concat([Buffer.from('glyf'), longs(0, from + 44, 0)]);
  const entry = Buffer.concat([Buffer.from('name'), longs(0, from + 44, table.length)]);
  return Buffer.concat([begin, other, entry, table]);
}

export function woff(names: readonly FontName[]): Buffer {
  const table = nameTable(names);
  const packed = deflateSync(table);
  const head = Buffer.concat([Buffer.from('wOFF'), longs(0x10000, 0), words(1, 0), Buffer.alloc(28)]);
  const entry = Buffer.concat([Buffer.from('name'), longs(64, packed.length, table.length, 0)]);
  return Buffer.concat([head, entry, packed]);
}

/** A collection. */
export function ttc(...fonts: readonly (readonly FontName[])[]): Buffer {
  let from = 12 + 4 * fonts.length;
  const starts: number[] = [];
  const all = fonts.map((names) => {
    starts.push(from);
    const font = ttf(names, undefined, from);
    from += font.length;
    return font;
  });
  return Buffer.concat([Buffer.from('ttcf'), longs(0x10000, fonts.length, ...starts), ...all]);
}

function words(...values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer).swap16();
}

function longs(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer).swap32();
}
