/** Compound files with streams of any name, none of them in small sectors. */

const SECTOR = 512;
const END = 0xfffffffe;

export interface CompoundEntry {
  readonly name: string;
  /** Missing: it is a folder. */
  readonly bytes?: Buffer;
  /** In the folder before it. */
  readonly isInside?: boolean;
}

export function compoundBytes(...entries: readonly CompoundEntry[]): Buffer {
  const directory = sectors(128 * (entries.length + 1));
  const starts = entries.map(() => 0);
  let next = 1 + directory;
  for (const [i, { bytes }] of entries.entries()) {
    starts[i] = next;
    next += sectors(bytes?.length ?? 0);
  }
  const table = Buffer.alloc(SECTOR, 0xff);
  const chain = (first: number, count: number) => {
    for (let i = 0; i < count; i++) table.writeUInt32LE(i + 1 < count ? first + i + 1 : END, (first + i) * 4);
  };
  chain(1, directory);
  entries.forEach(({ bytes }, i) => void chain(starts[i] as number, sectors(bytes?.length ?? 0)));
  const list = [
    rootEntry(entries),
    ...entries.map((entry, i) => entryBytes(entry, starts[i] as number, links(entries, i))),
  ];
  const parts = [header(), table, Buffer.concat(list), ...entries.map(({ bytes }) => bytes ?? Buffer.alloc(0))];
  return Buffer.concat(
    parts.map((part) => Buffer.concat([part, Buffer.alloc(sectors(part.length) * SECTOR - part.length)])),
  );
}

function sectors(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}

/** The next one in the same folder, and the first one in it. */
function links(entries: readonly CompoundEntry[], at: number): { readonly beside: number; readonly inside: number } {
  const isInside = entries[at]?.isInside ?? false;
  const beside = entries.findIndex((one, i) => i > at && (one.isInside ?? false) === isInside);
  const hasInside = entries[at]?.bytes === undefined && (entries[at + 1]?.isInside ?? false);
  return { beside: beside < 0 ? -1 : beside + 1, inside: hasInside ? at + 2 : -1 };
}

function rootEntry(entries: readonly CompoundEntry[]): Buffer {
  const root = entryBytes({ name: 'Root Entry' }, END, { beside: -1, inside: entries.length > 0 ? 1 : -1 });
  root[66] = 5;
  return root;
}

function entryBytes(
  { name, bytes }: CompoundEntry,
  first: number,
  { beside, inside }: ReturnType<typeof links>,
): Buffer {
  const entry = Buffer.alloc(128);
  entry.write(name, 'utf16le');
  entry.writeUInt16LE(name.length * 2 + 2, 64);
  entry[66] = bytes ? 2 : 1;
  entry.writeInt32LE(-1, 68);
  entry.writeInt32LE(beside, 72);
  entry.writeInt32LE(inside, 76);
  entry.writeUInt32LE(first, 116);
  entry.writeUInt32LE(bytes?.length ?? 0, 120);
  return entry;
}

/** The table of sectors is sector 0, the directory begins in sector 1. */
function header(): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt16LE(6, 32);
  bytes.writeUInt32LE(1, 44);
  bytes.writeUInt32LE(1, 48);
  for (const at of [60, 68]) bytes.writeUInt32LE(END, at);
  bytes.fill(0xff, 76);
  bytes.writeUInt32LE(0, 76);
  return bytes;
}
