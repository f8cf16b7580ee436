/** Workbooks of Excel before 2007: what the golden file does not show, and such as are broken. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compoundBytes } from '../../../helpers/compound-bytes.js';
import { extractBytes, textOf } from '../../../helpers/extract-bytes.js';

const COUNT = readFileSync(fileURLToPath(new URL('../../../fixtures/files/count.xls', import.meta.url)));
const NEW = 0x0600;
const OLD = 0x0500;

type Field = readonly [bytes: 1 | 2 | 4 | 8, value: number];

function fields(...all: readonly (Field | Buffer)[]): Buffer {
  const parts = all.map((one) => {
    if (Buffer.isBuffer(one)) return one;
    const bytes = Buffer.alloc(one[0]);
    if (one[0] === 8) bytes.writeDoubleLE(one[1]);
    else bytes.writeUIntLE(one[1], 0, one[0]);
    return bytes;
  });
  return Buffer.concat(parts);
}

function record(type: number, ...all: readonly (Field | Buffer)[]): Buffer {
  const data = fields(...all);
  return fields([2, type], [2, data.length], data);
}

const begin = (version = NEW) => record(0x809, [2, version], [2, 5]);
const END = record(0x0a);

/** One sheet. */
function workbook(globals: readonly Buffer[], cells: readonly Buffer[], version = NEW): Buffer {
  const name = version === NEW ? fields([1, 3], [1, 0], Buffer.from('One')) : fields([1, 3], Buffer.from('One'));
  const sheet = (at: number) => record(0x85, [4, at], [2, 0], name);
  const before = (at: number) => Buffer.concat([begin(version), ...globals, sheet(at), END]);
  return Buffer.concat([before(before(0).length), begin(version), ...cells, END]);
}

function xls(...[globals, cells, version]: Parameters<typeof workbook>): Buffer {
  return compoundBytes({ name: version === OLD ? 'Book' : 'Workbook', bytes: workbook(globals, cells, version) });
}

const at = (row: number, column = 0, style = 0): Field[] => [
  [2, row],
  [2, column],
  [2, style],
];

async function shown(...args: Parameters<typeof workbook>): Promise<string[]> {
  return textOf(await extractBytes('a.xls', xls(...args))).split('\n');
}

describe('a workbook of Excel before 2007', () => {
  it('shows whether something is true, also by a formula, and no errors', async () => {
    const formula = (kind: number, value: number) =>
      record(6, ...at(0), [1, kind], [1, 0], [1, value], [1, 0], [2, 0], [2, 0xffff], [4, 0], [4, 0], [2, 0]);
    const cells = [
      record(517, ...at(0), [1, 1], [1, 0]),
      record(517, ...at(0), [1, 7], [1, 1]),
      formula(1, 0),
      formula(2, 7),
    ];
    expect(await shown([], cells)).toEqual(['One', 'TRUE FALSE']);
  });

  it('is known by its content, also where documents of other programs are in it', async () => {
    expect(await extractBytes('count', COUNT)).toMatchObject({ extractor: 'xls', type: 'application/vnd.ms-excel' });
    const book = {
      name: 'Workbook',
      bytes: workbook([], [record(0x204, ...at(0), [2, 2], [1, 0], Buffer.from('ab'))]),
    };
    const inner = [{ name: 'Object' }, { name: 'WordDocument', bytes: Buffer.alloc(600), isInside: true }];
    expect(await extractBytes('a', compoundBytes(book, ...inner))).toMatchObject({ extractor: 'xls' });
    const other = { name: 'Contents', bytes: Buffer.alloc(600) };
    expect(
      await extractBytes('a', compoundBytes(other, { name: 'Object' }, { ...book, isInside: true })),
    ).toMatchObject({
      extractor: 'none',
    });
  });

  it('has strings that go on in another record, there in characters of another width', async () => {
    const first = fields([2, 8], [1, 0], Buffer.from('light'));
    const second = fields([1, 1], Buffer.from('hœu', 'utf16le'));
    const rich = fields([2, 3], [1, 8], [2, 1], Buffer.from('sea'), [4, 0]);
    const phonetic = fields([2, 2], [1, 5], [4, 6], Buffer.from('灯台', 'utf16le'), Buffer.alloc(6));
    const strings = [record(0xfc, [4, 3], [4, 3], first), record(0x3c, second, rich, phonetic)];
    const cells = [0, 1, 2].map((i) => record(0xfd, ...at(i), [4, i]));
    expect(await shown(strings, cells)).toEqual(['One', 'lighthœu', 'sea', '灯台']);
  });

  it('shows numbers as people look for them', async () => {
    const styles = [0, 14, 9].map((format) => record(0xe0, [2, 0], [2, format]));
    const cells = [
      record(0x203, ...at(0), [8, 1234.5]),
      record(0x203, ...at(1, 0, 1), [8, 45_413]),
      record(0x27e, ...at(2, 0, 2), [4, ((25 << 2) | 3) >>> 0]),
      record(0xbd, [2, 3], [2, 0], [2, 0], [4, (7 << 2) | 2], [2, 0], [4, 0x3ff00000], [2, 1]),
      record(0x06, ...at(4), [8, 2.5], Buffer.alloc(6)),
      record(0x06, ...at(5), Buffer.from('0000000000ffff'.padStart(16, '0'), 'hex'), Buffer.alloc(6)),
      record(0x207, [2, 4], [1, 0], Buffer.from('made')),
    ];
    expect(await shown(styles, cells)).toEqual(['One', '1234.5', '2024-05-01', '25%', '7 1', '2.5', 'made']);
  });

  it('of 1993 has texts in the encoding of the machine', async () => {
    const cells = [record(0x204, ...at(0), [2, 4], Buffer.from([0xec, 0xe0, 0xff, 0xea]))];
    expect(await shown([record(0x42, [2, 1251])], cells, OLD)).toEqual(['One', 'маяк']);
  });

  it('has comments and boxes', async () => {
    const box = record(0x1b6, Buffer.alloc(10), [2, 5], [2, 0], [4, 0]);
    const parts = [record(0x3c, [1, 0], Buffer.from('gulls')), record(0x3c, Buffer.alloc(16))];
    expect(await shown([], [box, ...parts])).toEqual(['One', 'gulls']);
  });

  it.each([
    ['encrypted', xls([record(0x2f, [2, 0])], []), 'encrypted'],
    ['without a sheet of Excel', compoundBytes({ name: 'Contents', bytes: Buffer.alloc(600) }), 'damaged'],
    ['that does not begin as one', compoundBytes({ name: 'Workbook', bytes: Buffer.alloc(600, 7) }), 'damaged'],
  ])('says why it cannot be read: %s', async (_, bytes, reason) => {
    await expect(extractBytes('a.xls', bytes)).rejects.toMatchObject({ code: 'FT_EXTRACT_FAILED' });
    await expect(extractBytes('a.xls', bytes)).rejects.toThrow(reason);
  });

  it('may lead its sheets to one place, or to none', async () => {
    const stream = workbook([], [record(0x204, ...at(0), [2, 2], [1, 0], Buffer.from('ab'))]);
    const sheet = stream.indexOf(record(0x85).subarray(0, 2));
    for (const place of [0, sheet, stream.length, 0xffffffff]) {
      stream.writeUInt32LE(place, sheet + 4);
      const found = await extractBytes('a.xls', compoundBytes({ name: 'Workbook', bytes: stream }));
      expect(textOf(found)).toMatch(/^One/);
    }
  });

  it('is read twice at the most, however many sheets are said to stand in one place', async () => {
    const sheets = Array.from({ length: 500 }, () => record(0x85, [4, 0], [2, 0], [1, 1], [1, 0], Buffer.from('S')));
    const cells = Array.from({ length: 500 }, (_, i) => record(0x204, ...at(i), [2, 2], [1, 0], Buffer.from('ab')));
    const stream = workbook(sheets, cells);
    const last = stream.lastIndexOf(begin());
    for (const [i, sheet] of sheets.entries()) stream.writeUInt32LE(last, begin().length + i * sheet.length + 4);
    const found = await extractBytes('a.xls', compoundBytes({ name: 'Workbook', bytes: stream }));
    expect([found.isTruncated, textOf(found).split('ab').length < 2500]).toEqual([true, true]);
  });

  it('ends, whatever its bytes are', async () => {
    const changes = fc.array(fc.tuple(fc.nat(COUNT.length - 4), fc.nat(0xffffffff)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(COUNT.length), async (all, length) => {
        const bytes = Buffer.from(COUNT);
        for (const [place, value] of all) bytes.writeUInt32LE(value, place);
        COUNT.copy(bytes, 0, 0, 8);
        const cut = bytes.subarray(0, length % 4 === 0 ? Math.max(length, 8) : bytes.length);
        const found = await extractBytes('a.xls', cut).catch((error) => {
          expect(error).toMatchObject({ code: 'FT_EXTRACT_FAILED' });
          return undefined;
        });
        if (found) expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
