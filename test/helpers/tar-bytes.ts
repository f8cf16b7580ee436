/** Tar archives that nobody's tar would write, and small ones for tests that only want some. */

interface Member {
  readonly name: string | Buffer;
  readonly text?: string | Buffer;
  readonly type?: string;
  readonly size?: string;
}

/** Header by header, with the right checksums and nothing else right of itself. */
export function tarBytes(...members: Member[]): Buffer {
  const blocks = members.flatMap(({ name, text = '', type = '0', size }) => {
    const header = Buffer.alloc(512);
    Buffer.from(name).copy(header, 0, 0, 100);
    header.write('0000644\0', 100);
    header.write(size ?? `${Buffer.byteLength(text).toString(8).padStart(11, '0')} `, 124, 'latin1');
    header.write('00000000000 ', 136);
    header.write(`        ${type}`, 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const body = Buffer.from(text);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
