/**
 * Fonts (TrueType, OpenType, collections of them, WOFF, WOFF2) by their table of names: family and style as title, who drew
 * them, what is said of them, in all languages in which it stands there. Outlines are not read.
 */
import { inflateSync } from 'node:zlib';
import type { BytesExtractor, Extracted } from '../extractor.js';
import type { Source } from '../source.js';
import { cleanTitle } from '../title.js';
import { damagedNames, readPackedNames } from './woff2.js';

const TTF = /^(?:\0\x01\0\0|true)/;
const COLLECTION = /^ttcf/;
const WOFF = /^wOFF/;
const WOFF2 = /^wOF2/;
const TYPES: readonly (readonly [RegExp, string])[] = [
  [TTF, 'font/ttf'],
  [/^OTTO/, 'font/otf'],
  [COLLECTION, 'font/collection'],
  [WOFF, 'font/woff'],
  [WOFF2, 'font/woff2'],
];
const MAX_TABLES = 200;
const MAX_FONTS = 64;
const MAX_NAMES = 2000;
const MAX_TABLE_BYTES = 1024 * 1024;

/** By their numbers in the table. */
const FULL_NAME = 4;
const AUTHORS: readonly number[] = [9, 8];
/** Family, style, full name, maker, designer, description, of the sample text, families of the typographer. */
const TOLD: readonly number[] = [1, 2, 16, 17, 4, 9, 8, 10, 0, 7, 19];
const MAC = 1;
const WINDOWS = 3;

interface Name {
  readonly number: number;
  readonly isEnglish: boolean;
  readonly text: string;
}

export const fontExtractor = {
  id: 'font',
  version: 2,
  takes: 'bytes',
  matches: { extensions: [], head: new RegExp(TYPES.map(([{ source }]) => source).join('|')) },
  readsParts: true,
  type: 'font/sfnt',
  async extract({ source }) {
    const head = source.read(0, 4).toString('latin1');
    const type = TYPES.find(([pattern]) => pattern.test(head))?.[1];
    const tables = type === undefined ? [] : await tablesOf(source, head);
    if (type === undefined || tables.length === 0) return undefined;
    return { type, ...finish(tables.flatMap(namesOf)) };
  },
} satisfies BytesExtractor;

function finish(names: readonly Name[]): Extracted {
  const texts = (number: number) => {
    const all = names.filter((one) => one.number === number);
    return [...all.filter(({ isEnglish }) => isEnglish), ...all].map(({ text }) => text);
  };
  const [author] = AUTHORS.flatMap(texts);
  return {
    title: cleanTitle(texts(FULL_NAME)[0] ?? ''),
    text: Buffer.from([...new Set(TOLD.flatMap(texts))].join('\n')),
    properties: author === undefined ? [] : [{ field: 'author', value: author }],
  };
}

/** The table of names of each font in the file. */
async function tablesOf(source: Source, head: string): Promise<Buffer[]> {
  if (WOFF2.test(head)) return (await readPackedNames(source)).filter(isTable);
  if (!COLLECTION.test(head)) return WOFF.test(head) ? packedTable(source) : plainTable(source, 0);
  const count = Math.min(tryNumber(source, 8), MAX_FONTS);
  return Array.from({ length: count }, (_, i) => plainTable(source, tryNumber(source, 12 + 4 * i))).flat();
}

function plainTable(source: Source, from: number): Buffer[] {
  const count = source.read(from + 4, 2);
  const entry = count.length === 2 && entryOf(source, from + 12, { count: count.readUInt16BE(0), bytes: 16 });
  return entry ? tableAt(source, entry.readUInt32BE(8), entry.readUInt32BE(12)) : [];
}

/** Each table is packed by itself. */
function packedTable(source: Source): Buffer[] {
  const count = source.read(12, 2);
  const entry = count.length === 2 && entryOf(source, 44, { count: count.readUInt16BE(0), bytes: 20 });
  if (!entry) return [];
  const [at, packedBytes, bytes] = [entry.readUInt32BE(4), entry.readUInt32BE(8), entry.readUInt32BE(12)];
  const [table] = tableAt(source, at, packedBytes);
  return table ? [packedBytes < bytes ? unpack(table) : table] : [];
}

function unpack(table: Buffer): Buffer {
  try {
    return inflateSync(table, { maxOutputLength: MAX_TABLE_BYTES });
  } catch {
    throw damagedNames();
  }
}

function entryOf(source: Source, from: number, { count, bytes }: { count: number; bytes: number }): Buffer | undefined {
  const list = source.read(from, Math.min(count, MAX_TABLES) * bytes);
  for (let at = 0; at + bytes <= list.length; at += bytes)
    if (list.toString('latin1', at, at + 4) === 'name') return list.subarray(at, at + bytes);
  return undefined;
}

function tableAt(source: Source, from: number, bytes: number): Buffer[] {
  const table = source.read(from, Math.min(bytes, MAX_TABLE_BYTES));
  return isTable(table) ? [table] : [];
}

function isTable(table: Buffer): boolean {
  return table.length >= 6;
}

function namesOf(table: Buffer): Name[] {
  const count = Math.min(table.readUInt16BE(2), MAX_NAMES, Math.floor((table.length - 6) / 12));
  const textsAt = table.readUInt16BE(4);
  return Array.from({ length: count }, (_, i) => nameAt(table, 6 + 12 * i, textsAt)).filter(({ text }) => text !== '');
}

function nameAt(table: Buffer, at: number, textsAt: number): Name {
  const [platform, , language, number, bytes, from] = [0, 2, 4, 6, 8, 10].map((offset) =>
    table.readUInt16BE(at + offset),
  ) as [number, number, number, number, number, number];
  const begin = textsAt + from;
  const raw = table.subarray(begin, begin + bytes);
  const text = platform === MAC ? macText(raw, language) : new TextDecoder('utf-16be').decode(raw);
  return { number, isEnglish: platform !== WINDOWS || language === 0x409, text: text.replaceAll('\0', '').trim() };
}

/** Of other languages than those written with Latin letters it is in encodings of their own: these stand in Unicode, too. */
function macText(raw: Buffer, language: number): string {
  return language === 0 ? new TextDecoder('macintosh').decode(raw) : '';
}

function tryNumber(source: Source, from: number): number {
  const bytes = source.read(from, 4);
  return bytes.length === 4 ? bytes.readUInt32BE(0) : 0;
}
