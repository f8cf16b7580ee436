/** Presentations of PowerPoint before 2007: what the golden file does not show, and such as are broken. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compoundBytes } from '../../../helpers/compound-bytes.js';
import { extractBytes, textOf } from '../../../helpers/extract-bytes.js';

/** Of LibreOffice, put together anew without its picture of the first slide. */
const TALK = readFileSync(fileURLToPath(new URL('../../../fixtures/files/talk.ppt', import.meta.url)));

function longs(...values: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(values).buffer);
}

function atom(type: number, data: Buffer, instance = 0): Buffer {
  return Buffer.concat([head(instance << 4, type, data.length), data]);
}

function container(type: number, instance: number, ...inside: readonly Buffer[]): Buffer {
  const data = Buffer.concat(inside);
  return Buffer.concat([head((instance << 4) | 15, type, data.length), data]);
}

function head(first: number, type: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(first, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}

const narrow = (text: string) => atom(4008, Buffer.from(text, 'latin1'));
const wide = (text: string) => atom(4000, Buffer.from(text, 'utf16le'));
const inList = (reference: number, id: number) => atom(1011, longs(reference, 0, 0, id, 0));

/** A file that was saved, perhaps several times: each time some parts by their numbers, of which 1 is the document. */
function ppt(...saves: readonly Readonly<Record<number, Buffer>>[]): Buffer {
  let stream = Buffer.alloc(0);
  let edit = 0;
  for (const parts of saves) {
    const places: number[] = [];
    for (const [number, bytes] of Object.entries(parts)) {
      places.push((1 << 20) | Number(number), stream.length);
      stream = Buffer.concat([stream, bytes]);
    }
    const list = stream.length;
    stream = Buffer.concat([stream, atom(6002, longs(...places))]);
    const next = stream.length;
    stream = Buffer.concat([stream, atom(4085, longs(0, 0, edit, list, 1, 9, 0))]);
    edit = next;
  }
  const user = Buffer.concat([head(0, 4086, 20), longs(20, 0xe391c05f, edit, 0, 0)]);
  return compoundBytes({ name: 'PowerPoint Document', bytes: stream }, { name: 'Current User', bytes: user });
}

const slide = (...texts: readonly Buffer[]) => container(1006, 0, container(1036, 0, container(0xf00d, 0, ...texts)));
const notes = (id: number, text: Buffer) => container(1008, 0, atom(1009, longs(id, 0)), container(1036, 0, text));
const document = (...lists: readonly Buffer[]) => container(1000, 0, ...lists);

async function pages(bytes: Buffer): Promise<string[][]> {
  return textOf(await extractBytes('a.ppt', bytes))
    .split('\f')
    .map((page) => page.split('\n').filter(Boolean));
}

describe('a presentation of PowerPoint before 2007', () => {
  it('is known by its content, also where a workbook is in it', async () => {
    expect(await extractBytes('talk', TALK)).toMatchObject({ extractor: 'ppt', type: 'application/vnd.ms-powerpoint' });
  });

  it('has a page for each slide: its title and points from the list, its boxes, its notes', async () => {
    const slides = container(4080, 0, inList(2, 256), narrow('Gulls'), wide('съ чайка\rsecond'), inList(3, 257));
    const allNotes = container(4080, 2, inList(4, 900));
    const parts = { 1: document(slides, allNotes), 2: slide(wide('box')), 3: slide(narrow('*'), narrow('last')) };
    expect(await pages(ppt({ ...parts, 4: notes(257, narrow('said')) }))).toEqual([
      ['Gulls', 'съ чайка', 'second', 'box'],
      ['last', 'said'],
    ]);
  });

  it('that was saved again has the newest version of each slide, and none that was deleted', async () => {
    const list = (...all: readonly number[]) =>
      document(container(4080, 0, ...all.map((one) => inList(one, one + 254))));
    const first = { 1: list(2, 3), 2: slide(narrow('old')), 3: slide(narrow('deleted')) };
    expect(await pages(ppt(first, { 1: list(4, 2), 2: slide(narrow('new')), 4: slide(narrow('added')) }))).toEqual([
      ['added'],
      ['new'],
    ]);
  });

  it('says of comments what was written, and by nobody', async () => {
    const name = (text: string, instance: number) => atom(4026, Buffer.from(text, 'utf16le'), instance);
    const comment = container(12000, 0, name('Ann', 0), name('nice', 1), name('A', 2));
    const parts = {
      1: document(container(4080, 0, inList(2, 256))),
      2: container(1006, 0, comment, name('template', 3)),
    };
    expect(await pages(ppt(parts))).toEqual([['nice']]);
  });

  it('says why it cannot be read', async () => {
    const bytes = ppt({ 1: document() });
    bytes.writeUInt32LE(0xf3d1c4df, bytes.lastIndexOf(longs(0xe391c05f)));
    await expect(extractBytes('a.ppt', bytes)).rejects.toThrow('encrypted');
    await expect(extractBytes('a.ppt', ppt())).rejects.toThrow('damaged');
    const other = compoundBytes({ name: 'Contents', bytes: Buffer.alloc(600) });
    await expect(extractBytes('a.pps', other)).rejects.toThrow('damaged');
    expect(await extractBytes('a.msi', other)).toMatchObject({ extractor: 'none' });
  });

  it('is read twice at the most, however many slides are said to stand in one place', async () => {
    const slides = Array.from({ length: 500 }, () => inList(2, 256));
    const parts = {
      1: document(container(4080, 0, ...slides)),
      2: slide(...Array.from({ length: 500 }, () => narrow('ab'))),
    };
    const found = await extractBytes('a.ppt', ppt(parts));
    expect([found.isTruncated, textOf(found).split('ab').length < 5000]).toEqual([true, true]);
  });

  it('ends, whatever its bytes are', async () => {
    const changes = fc.array(fc.tuple(fc.nat(TALK.length - 4), fc.nat(0xffffffff)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(TALK.length), async (all, length) => {
        const bytes = Buffer.from(TALK);
        for (const [place, value] of all) bytes.writeUInt32LE(value, place);
        TALK.copy(bytes, 0, 0, 8);
        const cut = bytes.subarray(0, length % 4 === 0 ? Math.max(length, 8) : bytes.length);
        const found = await extractBytes('a.ppt', cut).catch((error) => {
          expect(error).toMatchObject({ code: 'FT_EXTRACT_FAILED' });
          return undefined;
        });
        if (found) expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
