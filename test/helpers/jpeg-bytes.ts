/** JPEG files without pixels, with what EXIF tells of them. */

const [BYTE, ASCII, LONG] = [1, 2, 4];
const EXIF_FOLDER = 0x8769;
const XP_TAGS = 0x9c9b;

/** Tag → value. Those of Windows (`XP…`) are UTF-16, the others UTF-8. */
type Tags = Readonly<Record<number, string>>;

/** @param taken  tags of the inner folder: when, and in which zone. */
export function jpegBytes(tags: Tags, taken: Tags = {}): Buffer {
  const folderAt = 8 + folderBytes(Object.keys(tags).length + 1);
  const dataAt = folderAt + folderBytes(Object.keys(taken).length);
  const data: Buffer[] = [];
  const entries = (all: Tags) => Object.entries(all).map(([tag, value]) => entry(Number(tag), value, { data, dataAt }));
  const inner = entries(taken);
  const outer = [...entries(tags), numbers(EXIF_FOLDER, LONG, 1, folderAt)];
  const tiff = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), folder(outer), folder(inner), ...data]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(tiff.length + 8, 4);
  return Buffer.concat([head, Buffer.from('Exif\0\0'), tiff, Buffer.from([0xff, 0xd9])]);
}

interface Place {
  readonly data: Buffer[];
  readonly dataAt: number;
}

function entry(tag: number, value: string, { data, dataAt }: Place): Buffer {
  const isWide = tag >= XP_TAGS;
  const bytes = isWide ? Buffer.from(`${value}\0`, 'utf16le') : Buffer.from(`${value}\0`);
  const at = dataAt + Buffer.concat(data).length;
  data.push(Buffer.concat([bytes, Buffer.alloc(Math.max(0, 5 - bytes.length))]));
  return numbers(tag, isWide ? BYTE : ASCII, Math.max(bytes.length, 5), at);
}

function numbers(...[tag, type, count, value]: readonly [number, number, number, number]): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt32LE(count, 4);
  bytes.writeUInt32LE(value, 8);
  return bytes;
}

function folderBytes(entries: number): number {
  return 2 + 12 * entries + 4;
}

function folder(entries: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16LE(entries.length);
  return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
}
