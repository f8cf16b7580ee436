/** Zip archives: what is in them, and those that were made to harm. Nothing here is timed. */
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MEMBERS } from '../../../../indexer/extract/zip/directory.js';
import { openZip, type ZipArchive } from '../../../../indexer/extract/zip/zip.js';
import { type ZipPart, zipBytes } from '../../../helpers/zip-bytes.js';

const LIMIT = 1 << 20;

async function open(bytes: Buffer, maxBytes = LIMIT): Promise<ZipArchive> {
  return (await openZip(bytes, maxBytes)) ?? expect.fail('no zip archive');
}

/** Every member with its text; `…` where the rest is missing. */
async function told(bytes: Buffer, maxBytes = LIMIT): Promise<string[]> {
  const archive = await open(bytes, maxBytes);
  const lines: string[] = [];
  for (const member of archive.members) {
    const read = await archive.read(member);
    lines.push(`${member.name}: ${read.bytes}${read.isCut ? '…' : ''}`);
  }
  return archive.isCut ? [...lines, '…'] : lines;
}

const FRUIT: ZipPart[] = [
  { name: 'a.txt', bytes: 'apples' },
  { name: 'docs/', method: 0 },
  { name: 'docs/b.txt', bytes: 'pears', method: 0 },
  { name: 'empty' },
];
const READ = ['a.txt: apples', 'docs/b.txt: pears', 'empty: '];

describe('a zip archive', () => {
  it('gives its members, packed or stored, and no folders', async () => {
    expect(await told(zipBytes(...FRUIT))).toEqual(READ);
    expect(await told(zipBytes(...FRUIT.map((part) => ({ ...part, isStreamed: true }))))).toEqual(READ);
  });

  it('may be empty', async () => {
    expect(await told(zipBytes())).toEqual([]);
  });

  it('gives a member by its name: the later one of two', async () => {
    const archive = await open(zipBytes({ name: 'a', bytes: 'old' }, { name: 'a', bytes: 'new' }));
    expect(String((await archive.read(archive.get('a') ?? expect.fail('no a'))).bytes)).toBe('new');
    expect(archive.get('b')).toBeUndefined();
  });

  it.each([
    ['Russian', '91adeea3a8e0a5aa2e747874', 'Снюгирек.txt'],
    ['Japanese', '8b638e96985e2e747874', '議事録.txt'],
    ['German', '4d816c6c65722e747874', 'Müller.txt'],
    ['French', '82748220', 'été '],
  ])('has names of %s programs', async (_, hex, name) => {
    const archive = await openZip(zipBytes({ name: Buffer.from(hex, 'hex'), flags: 0, bytes: 'x' }), 1000);
    expect(archive?.members.map((member) => member.name)).toEqual([name]);
  });

  it('has names in UTF-8, marked or not, and in the code page of DOS', async () => {
    const names = await open(
      zipBytes(
        { name: 'é.txt' },
        { name: 'ü.txt', flags: 0 },
        { name: Buffer.from([0x81, 0x2e, 0x74]), flags: 0 },
        { name: 'dir\\a.txt', flags: 0 },
        { name: Buffer.from([0x66, 0xff]) },
      ),
    );
    expect(names.members.map(({ name }) => name)).toEqual(['é.txt', 'ü.txt', 'ü.t', 'dir/a.txt', 'f\u00a0']);
  });

  it('tells links', async () => {
    const archive = await open(zipBytes({ name: 'link', bytes: '/etc/passwd', unixMode: 0o120777 }, { name: 'file' }));
    expect(archive.members.map(({ isLink }) => isLink)).toEqual([true, false]);
  });

  it('is nothing else: not text, not the end of one, not a few bytes', async () => {
    for (const bytes of ['', 'P', 'PK', 'PK\x03\x04', 'words', `words ${zipBytes(...FRUIT)}`])
      expect(await openZip(Buffer.from(bytes, 'latin1'), LIMIT)).toBeUndefined();
  });
});

describe('a zip archive whose end is missing', () => {
  it.each([
    ['sizes before the data', false],
    ['sizes behind the data', true],
  ])('gives what comes before: %s', async (_, isStreamed) => {
    const text = Array.from({ length: 500 }, (_one, i) => `word${i}`).join(' ');
    const parts = [...FRUIT, { name: 'long', bytes: text }].map((part) => ({ ...part, isStreamed }));
    const bytes = zipBytes(...parts);
    const half = bytes.subarray(0, zipBytes(...parts.slice(0, 4)).length + 300);
    const found = await told(half);
    expect(found.slice(0, 3)).toEqual(READ);
    expect(found[3]).toMatch(/^long: word0 word1 word2.*…$/);
    expect(found[4]).toBe('…');
  });

  it('is read by the headers also when something follows its end', async () => {
    expect(await told(Buffer.concat([zipBytes(...FRUIT), Buffer.from('signature')]))).toEqual([...READ, '…']);
  });

  it('is read by the headers when the directory leads elsewhere', async () => {
    const bytes = zipBytes(...FRUIT.map((part) => ({ ...part, offset: 7 })));
    expect(await told(bytes)).toEqual([...READ, '…']);
  });
});

describe('a zip archive made to harm', () => {
  const zeros = Buffer.alloc(8 * LIMIT);

  it('unpacks no more than the limit, all members together', async () => {
    const bytes = zipBytes({ name: 'a', bytes: zeros }, { name: 'b', bytes: zeros }, { name: 'c', bytes: 'x' });
    const archive = await open(bytes);
    const sizes = [];
    for (const member of archive.members) sizes.push(await archive.read(member));
    expect(sizes.map((one) => [one.bytes.length, one.isCut])).toEqual([
      [LIMIT, true],
      [0, true],
      [0, true],
    ]);
  });

  it('stops when the reader has enough', async () => {
    const archive = await open(zipBytes({ name: 'a', bytes: zeros }), zeros.length);
    let parts = 0;
    const isWhole = await archive.unpack(archive.members[0] ?? expect.fail('none'), () => ++parts < 2);
    expect([isWhole, parts]).toEqual([false, 2]);
  });

  it('is not believed about sizes', async () => {
    const text = 'apples '.repeat(1000);
    expect(await told(zipBytes({ name: 'a', bytes: text, unpackedBytes: 3 }))).toEqual([`a: ${text}`]);
    expect(await told(zipBytes({ name: 'a', bytes: 'apples', unpackedBytes: 0xfffffff0 }))).toEqual(['a: apples']);
    const long = { name: 'a', bytes: 'apples', packedBytes: 0xfffffff0 };
    expect((await told(zipBytes(long)))[0]).toMatch(/^a: apples/);
    expect(await told(zipBytes({ name: 'a', method: 0, bytes: 'apples', unpackedBytes: 1 }))).toEqual(['a: apples']);
  });

  it('cannot have the same bytes unpacked by many members', async () => {
    const kernel = { name: 'a', bytes: zeros.subarray(0, 1000) };
    const bytes = zipBytes(kernel, ...Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, offset: 0, bytes: 'x' })));
    const archive = await open(bytes);
    expect(archive.members.filter(({ isReadable }) => isReadable).map(({ name }) => name)).toEqual(['a']);
  });

  it('gives no text of what is encrypted, or packed by an unknown method', async () => {
    const bytes = zipBytes(
      { name: 'secret', flags: 1, bytes: 'x' },
      { name: 'zstd', method: 93, bytes: 'x' },
      { name: 'a', bytes: 'apples' },
    );
    expect((await open(bytes)).members.map(({ isReadable }) => isReadable)).toEqual([false, false, true]);
    expect(await told(bytes)).toEqual(['secret: …', 'zstd: …', 'a: apples']);
  });

  it('gives what comes before damage in a member, and the members after it', async () => {
    const packed = Buffer.concat([deflateRawSync('apples '.repeat(9)).subarray(0, 9), Buffer.alloc(40, 0xff)]);
    const found = await told(zipBytes({ name: 'a', packed }, { name: 'b', bytes: 'pears' }));
    expect(found[0]).toMatch(/…$/);
    expect(found[1]).toBe('b: pears');
  });

  it('lists no more members than the limit', async () => {
    const many = zipBytes(...Array.from({ length: MAX_MEMBERS + 10 }, (_, i) => ({ name: `${i}`, method: 0 })));
    for (const bytes of [many, many.subarray(0, many.length - 22)]) {
      const archive = await open(bytes);
      expect([archive.members.length, archive.isCut]).toEqual([MAX_MEMBERS, true]);
    }
  });

  it('ends, whatever its bytes are', async () => {
    const starts = [zipBytes(...FRUIT), zipBytes(...FRUIT.map((part) => ({ ...part, isStreamed: true })))];
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), changes, fc.nat(), async (start, all, length) => {
        const bytes = Buffer.from(start);
        for (const [at, byte] of all) bytes[4 + (at % (bytes.length - 4))] = byte;
        const archive = await openZip(bytes.subarray(0, 4 + (length % (2 * bytes.length))), LIMIT);
        for (const member of archive?.members ?? []) await archive?.read(member);
      }),
      { numRuns: 400 },
    );
  });
});
