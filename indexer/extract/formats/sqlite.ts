/**
 * SQLite databases by their schema: the statements that made tables, views and triggers, with the names of all columns.
 * Rows are not read. Read from the file's bytes, page by page: the engine would lock it, and write beside it.
 * Format: https://www.sqlite.org/fileformat2.html
 */
import type { BytesExtractor } from '../extractor.js';
import type { Source } from '../source.js';
import { TextBuilder } from '../xml/text-builder.js';

const HEADER_BYTES = 100;
const ENCODINGS: Readonly<Record<number, string>> = { 2: 'utf-16le', 3: 'utf-16be' };
const LEAF = 0x0d;
const INNER = 0x05;
/** Of the schema: some thousand tables. */
const MAX_PAGES = 2000;
/** Of one statement. */
const MAX_ROW_BYTES = 256 * 1024;
/** Column of the statement in a row of the schema. */
const SQL = 4;

export const sqliteExtractor = {
  id: 'sqlite',
  version: 1,
  takes: 'bytes',
  matches: { extensions: [], head: /^SQLite format 3\0/ },
  readsParts: true,
  type: 'application/vnd.sqlite3',
  extract({ source }) {
    const header = source.read(0, HEADER_BYTES);
    if (header.length < HEADER_BYTES) return undefined;
    const schema = new Schema(source, header);
    const isWhole = schema.read();
    return { type: 'application/vnd.sqlite3', title: '', text: schema.text.toBuffer(), isTruncated: !isWhole };
  },
} satisfies BytesExtractor;

class Schema {
  readonly text = new TextBuilder();
  readonly #pageBytes: number;
  /** What the database itself uses of a page. */
  readonly #usable: number;
  readonly #encoding: string;
  readonly #seen = new Set<number>();

  constructor(
    private readonly source: Source,
    header: Buffer,
  ) {
    const size = header.readUInt16BE(16);
    this.#pageBytes = size === 1 ? 65_536 : size;
    this.#usable = this.#pageBytes - header.readUInt8(20);
    this.#encoding = ENCODINGS[header.readUInt32BE(56)] ?? 'utf-8';
  }

  /** @returns false when a part of it is damaged, or left out because of a limit. */
  read(): boolean {
    const pages = [1];
    try {
      for (let page = pages.shift(); page !== undefined && !this.text.isFull; page = pages.shift())
        pages.unshift(...this.#readPage(page));
      return !this.text.isFull;
    } catch {
      return false;
    }
  }

  /** @returns the pages below it, in order. */
  #readPage(number: number): number[] {
    const page = this.#page(number);
    const at = number === 1 ? HEADER_BYTES : 0;
    const kind = page.readUInt8(at);
    if (kind !== LEAF && kind !== INNER) throw new Error('a page of the schema is damaged');
    const count = page.readUInt16BE(at + 3);
    const cellsAt = at + (kind === LEAF ? 8 : 12);
    const cells = Array.from({ length: count }, (_, i) => page.readUInt16BE(cellsAt + 2 * i));
    if (kind === INNER) return [...cells.map((cell) => page.readUInt32BE(cell)), page.readUInt32BE(at + 8)];
    for (const cell of cells) this.#addRow(this.#payload(page, cell));
    return [];
  }

  /** Each counts once, so that a loop ends. */
  #page(number: number): Buffer {
    if (this.#seen.has(number) || this.#seen.size === MAX_PAGES) throw new Error('pages lead to each other');
    this.#seen.add(number);
    return this.source.read((number - 1) * this.#pageBytes, this.#pageBytes);
  }

  /** A row: in the page, and where it is long on pages of their own. */
  #payload(page: Buffer, cell: number): Buffer {
    const [size, afterSize] = readVarint(page, cell);
    const [, at] = readVarint(page, afterSize);
    const inPage = this.#bytesInPage(size);
    const parts = [page.subarray(at, at + inPage)];
    let left = Math.min(size, MAX_ROW_BYTES) - inPage;
    let next = left > 0 ? page.readUInt32BE(at + inPage) : 0;
    while (next !== 0 && left > 0) {
      const overflow = this.#page(next);
      parts.push(overflow.subarray(4, Math.min(this.#usable, 4 + left)));
      next = overflow.readUInt32BE(0);
      left -= this.#usable - 4;
    }
    return Buffer.concat(parts);
  }

  #bytesInPage(size: number): number {
    const most = this.#usable - 35;
    if (size <= most) return size;
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const kept = least + ((size - least) % (this.#usable - 4));
    return kept <= most ? kept : least;
  }

  /** type, name, table, page, statement; what the database makes for itself has no statement. */
  #addRow(row: Buffer): void {
    const [headerBytes, begin] = readVarint(row, 0);
    let at = begin;
    let from = headerBytes;
    for (let column = 0; at < headerBytes; column++) {
      const [type, next] = readVarint(row, at);
      const bytes = bytesOfType(type);
      if (column === SQL && type >= 13) this.#addStatement(row.subarray(from, from + bytes));
      from += bytes;
      at = next;
    }
  }

  #addStatement(bytes: Buffer): void {
    this.text.add(new TextDecoder(this.#encoding).decode(bytes));
    this.text.line();
  }
}

function bytesOfType(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] as number;
}

/** @returns the number, and where it ends. */
function readVarint(bytes: Buffer, from: number): readonly [number, number] {
  let value = 0;
  for (let at = from; at < from + 8; at++) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, at + 1];
  }
  return [value * 256 + bytes.readUInt8(from + 8), from + 9];
}
