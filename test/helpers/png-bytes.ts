/** PNG files, chunk by chunk. Checksums are left out: nobody who reads texts looks at them. */

/** What each begins with. */
export const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

export function pngChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
}
