/** How one file is packed: a row for each way. A reader of it sees the file that was packed. */
import { bunzip } from './bunzip.js';
import type { Unpacked } from './collected.js';
import { gunzip, isGzip } from './gunzip.js';
import { unxz } from './unxz.js';
import { unzstd } from './unzstd.js';

export interface Packing {
  readonly name: string;
  isOf(bytes: Buffer): boolean;
  /** @returns undefined when not even the beginning can be unpacked. */
  unpack(bytes: Buffer, maxBytes: number): Unpacked | undefined | Promise<Unpacked | undefined>;
  /** Of a file's name → what takes its place when it is unpacked. */
  readonly endings: Readonly<Record<string, string>>;
}

const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const PACKINGS: readonly Packing[] = [
  { name: 'gzip', isOf: isGzip, unpack: gunzip, endings: { '.gz': '', '.svgz': '.svg', '.tgz': '.tar' } },
  {
    name: 'bzip2',
    isOf: (bytes) => /^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/.test(bytes.toString('latin1', 0, 10)),
    unpack: bunzip,
    endings: { '.bz2': '', '.tbz2': '.tar', '.tbz': '.tar', '.tb2': '.tar' },
  },
  { name: 'xz', isOf: startsWith(XZ), unpack: unxz, endings: { '.xz': '', '.txz': '.tar' } },
  { name: 'zstd', isOf: startsWith(ZSTD), unpack: unzstd, endings: { '.zst': '', '.zstd': '', '.tzst': '.tar' } },
];

export function packingOf(bytes: Buffer): Packing | undefined {
  return PACKINGS.find((packing) => packing.isOf(bytes));
}

/** 'ls.1.gz' → 'ls.1'; 'a.svgz' → 'a.svg'; 'a.txz' → 'a.tar'. */
export function unpackedName({ endings }: Packing, name: string): string {
  const lower = name.toLowerCase();
  const ending = Object.keys(endings).find((each) => lower.endsWith(each));
  return ending === undefined ? name : name.slice(0, -ending.length) + endings[ending];
}

function startsWith(magic: Buffer): (bytes: Buffer) => boolean {
  return (bytes) => bytes.subarray(0, magic.length).equals(magic);
}
