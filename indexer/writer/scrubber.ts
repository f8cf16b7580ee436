/**
 * Wipes what no row has any more out of a database file, slice by slice, by writing zeros where SQLite never reads.
 * That is the gaps of its pages, and behind the end of long values. `PRAGMA secure_delete` would miss copies of rows
 * that were moved to another page. To be called by the only writer, between transactions, with an empty write-ahead log
 * and no page in its cache.
 */
import { fdatasyncSync, fstatSync, readSync, writeSync } from 'node:fs';
import type { RawFile } from '../../shared/store/raw-file.js';
import { overflowsOf, scrubPage, zero } from './scrub-page.js';

const PAGES_PER_SLICE = 512;
/**
 * The first byte of an overflow page, a part of a page number, could be taken for the type of a page from here on: 137
 * GB.
 */
const MAX_PAGES = 2 ** 25;
const LOCK_BYTE = 2 ** 30;

export class Scrubber {
  readonly #fd: number;
  readonly #pageBytes: number;
  readonly #usableBytes: number;
  readonly #hasPointerMap: boolean;
  readonly #slice: Buffer;
  #next = 1;

  constructor({ fd }: RawFile) {
    this.#fd = fd;
    const header = Buffer.alloc(100);
    readSync(this.#fd, header, 0, header.length, 0);
    const pageBytes = header.readUInt16BE(16);
    this.#pageBytes = pageBytes === 1 ? 65_536 : pageBytes;
    this.#usableBytes = this.#pageBytes - (header[20] ?? 0);
    this.#hasPointerMap = header.readUInt32BE(52) !== 0;
    this.#slice = Buffer.allocUnsafeSlow(PAGES_PER_SLICE * this.#pageBytes);
  }

  /** Does one slice of a few milliseconds. @returns true when nothing is left to do. */
  step(): boolean {
    const count = fstatSync(this.#fd).size / this.#pageBytes;
    if (this.#next > count || count > MAX_PAGES) {
      fdatasyncSync(this.#fd);
      return true;
    }
    this.#scrub(this.#next, Math.min(PAGES_PER_SLICE, Math.floor(count) - this.#next + 1));
    this.#next += PAGES_PER_SLICE;
    return false;
  }

  #scrub(first: number, count: number): void {
    const slice = this.#slice.subarray(0, count * this.#pageBytes);
    const length = readSync(this.#fd, slice, 0, slice.length, this.#offset(first));
    const free = this.#freePages();
    for (let at = 0; at + this.#pageBytes <= length; at += this.#pageBytes) {
      const number = first + at / this.#pageBytes;
      const page = slice.subarray(at, at + this.#usableBytes);
      const usedBytes = free.get(number);
      if (usedBytes !== undefined) this.#wipe(page, number, usedBytes);
      else if (this.#isOrdinary(number)) this.#scrubPage(page, number);
    }
  }

  #wipe(page: Buffer, number: number, from: number): void {
    if (zero(page, { from, to: page.length })) writeSync(this.#fd, page, 0, page.length, this.#offset(number));
  }

  #scrubPage(page: Buffer, number: number): void {
    if (scrubPage(page, number === 1)) writeSync(this.#fd, page, 0, page.length, this.#offset(number));
    for (const { firstPage, bytes } of overflowsOf(page, number === 1)) this.#scrubEnd(firstPage, bytes);
  }

  /**
   * Each with the bytes that mean something: a list of other free pages, or none. What else is in them must not be
   * taken for rows.
   * @see https://sqlite.org/fileformat2.html#the_freelist
   */
  #freePages(): Map<number, number> {
    const free = new Map<number, number>();
    const trunk = Buffer.alloc(this.#usableBytes);
    readSync(this.#fd, trunk, 0, trunk.length, 0);
    for (let number = trunk.readUInt32BE(32); number !== 0 && !free.has(number); number = trunk.readUInt32BE(0)) {
      readSync(this.#fd, trunk, 0, trunk.length, this.#offset(number));
      const leaves = Math.min(trunk.readUInt32BE(4), trunk.length / 4 - 2);
      free.set(number, 8 + 4 * leaves);
      for (let n = 0; n < leaves; n++) free.set(trunk.readUInt32BE(8 + 4 * n), 0);
    }
    return free;
  }

  /** The last page of a long value is filled in part only. */
  #scrubEnd(firstPage: number, bytes: number): void {
    const bytesPerPage = this.#usableBytes - 4;
    let page = firstPage;
    for (let left = bytes; page > 1 && left > 0; left -= bytesPerPage) {
      if (left <= bytesPerPage) return this.#scrubTail(page, left + 4);
      page = this.#nextOf(page);
    }
  }

  #scrubTail(number: number, from: number): void {
    const page = Buffer.alloc(this.#usableBytes);
    const isWhole = readSync(this.#fd, page, 0, page.length, this.#offset(number)) === page.length;
    if (!isWhole || page.readUInt32BE(0) !== 0 || !zero(page, { from, to: page.length })) return;
    writeSync(this.#fd, page, from, page.length - from, this.#offset(number) + from);
  }

  /** 0 at the end. */
  #nextOf(page: number): number {
    const pointer = Buffer.alloc(4);
    readSync(this.#fd, pointer, 0, 4, this.#offset(page));
    return pointer.readUInt32BE(0);
  }

  /** Neither a page of the pointer map, which can look like one of a B-tree, nor the one SQLite takes its locks on. */
  #isOrdinary(number: number): boolean {
    const lockPage = LOCK_BYTE / this.#pageBytes + 1;
    return number !== lockPage && !(this.#hasPointerMap && number === this.#mapPageFor(number, lockPage));
  }

  /** @see https://sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages */
  #mapPageFor(number: number, lockPage: number): number {
    const pagesPerMap = Math.floor(this.#usableBytes / 5) + 1;
    const page = Math.floor((number - 2) / pagesPerMap) * pagesPerMap + 2;
    return page === lockPage ? page + 1 : page;
  }

  #offset(page: number): number {
    return (page - 1) * this.#pageBytes;
  }
}
