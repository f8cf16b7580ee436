/**
 * What stands in a folder. A folder with very many entries is read piece by piece and kept as bytes: a million names take 20 MB
 * then, not 400. Names are bytes.
 */
import { type Dir, opendir, readdir } from 'node:fs';

export interface Entry {
  readonly name: Buffer;
  isFile(): boolean;
  isDirectory(): boolean;
}

export interface Listing extends Iterable<Entry> {
  readonly length: number;
}

/** As stat says of a folder with about 20,000 entries, on most file systems. */
const MANY_BYTES = 512 * 1024;
const ENTRIES_AT_ONCE = 1000;

/** @param size  of the folder, as stat says. Rejects with the system's error. */
export function listFolder(directory: Buffer, size: number): Promise<Listing> {
  return size < MANY_BYTES ? listAtOnce(directory) : CompactListing.read(directory);
}

function listAtOnce(directory: Buffer): Promise<Listing> {
  return new Promise((resolve, reject) => {
    readdir(directory, { withFileTypes: true, encoding: 'buffer' }, (error, entries) =>
      error ? reject(error) : resolve(entries as unknown as Entry[]),
    );
  });
}

/** Of each entry: kind, length of the name, name. */
export class CompactListing implements Listing {
  #bytes = Buffer.alloc(64 * 1024);
  #end = 0;
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
    return listing;
  }

  add(entry: Entry): void {
    const { name } = entry;
    if (this.#end + 2 + name.length > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    }
    this.#bytes[this.#end] = (entry.isFile() ? KIND.file : 0) | (entry.isDirectory() ? KIND.directory : 0);
    this.#bytes[this.#end + 1] = name.length;
    this.#bytes.set(name, this.#end + 2);
    this.#end += 2 + name.length;
    this.length++;
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (let at = 0; at < this.#end; ) {
      const kind = this.#bytes[at] as number;
      const next = at + 2 + (this.#bytes[at + 1] as number);
      const name = this.#bytes.subarray(at + 2, next);
      yield {
        name,
        isFile: () => (kind & KIND.file) !== 0,
        isDirectory: () => (kind & KIND.directory) !== 0,
      };
      at = next;
    }
  }
}

const KIND = { file: 1, directory: 2 } as const;

function open(directory: Buffer): Promise<Dir> {
  // The types know text only; bytes work.
  const options = { encoding: 'buffer' as BufferEncoding, bufferSize: ENTRIES_AT_ONCE };
  return new Promise((resolve, reject) => {
    opendir(directory, options, (error, folder) => (error ? reject(error) : resolve(folder)));
  });
}
