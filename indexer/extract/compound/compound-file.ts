/**
 * Compound files: the container of Word, Excel and PowerPoint before 2007, and of what is encrypted since. Streams by
 * their names. Chains of sectors come from the file: each sector counts once, so that a loop ends. Pure.
 */

const MAGIC = 'd0cf11e0a1b11ae1';
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
/** Sectors of the table that stand in the header. */
const HEADER_SECTORS = 109;
/** Most entries that are looked at: a document has some ten. */
const MAX_ENTRIES = 10_000;
const STREAM = 2;
const ROOT = 5;

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly first: number;
  readonly bytes: number;
  /** Numbers of the entries beside it in its folder, and of the first one in it. */
  readonly beside: readonly number[];
  readonly inside: number;
}

/** Streams that are smaller than this are in the small sectors. */
const SMALL_LIMIT_AT = 56;

export interface Stream {
  /** As much of it as there is. */
  readonly bytes: Buffer;
  /** The rest is missing. */
  readonly isCut: boolean;
}

export const NO_STREAM: Stream = { bytes: Buffer.alloc(0), isCut: true };

export class CompoundFile {
  readonly #bytes: Buffer;
  /** How many there are at most. */
  readonly #sectors: number;
  readonly #sectorBytes: number;
  readonly #smallBytes: number;
  readonly #smallLimit: number;
  readonly #table: Buffer;
  readonly #smallTable: Buffer;
  readonly #small: Buffer;
  /** Those in no folder come first: documents in the document have the same names. */
  readonly #entries: readonly Entry[];
  readonly #top: ReadonlySet<Entry>;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#sectorBytes = 1 << bytes.readUInt16LE(30);
    this.#sectors = Math.ceil(bytes.length / this.#sectorBytes);
    this.#smallBytes = 1 << bytes.readUInt16LE(32);
    this.#smallLimit = bytes.readUInt32LE(SMALL_LIMIT_AT);
    this.#table = Buffer.concat(this.#tableSectors().map((sector) => this.#sector(sector)));
    const entries = entriesOf(this.#chain(bytes.readUInt32LE(48)));
    this.#top = topOf(entries);
    this.#entries = [...this.#top, ...entries];
    this.#smallTable = this.#chain(bytes.readUInt32LE(60));
    const root = this.#entries.find(({ type }) => type === ROOT);
    this.#small = root ? this.#chain(root.first).subarray(0, root.bytes) : Buffer.alloc(0);
  }

  /** @returns undefined for what is none. */
  static open(bytes: Buffer): CompoundFile | undefined {
    if (bytes.length < HEADER_BYTES || !isCompoundFile(bytes)) return undefined;
    const [sectorShift, smallShift] = [bytes.readUInt16LE(30), bytes.readUInt16LE(32)];
    return (sectorShift === 9 || sectorShift === 12) && smallShift === 6 ? new CompoundFile(bytes) : undefined;
  }

  /** Of the document itself, not of one in it. */
  hasAtTop(name: string): boolean {
    return [...this.#top].some((one) => one.name === name);
  }

  /** undefined: there is none of that name. */
  stream(name: string): Stream | undefined {
    const entry = this.#entries.find((one) => one.name === name && one.type === STREAM);
    if (!entry) return undefined;
    const whole = entry.bytes < this.#smallLimit ? this.#smallChain(entry.first) : this.#chain(entry.first);
    return { bytes: whole.subarray(0, entry.bytes), isCut: whole.length < entry.bytes };
  }

  #sector(number: number): Buffer {
    const begin = (number + 1) * this.#sectorBytes;
    return this.#bytes.subarray(begin, begin + this.#sectorBytes);
  }

  /** Where the table of sectors is: some in the header, the rest in sectors of their own. */
  #tableSectors(): number[] {
    const found = new Set(numbersOf(this.#bytes.subarray(76, 76 + HEADER_SECTORS * 4)));
    const seen = new Set<number>();
    let next = this.#bytes.readUInt32LE(68);
    while (next < this.#sectors && !seen.has(next)) {
      seen.add(next);
      const numbers = numbersOf(this.#sector(next));
      next = numbers.pop() ?? this.#sectors;
      for (const sector of numbers) if (sector < this.#sectors) found.add(sector);
    }
    return [...found].filter((sector) => sector < this.#sectors);
  }

  #chain(first: number): Buffer {
    return Buffer.concat(follow(this.#table, first, this.#sectors).map((sector) => this.#sector(sector)));
  }

  #smallChain(first: number): Buffer {
    const sectors = Math.ceil(this.#small.length / this.#smallBytes);
    const parts = follow(this.#smallTable, first, sectors).map((sector) =>
      this.#small.subarray(sector * this.#smallBytes, (sector + 1) * this.#smallBytes),
    );
    return Buffer.concat(parts);
  }
}

/** Does it begin as one? It may be damaged from there on. */
export function isCompoundFile(bytes: Buffer): boolean {
  return bytes.toString('hex', 0, 8) === MAGIC;
}

/** Each sector once, up to one that there is not. */
function follow(table: Buffer, first: number, sectors: number): number[] {
  const found = new Set<number>();
  for (let at = first; at < sectors && !found.has(at) && at * 4 + 4 <= table.length; at = table.readUInt32LE(at * 4))
    found.add(at);
  return [...found];
}

function numbersOf(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(i * 4));
}

function entriesOf(bytes: Buffer): Entry[] {
  const count = Math.min(Math.floor(bytes.length / ENTRY_BYTES), MAX_ENTRIES);
  return Array.from({ length: count }, (_, i) => {
    const entry = bytes.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES);
    const nameBytes = Math.min(Math.max(entry.readUInt16LE(64) - 2, 0), 62);
    return {
      name: entry.toString('utf16le', 0, nameBytes),
      type: entry.readUInt8(66),
      first: entry.readUInt32LE(116),
      bytes: entry.readUInt32LE(120),
      beside: [entry.readUInt32LE(68), entry.readUInt32LE(72)],
      inside: entry.readUInt32LE(76),
    };
  });
}

/** The entries of a folder are a tree: each counts once, so that a loop ends. */
function topOf(entries: readonly Entry[]): Set<Entry> {
  const found = new Set<Entry>();
  const waiting = [entries.find(({ type }) => type === ROOT)?.inside];
  while (waiting.length > 0) {
    const entry = entries[waiting.pop() ?? -1];
    if (!entry || found.has(entry)) continue;
    found.add(entry);
    waiting.push(...entry.beside);
  }
  return found;
}
