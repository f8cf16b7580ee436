/** Real archives by tar(1), and those that nobody's tar would write. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractContent } from '../../../../indexer/extract/extract-content.js';
import { FORMATS } from '../../../../indexer/extract/registry.js';
import { MAX_CHILDREN } from '../../../../indexer/extract/tree-limits.js';
import type { Extraction } from '../../../../shared/types.js';
import { tarBytes as written } from '../../../helpers/tar-bytes.js';
import { tempFolder } from '../../../helpers/temp.js';

function extract(bytes: Buffer, name = 'box.tar'): Promise<Extraction> {
  return extractContent(FORMATS, { name, bytes, isTruncated: false, maxBytes: 1 << 24 });
}

/** By tar(1), of files in a folder of their own. */
function packed(files: Readonly<Record<string, string | Buffer>>, ...options: string[]): Buffer {
  const folder = tempFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'in', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'in', path), text);
  }
  execFileSync('tar', ['--sort=name', ...options, '-cf', join(folder, 'out.tar'), '-C', join(folder, 'in'), '.']);
  return readFileSync(join(folder, 'out.tar'));
}

function told({ children = [] }: Extraction): string[] {
  return children.map(({ innerPath, text }) => `${Buffer.from(innerPath)}: ${Buffer.from(text)}`);
}

describe('a tar archive', () => {
  const FILES = { 'a.txt': 'apples', 'docs/page.html': '<title>T</title>pears', 'docs/empty': '' };
  const MEMBERS = ['a.txt: apples', 'docs/empty: ', 'docs/page.html: pears'];

  it.each(['--format=gnu', '--format=ustar', '--format=pax', '--format=v7'])(
    'gives the files in it: %s',
    async (format) => {
      const found = await extract(packed(FILES, format));
      expect(found).toMatchObject({
        extractor: 'tar',
        type: 'application/x-tar',
        title: '',
        isTruncated: false,
        isFileText: false,
      });
      expect(found.text).toHaveLength(0);
      expect(told(found).sort()).toEqual(MEMBERS);
      expect(found.children?.find(({ title }) => title === 'T')).toMatchObject({
        type: 'text/html',
        extractor: 'html',
      });
    },
  );

  it('is known by its beginning, packed by gzip too', async () => {
    const bytes = packed(FILES);
    for (const [name, content] of [
      ['unnamed', bytes],
      ['box.tar.gz', gzipSync(bytes)],
      ['box.tgz', gzipSync(bytes)],
      ['box.tgz', gzipSync(packed(FILES, '--format=v7'))],
    ] as const)
      expect(told(await extract(content, name)).sort()).toEqual(MEMBERS);
  });

  it.each(['--format=gnu', '--format=pax'])('has long names, and those that are no ASCII: %s', async (format) => {
    const long = `${'folder/'.repeat(30)}é.txt`;
    expect(told(await extract(packed({ [long]: 'apples' }, format)))).toEqual([`${long}: apples`]);
  });

  it('has names that are no UTF-8, byte for byte', async () => {
    const found = await extract(written({ name: Buffer.from([0x66, 0xff]), text: 'apples' }));
    expect(found.children?.[0]?.innerPath).toEqual(Buffer.from([0x66, 0xff]));
  });

  it('gives the files only: no folder, no link', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'a.txt'), 'apples');
    symlinkSync('/etc/passwd', join(folder, 'link'));
    mkdirSync(join(folder, 'sub'));
    execFileSync('tar', ['-cf', join(folder, 'out.tar'), '-C', folder, 'a.txt', 'link', 'sub']);
    expect(told(await extract(readFileSync(join(folder, 'out.tar'))))).toEqual(['a.txt: apples']);
  });

  it('within an archive is opened', async () => {
    const inner = packed({ 'a.txt': 'apples' });
    expect(told(await extract(packed({ 'inner.tgz': gzipSync(inner) })))).toEqual([
      'inner.tgz: ',
      'inner.tgz/a.txt: apples',
    ]);
  });

  it('may hold nothing', async () => {
    expect(await extract(Buffer.alloc(10_240))).toMatchObject({ extractor: 'tar', isTruncated: false, children: [] });
  });
});

describe('a tar archive that is none, or broken', () => {
  it('is text when it is text', async () => {
    expect(await extract(Buffer.from('only words'))).toMatchObject({ extractor: 'text', isFileText: true });
  });

  it('is found by its name when nothing can be read', async () => {
    const bytes = packed({ 'a.txt': 'apples' });
    bytes[0] = 1;
    expect(await extract(bytes)).toMatchObject({ extractor: 'none', type: 'application/x-tar' });
  });

  it('gives what comes before the place where it is cut off, and says so', async () => {
    const bytes = written({ name: 'a.txt', text: 'apples' }, { name: 'b.txt', text: `pears ${'x'.repeat(2000)}` });
    const found = await extract(bytes.subarray(0, 1024 + 512 + 600));
    expect(found.isTruncated).toBe(true);
    expect(found.children).toMatchObject([{ isTruncated: false }, { isTruncated: true }]);
    expect(told(found)[1]).toMatch(/^b\.txt: pears x+$/);
    expect(told(await extract(bytes.subarray(0, 1024 + 100)))).toEqual(['a.txt: apples']);
  });

  it('gives what comes before a damaged header, and says so', async () => {
    const bytes = written({ name: 'a.txt', text: 'apples' }, { name: 'b.txt', text: 'pears' });
    bytes[1024] = 1;
    expect([told(await extract(bytes)), (await extract(bytes)).isTruncated]).toEqual([['a.txt: apples'], true]);
  });

  it.each([
    ['../../etc/cron.d/x', 'etc/cron.d/x'],
    ['/root/.ssh/id', 'root/.ssh/id'],
    ['./././a', 'a'],
    ['..', 'unnamed'],
  ])('keeps no name that leads elsewhere: %s', async (name, path) => {
    expect(told(await extract(written({ name, text: 'x' })))).toEqual([`${path}: x`]);
  });

  it('costs no more than the limit when it has very many members', async () => {
    const found = await extract(written(...Array.from({ length: MAX_CHILDREN + 10 }, (_, i) => ({ name: `${i}` }))));
    expect([found.children?.length, found.isTruncated]).toEqual([MAX_CHILDREN, true]);
  });

  it.each(['77777777777 ', '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff', '-0000000005 ', 'not a size  '])(
    'believes no size: %j',
    async (size) => {
      const found = await extract(written({ name: 'a.txt', text: 'apples' }, { name: 'b.txt', size }));
      expect(told(found)[0]).toBe('a.txt: apples');
    },
  );

  it('ends, whatever its bytes are', async () => {
    const start = written(
      { name: 'a.txt', text: 'apples' },
      { name: 'p', type: 'x', text: '20 path=b.txt\nmore' },
      { name: 'c', text: 'x' },
    );
    const changes = fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(start.length), async (all, length) => {
        const bytes = Buffer.from(start);
        for (const [at, byte] of all) bytes[at] = byte;
        await extract(bytes.subarray(0, length));
      }),
      { numRuns: 200 },
    );
  });
});
