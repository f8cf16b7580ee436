/**
 * The bytes of a socket address (saddr=) → what it says, in the form of auditd's SADDR. Layouts are those of struct
 * sockaddr_* in the kernel's headers. The family is written in the order of the machine's bytes, ports and addresses in
 * network order.
 */
import { FAMILIES } from './names/sockets.js';

type Reader = (address: Buffer, isLittleEndian: boolean) => string | undefined;

const TOO_SHORT = 'sockaddr len too short';

const READERS: Readonly<Record<string, Reader>> = {
  local: (address) => `path=${localPath(address.subarray(2))}`,
  inet: (address) =>
    address.length < 8 ? TOO_SHORT : `laddr=${address.subarray(4, 8).join('.')} lport=${address.readUInt16BE(2)}`,
  inet6: (address, isLittle) =>
    address.length < 24
      ? 'sockaddr6 len too short'
      : `laddr=${inet6(address, isLittle)} lport=${address.readUInt16BE(2)}`,
  netlink: (address, isLittle) =>
    address.length < 8 ? TOO_SHORT : `nlnk-fam=16 nlnk-pid=${readUInt32(address, 4, isLittle)}`,
  packet,
  vsock: (address, isLittle) =>
    address.length < 12
      ? TOO_SHORT
      : `cid=${readUInt32(address, 8, isLittle)} port=${readUInt32(address, 4, isLittle)}`,
  ax25: (address) => (address.length < 9 ? TOO_SHORT : `call=${callSign(address.subarray(2, 9))}`),
  x25: (address) => `laddr=${plainText(address.subarray(2, 17))}`,
  ipx: (address) =>
    address.length < 8 ? TOO_SHORT : `lport=${address.readUInt16BE(2)} ipx-net=${address.readUInt32BE(4)}`,
  atmpvc: (address, isLittle) => (address.length < 10 ? TOO_SHORT : `int=${readUInt16(address, 4, isLittle)}`),
};

/** '01002F746D702F7300' → '{ saddr_fam=local path=/tmp/s }'; undefined when even the family is not known. */
export function socketAddress(address: Buffer): string | undefined {
  if (address.length < 2) return undefined;
  const little = FAMILIES.get(address.readUInt16LE(0));
  const family = little ?? FAMILIES.get(address.readUInt16BE(0));
  if (family === undefined) return undefined;
  if (family === 'unspec') return '{ saddr_fam=unspec }';
  const read = Object.hasOwn(READERS, family) ? READERS[family] : undefined;
  return `{ saddr_fam=${family} ${read?.(address, little !== undefined) ?? '(unsupported)'} }`;
}

/** An abstract name begins with NUL, shown as @. */
function localPath(path: Buffer): string {
  const isAbstract = path[0] === 0;
  const end = path.indexOf(0, 1);
  const name = path.subarray(isAbstract ? 1 : 0, end === -1 ? path.length : end);
  return `${isAbstract ? '@' : ''}${name.toString('utf8')}`;
}

function packet(address: Buffer, isLittle: boolean): string {
  if (address.length < 12) return TOO_SHORT;
  const hardware = address.subarray(12, 12 + Math.min(address[11] ?? 0, 8)).toString('hex');
  const protocol = `protocol=0x${address.readUInt16BE(2).toString(16).padStart(4, '0')}`;
  return `${protocol} ifindex=${readUInt32(address, 4, isLittle)} hwaddr=${hardware.match(/../g)?.join(':') ?? ''}`;
}

/** As inet_ntop(3) writes it: 'fe80::1%2', '::ffff:192.168.0.1'. */
function inet6(address: Buffer, isLittle: boolean): string {
  const words = Array.from({ length: 8 }, (_, i) => address.readUInt16BE(8 + 2 * i));
  const scope = address.length < 28 ? 0 : readUInt32(address, 24, isLittle);
  return `${shortest(words, address.subarray(20, 24).join('.'))}${scope === 0 ? '' : `%${scope}`}`;
}

/** @param dotted  the last two words, as the end of an address that holds one of IPv4. */
function shortest(words: readonly number[], dotted: string): string {
  const [start, length] = longestZeros(words);
  const isMapped = start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff));
  const texts = words.map((word) => word.toString(16));
  const parts = isMapped ? [...texts.slice(0, 6), dotted] : texts;
  if (length < 2) return parts.join(':');
  return `${parts.slice(0, start).join(':')}::${parts.slice(start + length).join(':')}`;
}

/** Where the first longest run of zeros begins, and how long it is. */
function longestZeros(words: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let at = 0, run = 0; at < words.length; at++) {
    run = words[at] === 0 ? run + 1 : 0;
    if (run > best[1]) best = [at - run + 1, run];
  }
  return best;
}

/** AX.25 shifts the characters of a call sign by a bit; the last byte holds the station's number. */
function callSign(call: Buffer): string {
  const name = String.fromCharCode(...call.subarray(0, 6).map((byte) => byte >> 1)).trimEnd();
  const station = ((call[6] ?? 0) >> 1) & 0xf;
  if (!/^[A-Z\d]+$/.test(name)) return plainText(call);
  return station === 0 ? name : `${name}-${station}`;
}

/** Up to its NUL; what is no printable character as \ooo. */
function plainText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;
  return Array.from(bytes.subarray(0, end === -1 ? bytes.length : end), (byte) =>
    byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : octal(byte),
  ).join('');
}

function readUInt16(bytes: Buffer, at: number, isLittle: boolean): number {
  return isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function readUInt32(bytes: Buffer, at: number, isLittle: boolean): number {
  return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
