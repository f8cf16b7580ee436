import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../../../indexer/extract/frames.js';

interface Seen {
  readonly header: unknown;
  readonly payload: Buffer;
}

function readAll(chunks: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  const reader = new FrameReader((header, payload) => seen.push({ header, payload }));
  for (const chunk of chunks) reader.push(chunk);
  return seen;
}

function prefix(headerLength: number, payloadLength: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(headerLength, 0);
  bytes.writeUInt32LE(payloadLength, 4);
  return bytes;
}

describe('FrameReader', () => {
  it('gives back what was encoded, wherever the stream is cut', () => {
    const frame = fc.record({
      header: fc.record({ id: fc.nat(), name: fc.string() }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), cuts, (frames, sizes) => {
        const stream = Buffer.concat(frames.flatMap(({ header, payload }) => encodeFrame(header, payload)));
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        const seen = readAll(chunks).map(({ header, payload }) => ({ header, payload: new Uint8Array(payload) }));
        expect(seen).toEqual(frames.map(({ header, payload }) => ({ header, payload: new Uint8Array(payload) })));
      }),
    );
  });

  it('gives each payload memory of its own, so that it can be transferred', () => {
    const [seen] = readAll([Buffer.concat(encodeFrame({ id: 1 }, Buffer.from('text')))]);
    expect(seen?.payload.buffer.byteLength).toBe(4);
  });

  it('takes a payload of 64 MB in small chunks', () => {
    const payload = Buffer.alloc(MAX_PAYLOAD_BYTES, 'x');
    const stream = Buffer.concat(encodeFrame({ id: 1 }, payload));
    const chunks = Array.from({ length: Math.ceil(stream.length / 65_536) }, (_, at) =>
      stream.subarray(at * 65_536, (at + 1) * 65_536),
    );
    expect(readAll(chunks).map((seen) => seen.payload.equals(payload))).toEqual([true]);
  });

  it.each([
    ['a header', prefix(MAX_HEADER_BYTES + 1, 0)],
    ['a payload', prefix(2, MAX_PAYLOAD_BYTES + 1)],
    ['both', prefix(0xffffffff, 0xffffffff)],
  ])('refuses a length beyond the limit: %s', (_, bytes) => {
    expect(() => readAll([bytes])).toThrow(/over the limit/);
  });

  it('refuses a header that is not JSON', () => {
    expect(() => readAll([prefix(3, 0), Buffer.from('{x}')])).toThrow(SyntaxError);
  });
});
