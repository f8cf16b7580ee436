/** Pictures by what is told of them: what the golden file does not show, and broken ones. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWorthReading } from '../../../../indexer/extract/extract-content.js';
import { FORMATS } from '../../../../indexer/extract/registry.js';
import { extractBytes, propertiesOf, textOf } from '../../../helpers/extract-bytes.js';
import { jpegBytes } from '../../../helpers/jpeg-bytes.js';
import { PNG, pngChunk } from '../../../helpers/png-bytes.js';

function fixture(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../../fixtures/files/${name}`, import.meta.url)));
}
const GULLS = fixture('gulls.jpg');

describe('a picture', () => {
  it('is known by its content, and says who took it, when, with which camera, and of what', async () => {
    const found = await extractBytes('a.dat', GULLS);
    expect([found.extractor, found.type, found.title]).toEqual(['image', 'image/jpeg', 'Gulls at dusk']);
    expect(propertiesOf(found).filter((one) => !one.startsWith('taken'))).toEqual([
      'author Ann Ørsted',
      'camera Acme X100',
      'tag north sea',
      'tag birds',
      'tag gulls',
    ]);
    expect(found.properties?.find(({ field }) => field === 'taken')?.value).toBe(new Date(2024, 4, 17, 18).getTime());
    expect(textOf(found).split('\n')).toEqual(['Seven lighthouse keepers counted the gulls.', 'Bergen', 'Norway']);
  });

  it.each([
    ['maker and model', { 271: 'Google', 272: 'Pixel 6' }, {}, ['camera Google Pixel 6']],
    ['a maker in other words', { 271: 'NIKON CORPORATION', 272: 'NIKON D7000' }, {}, ['camera NIKON D7000']],
    ['tags of Windows', { 40093: 'Ørsted', 40094: 'gulls;sea' }, {}, ['author Ørsted', 'tag gulls', 'tag sea']],
    ['a time with its zone', {}, { 36867: '2024:05:17 18:30:00', 36881: '+09:00' }, ['taken 2024-05-17T09:30:00.000Z']],
    ['no time', {}, { 36867: '0000:00:00 00:00:00' }, []],
    ['a day that there is not', {}, { 36867: '2023:02:29 12:00:00' }, []],
  ])('tells %s', async (_, tags, taken, told) => {
    expect(propertiesOf(await extractBytes('a.jpg', jpegBytes(tags, taken)))).toEqual(told);
  });

  it('has the title that Windows gives it', async () => {
    expect(await extractBytes('a.jpg', jpegBytes({ 40091: 'Möwen 東京' }))).toMatchObject({ title: 'Möwen 東京' });
  });

  it('of PNG says what its own texts say', async () => {
    const texts = { Title: 'Gulls', Author: 'Ann', Description: 'at dusk', comment: 'by ImageMagick' };
    const chunks = Object.entries(texts).map(([name, text]) => pngChunk('tEXt', Buffer.from(`${name}\0${text}`)));
    const bytes = Buffer.concat([PNG, pngChunk('IHDR', Buffer.alloc(13, 1)), ...chunks, pngChunk('IEND')]);
    const found = await extractBytes('a.png', bytes);
    expect([found.title, ...propertiesOf(found)]).toEqual(['Gulls', 'author Ann']);
    expect(textOf(found)).toBe('at dusk\nby ImageMagick');
  });

  it('is read no further than its beginning', () => {
    const large = Buffer.concat([GULLS, Buffer.alloc(65_536)]).subarray(0, 65_536);
    expect(isWorthReading(FORMATS, 'a.jpg', large)).toBe(false);
  });

  it('of which nothing is told is found by its name', async () => {
    expect(await extractBytes('pixel.png', fixture('pixel.png'))).toMatchObject({ type: 'image/png', title: '' });
  });

  it('may be cut off or broken anywhere', async () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 4, max: GULLS.length - 1 }), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: 4, max: GULLS.length }), async (all, length) => {
        const bytes = Buffer.from(GULLS);
        for (const [at, byte] of all) bytes[at] = byte;
        const found = await extractBytes('a.jpg', bytes.subarray(0, length));
        expect(found.type).toBe('image/jpeg');
        expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
