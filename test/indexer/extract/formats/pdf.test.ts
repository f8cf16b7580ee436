/** PDF: its text, page by page, what it says of itself, and files that are damaged or made to harm. */
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Extracted } from '../../../../indexer/extract/extractor.js';
import { pdfExtractor, tryPdfTime } from '../../../../indexer/extract/formats/pdf.js';
import { Source } from '../../../../indexer/extract/source.js';
import { MAX_WORK_MS } from '../../../../indexer/extract/tree-limits.js';
import { fromObjects, pdfBytes, stream } from '../../../helpers/pdf-bytes.js';
import { workAtEachLook } from '../../../helpers/worked-time.js';

async function extract(bytes: Buffer): Promise<Extracted & { words: string }> {
  const extracted = await pdfExtractor.extract({
    name: 'a.pdf',
    bytes,
    maxBytes: 1 << 24,
    source: Source.ofBytes(bytes),
  });
  if (!extracted) throw new Error('it is not taken for a PDF');
  return { ...extracted, words: extracted.text.toString() };
}

describe('the text of a PDF', () => {
  it('has a form feed between pages, also where one is empty', async () => {
    expect((await extract(pdfBytes(['(one)', '()', '(three)']))).words).toBe('one\f\fthree');
  });

  it('has ligatures as letters, also where a font names them', async () => {
    const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Type/Encoding/Differences[1/fi/fl/ffi]>>>>';
    expect((await extract(pdfBytes(['(e\\003cient \\001nd \\002ame)'], { font }))).words.normalize('NFKC')).toBe(
      'efficient find flame',
    );
  });

  it('is read where a Japanese font stands outside of the file', async () => {
    const inner =
      '<</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 4>>>>';
    const font = `<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/UniJIS-UCS2-H/DescendantFonts[${inner}]>>`;
    const text = '灯台守が鴎を数えた';
    const hex = Buffer.from(text, 'utf16le').swap16().toString('hex');
    expect((await extract(pdfBytes([`<${hex}>`], { font }))).words).toBe(text);
  });

  it('has words whole that a hyphen takes to the next line', async () => {
    const lines = stream('BT /F1 12 Tf 12 TL 50 700 Td (a light-) Tj T* (house at sea) Tj ET');
    expect((await extract(pdfBytes([lines]))).words).toBe('a lighthouse at sea');
  });

  it('has the accents of TeX on their letters, and quotation marks as they are', async () => {
    const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>';
    const page = Buffer.concat([Buffer.from('(f\xa8ur the `edition` of Jos\xb4e)', 'latin1')]);
    const content = stream(Buffer.concat([Buffer.from('BT /F1 12 Tf 50 700 Td '), page, Buffer.from(' Tj ET')]));
    expect((await extract(pdfBytes([content], { font }))).words).toBe('für the `edition` of José');
  });
});

describe('what a PDF says of itself', () => {
  it('is title, author, tags, date and number of pages', async () => {
    const info =
      "/Title(A \\(short\\) report)/Author<FEFF00C400730061>/Keywords(gulls, sea; )/CreationDate(D:20240501120000+02'00')";
    expect(await extract(pdfBytes(['(a)', '(b)'], { info }))).toMatchObject({
      title: 'A (short) report',
      properties: [
        { field: 'author', value: 'Äsa' },
        { field: 'written', value: Date.UTC(2024, 4, 1, 10) },
        { field: 'tag', value: 'gulls' },
        { field: 'tag', value: 'sea' },
        { field: 'pages', value: 2 },
      ],
    });
  });

  it.each([
    ['(Microsoft Word - report.doc)', 'report.doc'],
    ['(untitled)', ''],
    ['()', ''],
  ])('title %s is %j', async (title, expected) => {
    expect((await extract(pdfBytes(['(a)'], { info: `/Title${title}` }))).title).toBe(expected);
  });

  it.each([
    ['D:20240501120000Z', Date.UTC(2024, 4, 1, 12)],
    ['D:20240501120000-05', Date.UTC(2024, 4, 1, 17)],
    ["D:20240501120000+0530'", Date.UTC(2024, 4, 1, 6, 30)],
    ['D:20240501', new Date(2024, 4, 1).getTime()],
    ['2024', new Date(2024, 0, 1).getTime()],
    ['D:19700101000000Z', 0],
    ['D:20249901000000Z', undefined],
    ['D:20240230120000Z', undefined],
    ["D:20240501120000Z00'00'", Date.UTC(2024, 4, 1, 12)],
    ['D:19240501120000Z', Date.UTC(1924, 4, 1, 12)],
    ['2024-05-01T12:00:00+02:00', Date.UTC(2024, 4, 1, 10)],
    ['Wed May  1 12:00:00 2024', new Date(2024, 4, 1, 12).getTime()],
    ['yesterday', undefined],
    ['', undefined],
  ])('time %s', (text, expected) => expect(tryPdfTime(text)).toBe(expected));
});

describe('a PDF that is damaged or made to harm', () => {
  const whole = pdfBytes(['(one)', '(two)', '(three)']);

  it('is read, or not, wherever it is cut off', async () => {
    const places = [...Array(whole.length).keys()].filter((at) => at % 97 === 0);
    for (const at of places)
      await extract(whole.subarray(0, at)).catch((error: Error) => expect(error.message).toMatch(/PDF|page/));
    expect((await extract(whole.subarray(0, whole.indexOf('startxref')))).words).toBe('one\ftwo\fthree');
  });

  it('is read in part when its pages take too much processor time, and it is said that there are more', async () => {
    workAtEachLook(MAX_WORK_MS / 4);
    const found = await extract(pdfBytes(['(one)', '(two)', '(three)', '(four)', '(five)']));
    expect([found.words, found.isTruncated, found.met]).toEqual(['one\ftwo\fthree', true, ['seconds']]);
  });

  it('is another format, or text, when it has no header', async () => {
    const bytes = Buffer.from('no such thing');
    const source = Source.ofBytes(bytes);
    expect(await pdfExtractor.extract({ name: 'a.pdf', bytes, maxBytes: 100, source })).toBe(undefined);
  });

  it('ends when its pages are its own parents, or their number is a lie', async () => {
    const loop = fromObjects([
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Kids[2 0 R 3 0 R]/Count 5>>',
      '<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2147483647>>',
      '<<>>',
    ]);
    await expect(extract(loop)).rejects.toThrow(/page|PDF/);
    for (const count of [-1, 0, 2, 100_000, 2 ** 31 - 1]) {
      const said = await extract(pdfBytes(['(one)', '(two)', '(three)'], { count })).catch((error: Error) => error);
      if (said instanceof Error) expect(said.message).toMatch(/page|PDF/);
      else expect(said.words).toContain('one');
    }
  });

  it('does not follow a form that draws itself, or objects that name each other', async () => {
    const content = stream('/X Do BT /F1 12 Tf 50 700 Td (words) Tj ET');
    const form = Buffer.concat([
      Buffer.from(
        '<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 7 0 R>>>>/Length 5>>\nstream\n/X Do\nendstream',
      ),
    ]);
    const bytes = fromObjects([
      '<</Type/Catalog/Pages 2 0 R/Lang 8 0 R>>',
      '<</Type/Pages/Kids[5 0 R]/Count 1>>',
      '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
      '<</Title 9 0 R>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F1 3 0 R>>/XObject<</X 7 0 R>>>>/Contents 6 0 R>>',
      content,
      form,
      '9 0 R',
      '8 0 R',
    ]);
    expect((await extract(bytes)).words).toBe('words');
  });

  it('is given up, and the next one is read, when it unpacks to more than memory', async () => {
    const megabyte = deflateRawSync(Buffer.alloc(1 << 20), { finishFlush: constants.Z_FULL_FLUSH });
    const packed = Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array<Buffer>(400).fill(megabyte)]);
    const content = Buffer.concat([
      Buffer.from(`<</Length ${packed.length}/Filter/FlateDecode>>\nstream\n`),
      packed,
      Buffer.from('\nendstream'),
    ]);
    await expect(extract(pdfBytes([content]))).rejects.toThrow('more memory');
    expect((await extract(whole)).words).toBe('one\ftwo\fthree');
  });

  it('leaves nothing behind that the next one would meet', async () => {
    for (let turn = 0; turn < 20; turn++) {
      await extract(Buffer.from('%PDF-1.7\nnothing of it')).catch(() => {});
      expect((await extract(whole)).words).toBe('one\ftwo\fthree');
    }
  });
});
