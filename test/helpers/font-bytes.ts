/** Fonts with nothing in them but their names. */
import { brotliCompressSync, deflateSync } from 'node:zlib';

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

/** With outlines that are rewritten, and a table whose tag is not in the list of known ones. */
export function woff2(names: readonly FontName[], others: readonly FontName[] = []): Buffer {
  const tables = [nameTable(names), ...(others.length > 0 ? [nameTable(others)] : [])];
  const outlines = Buffer.alloc(300, 1);
  const own = Buffer.from('own table');
  const packed = brotliCompressSync(Buffer.concat([outlines, own, ...tables, outlines]));
  const list = Buffer.concat([
    Buffer.from([10, ...base128(500), ...base128(outlines.length)]),
    Buffer.concat([Buffer.from([63]), Buffer.from('Ownt'), Buffer.from(base128(own.length))]),
    ...tables.map((table) => Buffer.from([5, ...base128(table.length)])),
    Buffer.from([0, ...base128(outlines.length)]),
  ]);
  const fonts = Buffer.concat([longs(0x10000), Buffer.from([2, 1]), longs(0x10000), Buffer.from([255, 0, 1])]);
  const second = Buffer.concat([longs(0x10000), Buffer.from([3])]);
  const isCollection = others.length > 0;
  const head = Buffer.concat([
    Buffer.from(isCollection ? 'wOF2ttcf' : 'wOF2\0\x01\0\0', 'latin1'),
    longs(0),
    words(tables.length + 3, 0),
    longs(0, packed.length, 0, 0, 0, 0, 0, 0),
  ]);
  return Buffer.concat([head, list, ...(isCollection ? [fonts, second] : []), packed]);
}

function base128(value: number): number[] {
  return value < 128 ? [value] : [0x80 | (value >> 7), value & 0x7f];
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
