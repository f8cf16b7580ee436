/** Zip archives as containers: what is in them, and what must not be. The reader has tests of its own. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_CHILDREN, MAX_DEPTH } from '../../../../indexer/extract/tree-limits.js';
import type { Extraction } from '../../../../shared/types.js';
import { extractBytes } from '../../../helpers/extract-bytes.js';
import { tarBytes } from '../../../helpers/tar-bytes.js';
import { zipBytes } from '../../../helpers/zip-bytes.js';

const LIMIT = 1 << 20;

function extract(bytes: Buffer, name = 'box.zip'): Promise<Extraction> {
  return extractBytes(name, bytes, LIMIT);
}

function told({ children = [] }: Extraction): string[] {
  return children.map(({ innerPath, text }) => `${Buffer.from(innerPath)}: ${Buffer.from(text)}`);
}

describe('a zip archive', () => {
  it('gives the files in it, each of its kind', async () => {
    const bytes = zipBytes(
      { name: 'a.txt', bytes: 'apples' },
      { name: 'docs/' },
      { name: 'docs/p.html', bytes: '<p>pears' },
    );
    for (const name of ['box.zip', 'unnamed']) {
      const found = await extract(bytes, name);
      expect(found).toMatchObject({ extractor: 'zip', type: 'application/zip', isTruncated: false, isFileText: false });
      expect(told(found)).toEqual(['a.txt: apples', 'docs/p.html: pears']);
    }
  });

  it('is opened within archives, and they within it', async () => {
    const tar = tarBytes({ name: 'in.zip', text: zipBytes({ name: 'a.txt', bytes: 'apples' }) });
    expect(told(await extract(zipBytes({ name: 'in.tgz', bytes: gzipSync(tar) })))).toEqual([
      'in.tgz: ',
      'in.tgz/in.zip: ',
      'in.tgz/in.zip/a.txt: apples',
    ]);
  });

  it('may hold nothing', async () => {
    expect(await extract(zipBytes())).toMatchObject({ extractor: 'zip', children: [] });
  });

  it('has what cannot be read by its name', async () => {
    const found = await extract(
      zipBytes({ name: 'secret.txt', bytes: 'x', flags: 1 }, { name: 'b.txt', bytes: 'pears' }),
    );
    expect(told(found)).toEqual(['secret.txt: ', 'b.txt: pears']);
    expect(found.children?.[0]).toMatchObject({ isTruncated: true });
  });
});

describe('a zip archive made to harm', () => {
  it('names nothing outside itself, and has no links', async () => {
    const found = await extract(
      zipBytes(
        { name: '../../etc/cron.d/x', bytes: 'x' },
        { name: '/etc/passwd', bytes: 'x' },
        { name: 'link', bytes: '/etc/passwd', unixMode: 0o120777 },
      ),
    );
    expect(told(found)).toEqual(['etc/cron.d/x: x', 'etc/passwd: x']);
  });

  it('gives no more of a member than the limit on a file', async () => {
    const found = await extract(
      zipBytes({ name: 'bomb.txt', bytes: Buffer.alloc(64 * LIMIT, 'boom ') }, { name: 'b.txt', bytes: 'pears' }),
    );
    expect(found.children?.[0]?.text.length).toBe(LIMIT);
    expect(found.children?.[0]?.isTruncated).toBe(true);
    expect(told(found)[1]).toBe('b.txt: pears');
  });

  it('costs no more than the limit on what is unpacked, however many bombs are in it', async () => {
    const bomb = zipBytes(...Array.from({ length: 300 }, (_, i) => ({ name: `${i}`, bytes: Buffer.alloc(LIMIT) })));
    const found = await extract(zipBytes({ name: 'in.zip', bytes: bomb }));
    expect(found.isTruncated || found.children?.[0]?.isTruncated).toBe(true);
    expect(found.children?.length).toBeLessThan(140);
  });

  it('has as many members as the limit, and as many levels', async () => {
    const many = await extract(zipBytes(...Array.from({ length: MAX_CHILDREN + 10 }, (_, i) => ({ name: `${i}` }))));
    expect([many.children?.length, many.isTruncated]).toEqual([MAX_CHILDREN, true]);
    let deep = zipBytes({ name: 'a.txt', bytes: 'apples' });
    for (let i = 0; i < 40; i++) deep = zipBytes({ name: 'in.zip', bytes: deep });
    expect((await extract(deep)).children).toHaveLength(MAX_DEPTH);
  });
});
