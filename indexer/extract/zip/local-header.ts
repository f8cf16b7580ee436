/**
 * The header that stands before the data of each member. It tells where the data begin; of an archive whose directory
 * is missing, because its end is, it is all there is. Pure.
 */

/** A member, as its headers tell it: nothing of it is checked. */
export interface RawMember {
  /** Bytes, in an encoding that `flags` and the name itself tell. */
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  /** Where its header begins. */
  readonly offset: number;
  readonly packedBytes: number;
  /** Of the file it was made from, where the archive has that: type and rights. */
  readonly unixMode: number;
  readonly extraFields: readonly { readonly id: number; readonly data: Buffer }[];
}

const SIGNATURE = 0x04034b50;
const HEADER_BYTES = 30;
/** The size is told behind the data. */
const SIZE_FOLLOWS = 0x08;
/** The size stands elsewhere, for it has 64 bits. */
const LONG_SIZE = 0xffffffff;
const DESCRIPTOR = Buffer.from('PK\x07\x08', 'latin1');
const DESCRIPTOR_BYTES = 16;

/** Where the data of the member begin whose header is here. undefined: none is. */
export function dataBegin(bytes: Buffer, offset: number): number | undefined {
  if (offset < 0 || offset + HEADER_BYTES > bytes.length || bytes.readUInt32LE(offset) !== SIGNATURE) return undefined;
  return offset + HEADER_BYTES + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
}

/** One member after the other, from the first byte on, up to `maxMembers` or to what is no header. */
export function walkHeaders(bytes: Buffer, maxMembers: number): RawMember[] {
  const members: RawMember[] = [];
  let at = 0;
  while (members.length < maxMembers) {
    const begin = dataBegin(bytes, at);
    if (begin === undefined || begin > bytes.length) break;
    const end = dataEnd(bytes, at, begin);
    members.push(memberAt(bytes, at, end - begin));
    at = afterDescriptor(bytes, end);
  }
  return members;
}

function memberAt(bytes: Buffer, offset: number, packedBytes: number): RawMember {
  const nameBegin = offset + HEADER_BYTES;
  return {
    rawName: bytes.subarray(nameBegin, nameBegin + bytes.readUInt16LE(offset + 26)),
    flags: bytes.readUInt16LE(offset + 6),
    method: bytes.readUInt16LE(offset + 8),
    offset,
    packedBytes,
    unixMode: 0,
    extraFields: [],
  };
}

/** Beyond the end of the bytes where it is missing, or not told. */
function dataEnd(bytes: Buffer, offset: number, begin: number): number {
  const size = bytes.readUInt32LE(offset + 18);
  const isTold = (bytes.readUInt16LE(offset + 6) & SIZE_FOLLOWS) === 0 || size > 0;
  const end = isTold ? begin + size : descriptorAfter(bytes, begin);
  return end === undefined || size === LONG_SIZE ? bytes.length + 1 : end;
}

/** The first one whose size is that of the data before it. */
function descriptorAfter(bytes: Buffer, begin: number): number | undefined {
  for (let at = bytes.indexOf(DESCRIPTOR, begin); at >= 0; at = bytes.indexOf(DESCRIPTOR, at + 1)) {
    if (at + DESCRIPTOR_BYTES <= bytes.length && bytes.readUInt32LE(at + 8) === at - begin) return at;
  }
  return undefined;
}

function afterDescriptor(bytes: Buffer, at: number): number {
  return bytes.subarray(at, at + DESCRIPTOR.length).equals(DESCRIPTOR) ? at + DESCRIPTOR_BYTES : at;
}
