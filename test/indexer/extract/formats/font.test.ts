/** Fonts by their names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractBytes, propertiesOf, textOf } from '../../../helpers/extract-bytes.js';
import { type FontName, ttc, ttf, woff, woff2 } from '../../../helpers/font-bytes.js';

const JAPANESE = 0x411;
const NAMES: readonly FontName[] = [
  { number: 1, text: '鴎', language: JAPANESE },
  { number: 4, text: '鴎 太字', language: JAPANESE },
  { number: 1, text: 'Möwe Sans' },
  { number: 2, text: 'Bold Italic' },
  { number: 4, text: 'Möwe Sans Bold Italic' },
  { number: 9, text: 'Ann Ørsted' },
  { number: 8, text: 'Lighthouse Foundry' },
  { number: 5, text: 'Version 1.002' },
];

describe('a font', () => {
  it.each([
    ['TrueType', ttf(NAMES), 'font/ttf'],
    ['OpenType', ttf(NAMES, 'OTTO'), 'font/otf'],
    ['WOFF', woff(NAMES), 'font/woff'],
    ['WOFF2', woff2(NAMES), 'font/woff2'],
    ['a collection', ttc(NAMES, [{ number: 1, text: 'Möwe Mono' }]), 'font/collection'],
    ['a collection as WOFF2', woff2(NAMES, [{ number: 1, text: 'Möwe Mono' }]), 'font/woff2'],
  ])('is known by its content, and says its names and who drew it: %s', async (kind, bytes, type) => {
    const found = await extractBytes('a.dat', bytes);
    expect([found.extractor, found.type, found.title]).toEqual(['font', type, 'Möwe Sans Bold Italic']);
    expect(propertiesOf(found)).toEqual(['author Ann Ørsted']);
    const lines = textOf(found).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['Möwe Sans', '鴎', '鴎 太字', 'Bold Italic', 'Lighthouse Foundry']));
    expect(lines.includes('Möwe Mono')).toBe(kind.includes('collection'));
  });

  it('is none without a table of names', async () => {
    const bytes = ttf(NAMES);
    bytes.write('nome', 28);
    expect(await extractBytes('a.ttf', bytes)).toMatchObject({ extractor: 'none', type: 'font/ttf' });
  });

  it('may be cut off or broken anywhere: it says so then, or what is left', async () => {
    for (const whole of [ttc(NAMES, NAMES), woff(NAMES), woff2(NAMES, NAMES)]) {
      const changes = fc.array(fc.tuple(fc.integer({ min: 4, max: whole.length - 1 }), fc.nat(255)), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(changes, fc.integer({ min: 4, max: whole.length }), async (all, length) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of all) bytes[at] = byte;
          const cut = bytes.subarray(0, length % 3 === 0 ? length : whole.length);
          const found = await extractBytes('a.ttf', cut).catch((error) => {
            expect(error).toMatchObject({ code: 'FT_EXTRACT_FAILED' });
            return undefined;
          });
          if (found) expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
        }),
        { numRuns: 300 },
      );
    }
  });
});
