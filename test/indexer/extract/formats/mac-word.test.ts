/** Documents of Word for the Macintosh: in one piece, in many, and such as were made to harm. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractBytes, textOf } from '../../../helpers/extract-bytes.js';

const HEAD_BYTES = 0x100;

/** In MacRoman: é is 8e, the curly apostrophe d5. */
const TEXT = Buffer.from('Caf\x8e of the keeper\xd5s\rSeven gulls\x07counted\r', 'latin1');

function head(pieces: { readonly at: number; readonly length: number }, textEnd: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  bytes.writeUInt32BE(0xfe370023, 0);
  bytes.writeUInt32BE(HEAD_BYTES, 0x14);
  bytes.writeUInt32BE(textEnd, 0x18);
  bytes.writeUInt32BE(pieces.at, 0xac);
  bytes.writeUInt16BE(pieces.length, 0xb0);
  return bytes;
}

const inOne = () => Buffer.concat([head({ at: 0, length: 0 }, HEAD_BYTES + TEXT.length), TEXT]);

/** @param pieces  of the text, in the order of the document. */
function inPieces(...pieces: readonly (readonly [begin: number, end: number])[]): Buffer {
  const table = Buffer.alloc(4 + 12 * pieces.length);
  let at = 0;
  for (const [i, [begin, end]] of pieces.entries()) {
    at += end - begin;
    table.writeUInt32BE(at, (i + 1) * 4);
    table.writeUInt32BE(HEAD_BYTES + begin, (pieces.length + 1) * 4 + i * 8 + 2);
  }
  const list = Buffer.concat([Buffer.from([1, 0, 2, 9, 9, 2, 0, 0]), table]);
  list.writeUInt16BE(table.length, 6);
  return Buffer.concat([head({ at: HEAD_BYTES + TEXT.length, length: list.length }, 0), TEXT, list]);
}

describe('a document of Word for the Macintosh', () => {
  it('is known by its content, and read in the encoding of the Macintosh', async () => {
    const found = await extractBytes('letter', inOne());
    expect(found).toMatchObject({ extractor: 'mac-word', type: 'application/msword', isTruncated: false });
    expect(textOf(found)).toBe('Café of the keeper’s\nSeven gulls counted');
  });

  it('has its pieces in the order of the document, without those that were deleted', async () => {
    const found = await extractBytes('letter.doc', inPieces([21, 32], [32, 33], [0, 4]));
    expect([textOf(found), found.isTruncated]).toEqual(['Seven gulls Café', false]);
  });

  it.each([
    ['its pieces lead beyond its end', inPieces([0, 20], [0, 1 << 30])],
    ['its pieces repeat it again and again', inPieces(...Array<[number, number]>(500).fill([0, 40]))],
    ['its end is missing', inOne().subarray(0, HEAD_BYTES + 30)],
  ])('says that there is more when %s', async (_, bytes) => {
    const found = await extractBytes('a.doc', bytes);
    expect([found.isTruncated, textOf(found).length <= bytes.length]).toEqual([true, true]);
  });

  it('ends, whatever its bytes are', async () => {
    const bytes = inPieces([0, 10], [20, 40]);
    const changes = fc.array(fc.tuple(fc.integer({ min: 4, max: bytes.length - 1 }), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: 0, max: bytes.length }), async (all, length) => {
        const changed = Buffer.from(bytes);
        for (const [at, byte] of all) changed[at] = byte;
        await extractBytes('a.doc', changed.subarray(0, length));
      }),
      { numRuns: 300 },
    );
  });
});
