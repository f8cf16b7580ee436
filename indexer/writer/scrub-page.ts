/**
 * Zeroes what SQLite leaves in a page of a B-tree beside its cells: parts of rows that were deleted, or moved to
 * another page. Pure. No reader looks there, so the page means the same afterwards, also when only a part of the zeros
 * reaches the disk. Fragments of up to three bytes stay.
 * @see https://sqlite.org/fileformat2.html#b_tree_pages
 */

import { readVarint } from '../../shared/store/varint.js';

/** A cell whose end lies on other pages. */
export interface Overflow {
  readonly firstPage: number;
  readonly bytes: number;
}

interface Layout {
  /** Of the header of the B-tree. */
  readonly at: number;
  readonly cells: readonly number[];
  readonly content: number;
  readonly free: readonly Span[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const INTERIOR_INDEX = 2;
const INTERIOR_TABLE = 5;
const LEAF_INDEX = 10;
const LEAF_TABLE = 13;
const TYPES: readonly number[] = [INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE];
const FILE_HEADER_BYTES = 100;
const ZEROS = Buffer.alloc(65_536);

/**
 * @param page  without reserved bytes at its end.
 * @returns whether anything was zeroed; false also for what is no page of a B-tree.
 */
export function scrubPage(page: Buffer, isFirst: boolean): boolean {
  const layout = layoutOf(page, isFirst);
  if (!layout) return false;
  const gap = { from: endOfPointers(page, layout.at, layout.cells.length), to: layout.content };
  return [gap, ...layout.free].map((span) => zero(page, span)).includes(true);
}

/** What the cells of the page have elsewhere. */
export function overflowsOf(page: Buffer, isFirst: boolean): Overflow[] {
  const layout = layoutOf(page, isFirst);
  if (!layout || page[layout.at] === INTERIOR_TABLE) return [];
  const type = page[layout.at] as number;
  return layout.cells.flatMap((cell) => overflowOf(page, cell, type) ?? []);
}

export function zero(bytes: Buffer, { from, to }: Span): boolean {
  if (from >= to || bytes.compare(ZEROS, 0, to - from, from, to) === 0) return false;
  bytes.fill(0, from, to);
  return true;
}

/** undefined: not such a page, or one that contradicts itself. */
function layoutOf(page: Buffer, isFirst: boolean): Layout | undefined {
  const at = isFirst ? FILE_HEADER_BYTES : 0;
  if (!TYPES.includes(page[at] as number)) return undefined;
  const count = page.readUInt16BE(at + 3);
  const content = page.readUInt16BE(at + 5) || 65_536;
  const end = endOfPointers(page, at, count);
  if (end > content || content > page.length) return undefined;
  const cells = Array.from({ length: count }, (_, n) => page.readUInt16BE(end - 2 * (count - n)));
  const free = freeBlocks(page, at, content);
  return free && cells.every((cell) => cell >= content && cell < page.length)
    ? { at, cells, content, free }
    : undefined;
}

function endOfPointers(page: Buffer, at: number, cells: number): number {
  const isInterior = page[at] === INTERIOR_INDEX || page[at] === INTERIOR_TABLE;
  return at + (isInterior ? 12 : 8) + 2 * cells;
}

/** What lies in them behind their own four bytes. They stand in the order of the page. */
function freeBlocks(page: Buffer, at: number, content: number): Span[] | undefined {
  const spans: Span[] = [];
  let least = content;
  for (let block = page.readUInt16BE(at + 1); block !== 0; block = page.readUInt16BE(block)) {
    if (block < least || block + 4 > page.length) return undefined;
    least = block + page.readUInt16BE(block + 2);
    if (least < block + 4 || least > page.length) return undefined;
    spans.push({ from: block + 4, to: least });
  }
  return spans;
}

/** @see https://sqlite.org/fileformat2.html#cell_payload_overflow_pages */
function overflowOf(page: Buffer, cell: number, type: number): Overflow | undefined {
  let at = type === INTERIOR_INDEX ? cell + 4 : cell;
  const payload = readVarint(page, at);
  at = type === LEAF_TABLE ? readVarint(page, payload.end).end : payload.end;
  const usable = page.length;
  const most = type === LEAF_TABLE ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (payload.value <= most) return undefined;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((payload.value - least) % (usable - 4));
  const local = wanted <= most ? wanted : least;
  if (at + local + 4 > usable) return undefined;
  return { firstPage: page.readUInt32BE(at + local), bytes: payload.value - local };
}
