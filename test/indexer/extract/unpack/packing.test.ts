/** Files packed by the real programs (`bzip2`, `xz`, `zstd` of Debian), damaged, cut, and larger than the limit. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWorthReading } from '../../../../indexer/extract/extract-content.js';
import { FORMATS } from '../../../../indexer/extract/registry.js';
import { packingOf, unpackedName } from '../../../../indexer/extract/unpack/packing.js';
import { extractBytes } from '../../../helpers/extract-bytes.js';

const LIMIT = 1 << 24;
const FOLDER = fileURLToPath(new URL('../../../fixtures/packed', import.meta.url));
const ENDINGS = ['bz2', 'xz', 'zst'];

function fixture(name: string): Buffer {
  return readFileSync(`${FOLDER}/${name}`);
}

function extract(name: string, bytes: Buffer, maxBytes = LIMIT) {
  return extractBytes(name, bytes, maxBytes);
}

async function unpack(bytes: Buffer, maxBytes = LIMIT) {
  return packingOf(bytes)?.unpack(bytes, maxBytes);
}

/** What `log.txt` of test/fixtures/packed/make.sh says. */
const LOG = Buffer.from(
  Array.from({ length: 20_000 }, (_, at) => `line ${(at * 7919) % 10_007} of the log\n`).join(''),
);
const TWICE = Buffer.concat([LOG, LOG]);

/** Byte by byte `toEqual` takes seconds. */
function isBeginning(unpacked: { readonly bytes: Buffer } | undefined, of = LOG): boolean {
  const bytes = unpacked?.bytes ?? Buffer.alloc(0);
  return of.subarray(0, bytes.length).equals(bytes);
}

describe.each(ENDINGS)('a file packed as %s', (ending) => {
  it('is the file that was packed, by its content and its name', async () => {
    const bytes = fixture(`page.html.${ending}`);
    const found = { title: 'Gulls', type: 'text/html', extractor: 'html', isFileText: false, isTruncated: false };
    expect(await extract(`page.html.${ending}`, bytes)).toMatchObject(found);
    expect(await extract('page.html', bytes)).toMatchObject(found);
  });

  it('is unpacked whole, also of several streams', async () => {
    const bytes = fixture(`log.txt.${ending}`);
    for (const [input, output] of [
      [bytes, LOG],
      [Buffer.concat([bytes, bytes]), TWICE],
    ] as const) {
      const unpacked = await unpack(input);
      expect([unpacked?.bytes.length, unpacked?.isCut, isBeginning(unpacked, TWICE)]).toEqual([
        output.length,
        false,
        true,
      ]);
    }
  });

  it('is unpacked up to the limit', async () => {
    const unpacked = await unpack(fixture(`log.txt.${ending}`), 100_000);
    expect([unpacked?.bytes.length, unpacked?.isCut, isBeginning(unpacked)]).toEqual([100_000, true, true]);
  });

  it('gives no more than the limit of a bomb', async () => {
    const unpacked = await unpack(fixture(`zeros.${ending}`), 1 << 20);
    expect([unpacked?.bytes.length, unpacked?.isCut]).toEqual([1 << 20, true]);
  });

  it('keeps nothing wrong when it is cut off or damaged', async () => {
    const bytes = fixture(`log.txt.${ending}`);
    const cut = fc.record({ at: fc.nat(bytes.length - 1), length: fc.integer({ min: 16, max: bytes.length - 1 }) });
    await fc.assert(
      fc.asyncProperty(cut, fc.integer({ min: 1, max: 255 }), async ({ at, length }, change) => {
        const whole = await unpack(bytes.subarray(0, length));
        expect(whole?.isCut ?? true).toBe(true);
        expect(isBeginning(whole)).toBe(true);
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ change;
        await unpack(changed);
      }),
      { numRuns: 25 },
    );
  });

  it('says so when nothing can be read', async () => {
    const bytes = Buffer.concat([fixture(`log.txt.${ending}`).subarray(0, 10), Buffer.alloc(50, 7)]);
    await expect(extract(`log.txt.${ending}`, bytes)).rejects.toMatchObject({ code: 'FT_EXTRACT_FAILED' });
  });

  it('is read to its end, since its beginning does not tell', () => {
    expect(isWorthReading(FORMATS, `log.txt.${ending}`, fixture(`log.txt.${ending}`).subarray(0, 20))).toBe(true);
  });

  it('has no text when what was packed has none', async () => {
    expect(await extract(`zeros.${ending}`, fixture(`zeros.${ending}`))).toMatchObject({ extractor: 'none' });
  });

  it('may be a tar archive', async () => {
    const { extractor, children } = await extract(`box.${ending}`, fixture(`box.tar.${ending}`));
    expect(extractor).toBe('tar');
    expect(children?.map(({ innerPath }) => `${innerPath}`)).toEqual(['letter.txt']);
  });
});

describe('the name of a packed file', () => {
  it.each([
    ['gz', 'a.TXT.GZ', 'a.TXT'],
    ['gz', 'a.svgz', 'a.svg'],
    ['gz', 'a.tgz', 'a.tar'],
    ['bz2', 'a.tar.bz2', 'a.tar'],
    ['bz2', 'a.tbz2', 'a.tar'],
    ['bz2', 'a.tbz', 'a.tar'],
    ['xz', 'a.txz', 'a.tar'],
    ['zst', 'a.tzst', 'a.tar'],
    ['zst', 'a.tar.zst', 'a.tar'],
    ['xz', 'odd', 'odd'],
  ])('%s: %s is %s', (ending, name, expected) => {
    const bytes = ending === 'gz' ? Buffer.from([0x1f, 0x8b, 8]) : fixture(`page.html.${ending}`);
    const packing = packingOf(bytes);
    expect(packing && unpackedName(packing, name)).toBe(expected);
  });

  it('makes no packed file of a text', () => {
    expect(packingOf(Buffer.from('BZh91 is a word'))).toBeUndefined();
  });
});
