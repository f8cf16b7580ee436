import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../indexer/audit/records/line-splitter.js';

const MAX = 20;

function split(chunks: readonly Buffer[], maxLineBytes = MAX): { lines: string[]; longLines: number } {
  const lines: string[] = [];
  const splitter = new LineSplitter(
    (bytes, start, end) => lines.push(bytes.toString('latin1', start, end)),
    maxLineBytes,
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, longLines: splitter.longLines };
}

/** Cuts the bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

describe('LineSplitter', () => {
  it('gives lines without line feeds, and no empty ones', () => {
    expect(split([Buffer.from('a\nb\n\n\nc\n')]).lines).toEqual(['a', 'b', 'c']);
    expect(split([Buffer.from('\n')]).lines).toEqual([]);
    expect(split([]).lines).toEqual([]);
  });

  it('gives the same lines wherever the chunks are cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\xff'), maxLength: MAX + 5 });
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''), 'latin1');
        const result = split(cut(bytes, places));
        expect(result.lines).toEqual(lines.filter(({ length }) => length > 0 && length <= MAX));
        expect(result.longLines).toBe(lines.filter(({ length }) => length > MAX).length);
      }),
    );
  });

  it('passes over a line of 10 MB, in one chunk or many, and goes on behind it', () => {
    const long = Buffer.concat([Buffer.from('before\n'), Buffer.alloc(10_000_000, 0x61), Buffer.from('\nbehind\n')]);
    const pieces = Array.from({ length: Math.ceil(long.length / 65_536) }, (_, i) =>
      long.subarray(i * 65_536, (i + 1) * 65_536),
    );
    for (const chunks of [[long], pieces]) {
      expect(split(chunks, 65_536)).toEqual({ lines: ['before', 'behind'], longLines: 1 });
    }
  });

  it('takes what is left at the end for a line, and can go on', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((bytes, start, end) => lines.push(bytes.toString('latin1', start, end)), MAX);
    splitter.push(Buffer.from('a\nthe last'));
    splitter.end();
    splitter.push(Buffer.from('b\n'));
    splitter.end();
    expect(lines).toEqual(['a', 'the last', 'b']);
  });

  it('keeps a line that began in a chunk which was used again since', () => {
    const chunk = Buffer.from('begin');
    const lines: string[] = [];
    const splitter = new LineSplitter((bytes, start, end) => lines.push(bytes.toString('latin1', start, end)), MAX);
    splitter.push(chunk);
    chunk.fill('x');
    splitter.push(Buffer.from('ning\n'));
    expect(lines).toEqual(['beginning']);
  });
});
