/** Extractors of bytes, those that make their caller wait, and files within files: what they may give, and how much of it. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { extractContent, isWorthReading } from '../../../indexer/extract/extract-content.js';
import type { BytesExtractor, Child, Extracted } from '../../../indexer/extract/extractor.js';
import { EXTRACTORS, Registry } from '../../../indexer/extract/registry.js';
import {
  MAX_CHILDREN,
  MAX_DEPTH,
  MAX_LABEL_BYTES,
  MAX_TEXT_BYTES,
  MAX_UNPACKED_BYTES,
  MAX_WORK_MS,
} from '../../../indexer/extract/tree-limits.js';
import { fromWire, toWire } from '../../../indexer/extract/wire.js';
import type { Extraction } from '../../../shared/types.js';
import { workAtEachLook } from '../../helpers/worked-time.js';

const NO_TEXT = Buffer.alloc(0);
const MAGIC = Buffer.from('\0BOX\x01\x02\x03\0\x04\x05');

function box(extract: BytesExtractor['extract']): Registry {
  const matches = { extensions: ['boxes'], head: /^\0BOX/ };
  return new Registry([
    ...EXTRACTORS,
    { id: 'box', version: 7, takes: 'bytes', matches, type: 'application/x-box', extract },
  ]);
}

function withChildren(children: NonNullable<Extracted['children']>): Registry {
  return box(() => ({ title: '', text: NO_TEXT, children }));
}

/** Holds what follows the magic bytes, whole, as a file `inner`. */
const NESTED = box(({ bytes }) => ({
  title: '',
  text: NO_TEXT,
  children: bytes.length > MAGIC.length ? [{ name: Buffer.from('inner'), bytes: bytes.subarray(MAGIC.length) }] : [],
}));

function child(name: string | Buffer, text: string | Buffer = ''): Child {
  return { name: Buffer.from(name), bytes: Buffer.from(text) };
}

function extract(registry: Registry, name = 'a.boxes', bytes = MAGIC): Promise<Extraction> {
  return extractContent(registry, { name, bytes, isTruncated: false, maxBytes: 1 << 24 });
}

function paths({ children = [] }: Extraction): string[] {
  return children.map(({ innerPath }) => Buffer.from(innerPath).toString());
}

describe('an extractor of bytes', () => {
  const reader = box(({ bytes }) => ({ title: 'Box', text: Buffer.from(`${bytes.length} bytes`) }));

  it('gets binary files, by their beginning or by their extension', async () => {
    for (const [name, bytes] of [
      ['a.dat', MAGIC],
      ['a.txt', MAGIC],
      ['a.boxes', Buffer.from([1, 0, 2])],
    ] as const)
      expect(await extract(reader, name, bytes)).toMatchObject({
        title: 'Box',
        text: Buffer.from(`${bytes.length} bytes`),
        extractor: 'box',
        extractorVersion: 7,
        type: 'application/x-box',
        isFileText: false,
      });
    expect(await extract(reader, 'a.dat', Buffer.from([1, 0, 2]))).toMatchObject({ extractor: 'none' });
  });

  it('gets the whole of them, not the first 64 kB, packed or not', async () => {
    const big = Buffer.concat([MAGIC, Buffer.alloc(200_000)]);
    expect(isWorthReading(reader, 'a.dat', big.subarray(0, 65_536))).toBe(true);
    expect(isWorthReading(reader, 'a.dat', Buffer.alloc(65_536, 'ab\0\x01'))).toBe(false);
    const packed = gzipSync(big);
    expect(isWorthReading(reader, 'a.dat.gz', packed)).toBe(true);
    expect(await extract(reader, 'a.dat.gz', packed)).toMatchObject({ text: Buffer.from(`${big.length} bytes`) });
  });

  it('may say that the file is none of its own: it is text then, or unknown', async () => {
    const never = box(() => undefined);
    expect(await extract(never, 'a.boxes', Buffer.from('words'))).toMatchObject({
      extractor: 'text',
      isFileText: true,
    });
    expect(await extract(never, 'a.boxes', Buffer.from([1, 0, 2]))).toMatchObject({ extractor: 'none' });
  });

  it('may make its caller wait, and fail then', async () => {
    const later = box(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return { title: 'Later', text: NO_TEXT };
    });
    expect(await extract(later)).toMatchObject({ title: 'Later' });
    const failing = box(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('bad box');
    });
    await expect(extract(failing)).rejects.toThrow('bad box');
  });
});

describe('files within a file', () => {
  it('are read by the extractor of their own format', async () => {
    const found = await extract(
      withChildren([
        child('docs/page.html', '<title>T</title>words'),
        child('a.bin', '\x01\0'),
        child('x.md.gz', gzipSync('# H')),
      ]),
    );
    expect(found.children).toMatchObject([
      { innerPath: Buffer.from('docs/page.html'), extractor: 'html', title: 'T', type: 'text/html' },
      { innerPath: Buffer.from('a.bin'), extractor: 'none' },
      { innerPath: Buffer.from('x.md.gz'), extractor: 'markup', title: 'H' },
    ]);
  });

  it('may come one after the other', async () => {
    async function* later() {
      for (const name of ['a.txt', 'b.txt']) {
        await new Promise((resolve) => setImmediate(resolve));
        yield child(name, name);
      }
    }
    expect(paths(await extract(withChildren(later())))).toEqual(['a.txt', 'b.txt']);
  });

  it.each([
    ['../../etc/passwd', 'etc/passwd'],
    ['/etc/./passwd', 'etc/passwd'],
    ['a//b/', 'a/b'],
    ['a\0b', 'a'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['...', '...'],
    ['x'.repeat(3000), 'x'.repeat(1024)],
    [`${'x'.repeat(1023)}/y`, 'x'.repeat(1023)],
    [`${'x'.repeat(1021)}/...y`, 'x'.repeat(1021)],
  ])('have a path that leads nowhere else: %j', async (name, path) => {
    expect(paths(await extract(withChildren([child(name)])))).toEqual([path]);
  });

  it('keep a name that is no UTF-8', async () => {
    const found = await extract(withChildren([child(Buffer.from([0x66, 0xff]))]));
    expect(found.children?.[0]?.innerPath).toEqual(Buffer.from([0x66, 0xff]));
  });

  it('count once when they have the same name: the later one', async () => {
    const found = await extract(withChildren([child('a.txt', 'old'), child('./a.txt', 'new')]));
    expect(found.children).toMatchObject([{ text: Buffer.from('new') }]);
  });

  it('have a digest each, which tells whether one is as before', async () => {
    const digests = async (...children: Child[]) =>
      (await extract(withChildren(children))).children?.map(({ digest }) => digest);
    const [one, two] = (await digests(child('1.txt', 'one'), child('2.txt', 'two'))) ?? [];
    expect(await digests(child('2.txt', 'two'), child('1.txt', 'other'))).toEqual([
      two,
      expect.not.stringMatching(one as string),
    ]);
    expect(one).not.toBe(two);
  });

  it('are opened as deep as the limit, and it is said that there are more', async () => {
    const nested = (depth: number) =>
      Buffer.concat([...Array.from({ length: depth }, () => MAGIC), Buffer.from('end')]);
    const whole = await extract(NESTED, 'a.boxes', nested(MAX_DEPTH));
    expect(paths(whole)).toEqual(Array.from({ length: MAX_DEPTH }, (_, i) => `${'inner/'.repeat(i)}inner`));
    expect([whole, ...(whole.children ?? [])].some(({ isTruncated }) => isTruncated)).toBe(false);
    const deeper = await extract(NESTED, 'a.boxes', nested(100));
    expect(paths(deeper)).toHaveLength(MAX_DEPTH);
    expect(deeper.children?.at(-1)).toMatchObject({ extractor: 'box', isTruncated: true });
    expect([whole.met, deeper.met]).toEqual([undefined, ['depth']]);
  });

  it('are as many as the limit, whatever the archive has', async () => {
    function* endless() {
      for (let i = 0; ; i++) yield child(`${i}.txt`, 'text');
    }
    const found = await extract(withChildren(endless()));
    expect([found.children?.length, found.isTruncated, found.met]).toEqual([MAX_CHILDREN, true, ['members']]);
  });

  it('are begun until the file has taken its processor time, and it is said that there are more', async () => {
    workAtEachLook(MAX_WORK_MS / 4);
    const found = await extract(withChildren(['1', '2', '3', '4', '5'].map((name) => child(`${name}.txt`, 'text'))));
    expect([paths(found), found.isTruncated, found.met]).toEqual([['1.txt', '2.txt', '3.txt'], true, ['seconds']]);
  });

  it('have no more text together than one file', async () => {
    const text = Buffer.alloc(MAX_TEXT_BYTES / 2 + 1, 'x');
    const found = await extract(withChildren(['a', 'b', 'c'].map((name) => child(`${name}.txt`, text))));
    const sizes = found.children?.map((one) => one.text.length) ?? [];
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(MAX_TEXT_BYTES);
    expect(found.children?.map((one) => one.isTruncated)).toEqual([false, true, true]);
    expect(found.met).toEqual(['text']);
  });

  it('have labels that fit in the header of a frame', async () => {
    function* endless() {
      for (let i = 0; ; i++) yield child(`${i}${'\x01'.repeat(1000)}`);
    }
    const found = await extract(withChildren(endless()));
    const labels = (found.children ?? []).reduce((sum, { innerPath }) => sum + innerPath.length, 0);
    expect(labels).toBeLessThanOrEqual(MAX_LABEL_BYTES);
    expect([found.isTruncated, found.met]).toEqual([true, ['labels']]);
  });

  it('that were read before the archive ends in an error stay, and it is said that there may be more', async () => {
    function* broken() {
      yield child('a.txt', 'whole');
      throw new Error('unexpected end');
    }
    const found = await extract(withChildren(broken()));
    expect([paths(found), found.isTruncated]).toEqual([['a.txt'], true]);
  });

  it('are no more bytes together than may be unpacked, and it is said which limit that was', async () => {
    const half = Buffer.alloc(MAX_UNPACKED_BYTES / 2 + 1);
    const found = await extract(withChildren([child('a.bin', half), child('b.bin', half)]));
    expect([paths(found), found.isTruncated, found.met]).toEqual([['a.bin'], true, ['unpacked']]);
  });

  it('cost only themselves when they are damaged', async () => {
    const damaged = Buffer.from('1f8b0800000000000003ffffffffff', 'hex');
    const found = await extract(withChildren([child('a.gz', damaged), child('b.txt', 'words')]));
    expect(found).toMatchObject({
      isTruncated: false,
      children: [{ isTruncated: true }, { text: Buffer.from('words') }],
    });
  });
});

describe('properties', () => {
  it('are as many and as long as the limit', async () => {
    const properties = Array.from({ length: 100 }, (_, i) => ({ field: 'tag', value: `${i}${'x'.repeat(500)}` }));
    const found = await extract(box(() => ({ title: '', text: NO_TEXT, properties })));
    expect(found.properties).toHaveLength(32);
    expect(String(found.properties?.[0]?.value)).toHaveLength(200);
  });
});

describe('the way from the child to the pool', () => {
  it('keeps the whole tree', async () => {
    const registry = box(() => ({
      title: 'Box',
      text: Buffer.from('own'),
      markup: Buffer.from('mark'),
      properties: [{ field: 'tag', value: 'a' }],
      children: [child('a.html', '<p class=x>one'), child('b.bin', '\0\x01'), child(Buffer.from([0xff]), 'three')],
    }));
    const extraction = await extract(registry);
    const stat = { dev: 1, ino: 2, size: 3, mtimeMs: 4, ctimeMs: 5 };
    const outcome = { kind: 'extracted', stat, isChanging: false, extraction } as const;
    const { wire, payload } = toWire(outcome);
    const back = fromWire(JSON.parse(JSON.stringify(wire)), Buffer.from(payload));
    expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(outcome)));
  });
});
