import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractContent, isWorthReading } from '../../../../indexer/extract/extract-content.js';
import { FORMATS } from '../../../../indexer/extract/registry.js';
import { gunzip } from '../../../../indexer/extract/unpack/gunzip.js';

const LIMIT = 1 << 20;

function log(lines: number): Buffer {
  return Buffer.from(Array.from({ length: lines }, (_, at) => `line ${(at * 7919) % 10_007} of the log\n`).join(''));
}

describe('gunzip', () => {
  it('unpacks what fits, also of several members', () => {
    expect(gunzip(gzipSync(log(100)), LIMIT)).toEqual({ bytes: log(100), isCut: false });
    expect(gunzip(Buffer.concat([gzipSync('one '), gzipSync('two')]), LIMIT)?.bytes.toString()).toBe('one two');
  });

  it('keeps the beginning of a bomb within the limit', () => {
    const bomb = gzipSync(Buffer.alloc(300 * LIMIT, 'boom '));
    const unpacked = gunzip(bomb, LIMIT);
    expect(unpacked?.isCut).toBe(true);
    expect(unpacked?.bytes.length).toBeLessThanOrEqual(LIMIT);
    expect(unpacked?.bytes.length).toBeGreaterThan(LIMIT / 8);
  });

  it('keeps the beginning of a long text within the limit', () => {
    const whole = log(200_000);
    const unpacked = gunzip(gzipSync(whole), LIMIT);
    expect(unpacked?.isCut).toBe(true);
    expect(unpacked?.bytes.length).toBeGreaterThan(LIMIT / 4);
    expect(whole.subarray(0, unpacked?.bytes.length).equals(unpacked?.bytes as Buffer)).toBe(true);
  });

  it('keeps what comes before the end of a file that was cut', () => {
    const packed = gzipSync(log(2000));
    const unpacked = gunzip(packed.subarray(0, packed.length / 2), LIMIT);
    expect(
      log(2000)
        .toString()
        .startsWith(unpacked?.bytes.toString() as string),
    ).toBe(true);
    expect(unpacked?.bytes.length).toBeGreaterThan(10_000);
  });

  it('gives nothing, and does not throw, for what is not gzip', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
        const bytes = gunzip(Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), noise]), LIMIT)?.bytes;
        expect(bytes === undefined || bytes.length <= LIMIT).toBe(true);
      }),
    );
  });
});

describe('extractContent', () => {
  const file = (name: string, bytes: Buffer, maxBytes = LIMIT) => ({ name, bytes, isTruncated: false, maxBytes });

  it('reads an empty packed file as an empty text', async () => {
    const found = await extractContent(FORMATS, file('a.txt.gz', gzipSync('')));
    expect([found.text.length, found.isTruncated, found.type]).toEqual([0, false, 'text/plain']);
  });

  it('marks an unpacked text as truncated when only a part of it fits', async () => {
    const found = await extractContent(FORMATS, file('a.log.gz', gzipSync(log(200_000))));
    expect([found.isTruncated, found.isFileText]).toEqual([true, false]);
  });

  it('unpacks once only', async () => {
    expect((await extractContent(FORMATS, file('a.gz', gzipSync(gzipSync('text'))))).extractor).toBe('none');
  });
});

describe('isWorthReading', () => {
  it.each([
    ['text', log(10), true],
    ['packed text, cut', gzipSync(log(20_000)).subarray(0, 5000), true],
    ['packed binary content', gzipSync(Buffer.alloc(100_000, 'ab\x01\0')), false],
    ['binary content', Buffer.alloc(100), false],
    ['64 kB of NULs, which text may follow', Buffer.alloc(70_000), true],
    ['nothing', Buffer.alloc(0), true],
  ])('%s', (_, head, expected) => {
    expect(isWorthReading(FORMATS, 'file', head)).toBe(expected);
  });
});
