/**
 * Workbooks of Excel from 1993 to 2003: each sheet is a page, with its name; a row is a line. Comments and boxes follow.
 * Format: [MS-XLS].
 */
import { decodeCharset } from '../charset.js';
import { type CompoundText, compoundExtractor } from '../compound/compound-extractor.js';
import { encrypted } from '../compound/failures.js';
import { PartReader, recordsFrom, withContinued } from '../compound/records.js';
import { encodingOf } from '../compound/summary.js';
import { TextBuilder } from '../xml/text-builder.js';
import { formatOf, GENERAL, type NumberFormat, shownNumber, shownTruth } from './office/cell-formats.js';
import { RepeatedStrings } from './office/repeated-strings.js';

const BEGIN = 0x0809;
const END = 0x000a;
/** Its number and its length. */
const RECORD_BYTES = 4;
const NEW_VERSION = 0x0600;
const MAX_SHEETS = 4000;
/** How often the bytes of the sheets are read at the most: many sheets may be said to stand in one place. */
const MAX_READ = 2;

export const xlsExtractor = compoundExtractor({
  id: 'xls',
  version: 5,
  type: 'application/vnd.ms-excel',
  extensions: ['xls', 'xlt'],
  streams: ['Workbook', 'Book'],
  what: 'workbook of Excel',
  read: (_, { bytes }) => readWorkbook(bytes),
});

interface Workbook {
  readonly sheets: { readonly name: string; readonly at: number }[];
  readonly strings: RepeatedStrings;
  /** Of the styles of cells, by their numbers. */
  readonly formats: NumberFormat[];
  readonly codes: Map<number, string>;
  isNew: boolean;
  is1904: boolean;
  encoding: string;
}

function readWorkbook(stream: Buffer): CompoundText | undefined {
  const book = readGlobals(stream);
  if (!book) return undefined;
  const text = new TextBuilder();
  let room = stream.length * MAX_READ;
  for (const [index, { name, at }] of book.sheets.entries()) {
    if (text.isFull || room < 0) break;
    if (index > 0) text.page();
    text.add(name);
    room -= new SheetReader(book, text).read(stream, at);
  }
  return { text: text.toString(), isCut: text.isFull || room < 0 || book.strings.isCut };
}

/** What stands before the sheets: their names, all strings, and how numbers are shown. */
function readGlobals(stream: Buffer): Workbook | undefined {
  const [first] = recordsFrom(stream, 0);
  if (first?.type !== BEGIN || first.data.length < 2) return undefined;
  const isNew = first.data.readUInt16LE(0) >= NEW_VERSION;
  const book: Workbook = {
    sheets: [],
    strings: new RepeatedStrings(),
    formats: [],
    codes: new Map(),
    isNew,
    is1904: false,
    encoding: 'windows-1252',
  };
  for (const { type, parts } of withContinued(recordsFrom(stream, 0))) {
    if (type === END) break;
    GLOBALS[type]?.(book, new PartReader(parts));
  }
  return book;
}

const GLOBALS: Readonly<Record<number, (book: Workbook, record: PartReader) => void>> = {
  47: () => {
    throw encrypted();
  },
  34: (book, record) => {
    book.is1904 = record.uint(2) === 1;
  },
  66: (book, record) => {
    book.encoding = encodingOf(record.uint(2));
  },
  133: (book, record) => {
    const at = record.uint(4);
    record.skip(2);
    if (book.sheets.length < MAX_SHEETS) book.sheets.push({ at, name: stringOf(book, record, 1) });
  },
  252: ({ strings }, record) => {
    record.skip(8);
    while (!record.isAtEnd) strings.push(record.string(2));
  },
  1054: (book, record) => {
    const number = record.uint(2);
    book.codes.set(number, stringOf(book, record, book.isNew ? 2 : 1));
  },
  224: ({ codes, formats }, record) => {
    record.skip(2);
    formats.push(formatOf(record.uint(2), codes));
  },
};

/** Before Excel 97 in the encoding of the machine. */
function stringOf({ isNew, encoding }: Workbook, record: PartReader, lengthBytes: 1 | 2): string {
  if (isNew) return record.string(lengthBytes);
  const raw = record.characters(record.uint(lengthBytes), false);
  return decodeCharset(Buffer.from(raw, 'latin1'), encoding, true).toString();
}

class SheetReader {
  #row = -1;
  /** Sheets in the sheet: charts. */
  #depth = 0;

  constructor(
    private readonly book: Workbook,
    private readonly out: TextBuilder,
  ) {}

  /** @returns of how many bytes. */
  read(stream: Buffer, from: number): number {
    let bytes = 0;
    for (const { type, parts, data } of withContinued(recordsFrom(stream, from))) {
      for (const part of parts) bytes += part.length + RECORD_BYTES;
      if (type === BEGIN) this.#depth++;
      else if (type === END) this.#depth--;
      else if (type === 0x1b6) this.#readBox(data, parts);
      else this.#readCells(type, new PartReader(parts));
      if (this.#depth <= 0 || this.out.isFull) break;
    }
    return bytes;
  }

  #readCells(type: number, record: PartReader): void {
    if (type === 0x207) return this.#add(stringOf(this.book, record, 2));
    const show = CELLS[type];
    if (!show) return;
    const row = record.uint(2);
    if (row !== this.#row) this.out.line();
    this.#row = row;
    record.skip(2);
    for (const text of show(this.book, record)) this.#add(text);
  }

  /** A comment, or a box that is drawn: its text is the first part that follows. */
  #readBox(data: Buffer, [, ...parts]: readonly Buffer[]): void {
    const length = data.length < 12 ? 0 : data.readUInt16LE(10);
    const record = new PartReader(parts);
    if (length === 0 || record.isAtEnd) return;
    const isWide = record.uint(1) === 1;
    this.out.line();
    this.out.add(record.characters(length, isWide));
    this.out.line();
  }

  #add(text: string): void {
    this.out.space();
    this.out.add(text);
    this.out.space();
  }
}

/** What the cells of a record show; behind their row and column. */
const CELLS: Readonly<Record<number, (book: Workbook, record: PartReader) => string[]>> = {
  253: ({ strings }, record) => {
    record.skip(2);
    return [strings.show(record.uint(4))];
  },
  516: labelOf,
  214: labelOf,
  515: (book, record) => [numberOf(book, record.uint(2), doubleOf(record))],
  638: (book, record) => [numberOf(book, record.uint(2), packedOf(record.uint(4)))],
  189: (book, record) => {
    const shown: string[] = [];
    // Behind the last one stands its column only.
    while (record.left >= 6) shown.push(numberOf(book, record.uint(2), packedOf(record.uint(4))));
    return shown;
  },
  6: (book, record) => {
    const style = record.uint(2);
    const value = doubleOf(record);
    // Its text stands in a record of its own.
    if (!Number.isNaN(value)) return [numberOf(book, style, value)];
    return CELL[0] === TRUTH ? [shownTruth(CELL[2] === 1)] : [];
  },
  517: (_, record) => {
    record.skip(2);
    const value = record.uint(1);
    return record.uint(1) === 0 ? [shownTruth(value === 1)] : [];
  },
};
/** What a formula gives that is no number, by the first of eight bytes. */
const TRUTH = 1;

function labelOf(book: Workbook, record: PartReader): string[] {
  record.skip(2);
  return [stringOf(book, record, 2)];
}

function numberOf({ formats, is1904 }: Workbook, style: number, value: number): string {
  return shownNumber(String(value), formats[style] ?? GENERAL, is1904);
}

const CELL = Buffer.alloc(8);

function doubleOf(record: PartReader): number {
  CELL.writeUInt32LE(record.uint(4), 0);
  CELL.writeUInt32LE(record.uint(4), 4);
  return CELL.readDoubleLE(0);
}

/** 30 bits of a number, or a whole one, perhaps a hundred times too large. */
function packedOf(packed: number): number {
  CELL.writeUInt32LE(0, 0);
  CELL.writeUInt32LE((packed & ~3) >>> 0, 4);
  const value = (packed & 2) !== 0 ? (packed | 0) >> 2 : CELL.readDoubleLE(0);
  return (packed & 1) !== 0 ? value / 100 : value;
}
