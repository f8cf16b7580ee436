/** Zip archives as programs write them, and such as nobody's zip would write. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string | Buffer;
  readonly bytes?: string | Buffer;
  /** Packed by deflate unless told otherwise: 0 is stored. */
  readonly method?: number;
  /** What the headers tell, right or wrong. */
  readonly flags?: number;
  readonly packedBytes?: number;
  readonly unpackedBytes?: number;
  readonly unixMode?: number;
  /** Of the directory: a place that is not its own. */
  readonly offset?: number;
  /** In the place of what `bytes` is packed to. */
  readonly packed?: Buffer;
  /** The sizes stand behind the data. */
  readonly isStreamed?: boolean;
}

export function zipBytes(...parts: ZipPart[]): Buffer {
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const { local, central } = headers(part, at);
    written.push(local);
    directory.push(central);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...written, central, end]);
}

function headers(part: ZipPart, at: number): { readonly local: Buffer; readonly central: Buffer } {
  const { method = 8, unixMode = 0o100644, isStreamed = false } = part;
  const name = Buffer.from(part.name);
  const bytes = Buffer.from(part.bytes ?? '');
  const packed = part.packed ?? (method === 8 ? deflateRawSync(bytes) : bytes);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE((part.flags ?? 0x800) | (isStreamed ? 8 : 0), 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(part.packedBytes ?? packed.length, 14);
  common.writeUInt32LE(part.unpackedBytes ?? bytes.length, 18);
  common.writeUInt16LE(name.length, 22);
  const own = isStreamed ? Buffer.from(common).fill(0, 10, 22) : common;
  const descriptor = Buffer.concat([Buffer.from('PK\x07\x08'), common.subarray(10, 22)]);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), own, name, packed, ...(isStreamed ? [descriptor] : [])]);
  const place = Buffer.alloc(14);
  place.writeUInt32LE((unixMode << 16) >>> 0, 6);
  place.writeUInt32LE(part.offset ?? at, 10);
  return { local, central: Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, place, name]) };
}
