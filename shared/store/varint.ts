/**
 * Integers as SQLite and FTS5 write them: seven bits a byte, the highest bit set while more follow, all eight of a
 * ninth.
 * @see https://sqlite.org/fileformat2.html#varint
 */

/** The value is exact up to 2^53. What runs over the end of the bytes is taken for zeros. */
export function readVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let n = 0; n < 8; n++) {
    const byte = bytes[from + n] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: from + n + 1 };
  }
  return { value: value * 256 + (bytes[from + 8] ?? 0), end: from + 9 };
}
