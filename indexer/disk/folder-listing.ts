/**
 * What stands in a folder, in the byte order of the names, which are bytes. What is queued and indexed together then
 * stands together in the database, and a million files cost a tenth of the writes. A folder with very many entries is
 * read piece by piece and kept as bytes: a million names take 24 MB then, not 400.
 */
import { type Dir, opendir, readdir } from 'node:fs';
import { look } from './looks.js';
import { sortInPieces } from './sort-in-pieces.js';

export interface Entry {
  readonly name: Buffer;
  isFile(): boolean;
  isDirectory(): boolean;
}

export interface Listing extends Iterable<Entry> {
  readonly length: number;
}

/** As stat says of a folder with about 2,500 entries, on most file systems. */
const MANY_BYTES = 64 * 1024;
const ENTRIES_AT_ONCE = 1000;

/** @param size  of the folder, as stat says. Rejects with the system's error, or VolumeSilent. */
export function listFolder(directory: Buffer, size: number): Promise<Listing> {
  return look(directory, () => (size < MANY_BYTES ? listAtOnce(directory) : CompactListing.read(directory)));
}

function listAtOnce(directory: Buffer): Promise<Listing> {
  return new Promise((resolve, reject) => {
    readdir(directory, { withFileTypes: true, encoding: 'buffer' }, (error, entries) =>
      error ? reject(error) : resolve((entries as unknown as Entry[]).sort((a, b) => Buffer.compare(a.name, b.name))),
    );
  });
}

/** Of each entry: kind, length of the name, name. */
export class CompactListing implements Listing {
  #bytes = Buffer.alloc(64 * 1024);
  #end = 0;
  /** Where each entry begins, in order. */
  #starts: Uint32Array = new Uint32Array(ENTRIES_AT_ONCE);
  length = 0;

  static async read(directory: Buffer): Promise<CompactListing> {
    const listing = new CompactListing();
    const folder = await open(directory);
    try {
      for (let entry = await folder.read(); entry; entry = await folder.read()) {
        listing.add(entry as unknown as Entry);
      }
    } finally {
      await folder.close();
    }
    await listing.sort();
    return listing;
  }

  async sort(): Promise<void> {
    this.#starts = await sortInPieces(this.#starts.slice(0, this.length), (a, b) => this.#compare(a, b));
  }

  add(entry: Entry): void {
    const { name } = entry;
    if (this.#end + 2 + name.length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    }
    this.#bytes[this.#end] = (entry.isFile() ? KIND.file : 0) | (entry.isDirectory() ? KIND.directory : 0);
    this.#bytes[this.#end + 1] = name.length;
    this.#bytes.set(name, this.#end + 2);
    if (this.length === this.#starts.length) this.#starts = doubled(this.#starts);
    this.#starts[this.length++] = this.#end;
    this.#end += 2 + name.length;
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (const start of this.#starts.subarray(0, this.length)) {
      const kind = this.#bytes[start] as number;
      yield {
        name: this.#name(start),
        isFile: () => (kind & KIND.file) !== 0,
        isDirectory: () => (kind & KIND.directory) !== 0,
      };
    }
  }

  #name(start: number): Buffer {
    return this.#bytes.subarray(start + 2, start + 2 + (this.#bytes[start + 1] as number));
  }

  #compare(a: number, b: number): number {
    const bytes = this.#bytes;
    const endOf = (start: number) => start + 2 + (bytes[start + 1] as number);
    return bytes.compare(bytes, b + 2, endOf(b), a + 2, endOf(a));
  }
}

function doubled(numbers: Uint32Array): Uint32Array {
  const more = new Uint32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}

const KIND = { file: 1, directory: 2 } as const;

function open(directory: Buffer): Promise<Dir> {
  // The types know text only; bytes work.
  const options = { encoding: 'buffer' as BufferEncoding, bufferSize: ENTRIES_AT_ONCE };
  return new Promise((resolve, reject) => {
    opendir(directory, options, (error, folder) => (error ? reject(error) : resolve(folder)));
  });
}
