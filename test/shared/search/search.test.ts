import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const nowMs = new Date(2024, 4, 15, 12).getTime();

function found(index: SampleIndex, query: string, limit = 10): string[] {
  return search(index.db, query, { limit, nowMs, home: index.home }).hits.map((hit) => relative(index, hit.path));
}

function whole(index: SampleIndex, query: string): string[] {
  return search(index.db, query, { limit: 100, nowMs, home: index.home })
    .hits.filter((hit) => hit.isWhole)
    .map((hit) => relative(index, hit.path))
    .sort();
}

function listed(index: SampleIndex, query: string): string[] {
  return Array.from(listPaths(index.db, query, { ranked: 2, nowMs, home: index.home }).items, ({ path }) =>
    relative(index, path),
  ).sort();
}

function relative(index: SampleIndex, path: Uint8Array): string {
  return Buffer.from(path)
    .toString()
    .slice(index.root.length + 1);
}

describe('search: which files match', () => {
  const index = new SampleIndex({
    'drivers/gpio/gpio-virtio.c': 'a driver for lines of a guest, memory allocation',
    'drivers/net/virtio_net.c': 'network driver, uses gpio',
    'docs/HTTPServer.md': { text: 'how to serve pages', title: 'Serving pages' },
    'docs/memory.txt': 'allocation of pages, wait in the queue',
    'docs/queue.html': {
      text: 'the wait queue of the kernel',
      title: 'Wait queues',
      type: 'text/html',
      isFileText: false,
    },
    'docs/extensions.txt': 'résumé of all extensions',
    'notes/letter.txt': 'Dear Ann, red and blue',
    'notes/x86.txt': 'green, configuration',
  });

  it.each([
    ['guest', ['drivers/gpio/gpio-virtio.c']],
    ['DRIVERS', ['drivers/gpio/gpio-virtio.c', 'drivers/net/virtio_net.c']],
    ['RESUME', ['docs/extensions.txt']],
    ['"wait queue"', ['docs/queue.html']],
    ['wait queue', ['docs/memory.txt', 'docs/queue.html']],
    ['memory allocation', ['docs/memory.txt', 'drivers/gpio/gpio-virtio.c']],
    ['drivers gpio net', ['drivers/net/virtio_net.c']],
    ['net virtio driver -guest', ['drivers/net/virtio_net.c']],
    ['allocation -name:memory', ['drivers/gpio/gpio-virtio.c']],
    ['docs -"wait queue" -serve', ['docs/extensions.txt', 'docs/memory.txt']],
    ['red OR green', ['notes/letter.txt', 'notes/x86.txt']],
    ['ann red OR green', ['notes/letter.txt']],
    ['http server', ['docs/HTTPServer.md']],
    ['httpserver', ['docs/HTTPServer.md']],
    ['HTTPServer.md', ['docs/HTTPServer.md']],
    ['x86', ['notes/x86.txt']],
    ['alloc*', ['docs/memory.txt', 'drivers/gpio/gpio-virtio.c']],
    ['extensi*', ['docs/extensions.txt']],
    ['name:gpio', ['drivers/gpio/gpio-virtio.c']],
    ['path:gpio uses', []],
    ['path:net uses', ['drivers/net/virtio_net.c']],
    ['name:memory pages', ['docs/memory.txt']],
    ['serving', ['docs/HTTPServer.md']],
    ['type:html', ['docs/queue.html']],
    ['wait -type:html', ['docs/memory.txt']],
    ['ext:c', ['drivers/gpio/gpio-virtio.c', 'drivers/net/virtio_net.c']],
    ['virtio ext:md,c', ['drivers/gpio/gpio-virtio.c', 'drivers/net/virtio_net.c']],
    ['type:html ext:md', ['docs/HTTPServer.md', 'docs/queue.html']],
    ['in:~/tree/notes', ['notes/letter.txt', 'notes/x86.txt']],
    ['in:~/tree/notes in:~/tree/drivers/net', ['drivers/net/virtio_net.c', 'notes/letter.txt', 'notes/x86.txt']],
    ['in:~/tree/not', []],
    ['pages -in:~/tree/docs', []],
    ['size:<20', ['docs/HTTPServer.md']],
    ['"the wait queue" kernel docs', ['docs/queue.html']],
  ])('%s', (query, expected) => {
    expect(listed(index, query)).toEqual(expected);
    expect(whole(index, query)).toEqual(expected);
  });

  it('takes the last word for the beginning of one, in names and, when little else matches, in texts', () => {
    expect(found(index, 'gpio-vir')[0]).toBe('drivers/gpio/gpio-virtio.c');
    const [hit] = search(index.db, 'green config', { limit: 10, nowMs }).hits;
    expect(relative(index, hit?.path as Uint8Array)).toBe('notes/x86.txt');
    expect(hit?.snippet).toEqual({ text: 'green, configuration', highlights: [[0, 5]] });
    const [half] = search(index.db, 'configur', { limit: 10, nowMs }).hits;
    expect(half?.snippet.highlights).toEqual([[7, 20]]);
    expect(found(index, 'isolating extensi')).toContain('docs/extensions.txt');
  });

  it('shows files with only some of the words last, and does not count them', () => {
    const result = search(index.db, 'memory guest pages', { limit: 10, nowMs });
    expect(result.total).toBe(0);
    expect(result.hits.map((hit) => hit.isWhole)).toEqual([false, false, false]);
    expect(listed(index, 'memory guest pages')).toEqual([]);
  });

  it('pages through the same order', () => {
    const all = found(index, 'gpio OR pages OR red', 10);
    expect(all).toHaveLength(5);
    const second = search(index.db, 'gpio OR pages OR red', { limit: 2, offset: 2, nowMs }).hits;
    expect(second.map((hit) => relative(index, hit.path))).toEqual(all.slice(2, 4));
  });
});

describe('search: the order', () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 60; i++) files[`filler/report-${i}.txt`] = `words about nothing, kernel scheduler ${i}`;
  const index = new SampleIndex({
    ...files,
    'a/scheduler.txt': 'short',
    'a/notes.txt': 'the kernel scheduler of today',
    'a/phrase.txt': 'alpha beta gamma delta, and more',
    'a/scattered.txt': 'delta gamma beta alpha, delta gamma beta alpha',
  });

  it('puts a file of that name first', () => {
    expect(found(index, 'scheduler')[0]).toBe('a/scheduler.txt');
    expect(found(index, 'report-42.txt')[0]).toBe('filler/report-42.txt');
  });

  it('puts the words in the order of the query before the same words elsewhere', () => {
    expect(found(index, 'alpha beta gamma delta')[0]).toBe('a/phrase.txt');
  });

  it('lists every match once, however many more than are ranked', () => {
    const all = listed(index, 'kernel');
    expect(all).toHaveLength(61);
    expect(new Set(all).size).toBe(61);
    expect(search(index.db, 'kernel', { limit: 5, nowMs })).toMatchObject({ total: 61, isTotalExact: true });
  });

  it('orders by time when only filters are given', () => {
    utimesSync(index.path('a/phrase.txt'), 1e9, 1e9);
    index.write('a/newest.txt', 'x');
    expect(found(index, 'in:~/tree/a ext:txt', 1)).toEqual(['a/newest.txt']);
  });
});

describe('search: mistyped words', () => {
  const index = new SampleIndex({
    'gpio-virtio.c': 'driver',
    'interface.txt': 'the interface of memory',
    'documentation.txt': 'configuration, operation',
    'rare.txt': 'operatoin',
  });
  const corrected = (query: string) => {
    const { corrections, searched, hits } = search(index.db, query, { limit: 10, nowMs });
    return { corrections, searched, first: hits[0] && relative(index, hits[0].path) };
  };

  it.each([
    ['gpio virteo', 'gpio virtio', 'gpio-virtio.c'],
    ['Gpio-Virteo.c', 'Gpio-virtio.c', 'gpio-virtio.c'],
    ['interfece', 'interface', 'interface.txt'],
    ['memroy', 'memory', 'interface.txt'],
    ['inetrfece', 'interface', 'interface.txt'],
    ['configuratoin', 'configuration', 'documentation.txt'],
    ['name:virteo', 'name:virtio', 'gpio-virtio.c'],
  ])('%s → %s', (query, searched, first) => {
    expect(corrected(query)).toMatchObject({ searched, first });
  });

  it('tells which words it replaced', () => {
    expect(corrected('interfece memroy').corrections).toEqual([
      { from: 'interfece', to: 'interface' },
      { from: 'memroy', to: 'memory' },
    ]);
  });

  it('replaces no word that a file has, none in quotes, and none when nothing is near', () => {
    expect(corrected('operatoin')).toMatchObject({ corrections: [], first: 'rare.txt' });
    expect(corrected('"interfece"')).toMatchObject({ corrections: [], first: undefined });
    expect(corrected('zzzzzzzz')).toMatchObject({ corrections: [], first: undefined });
    expect(corrected('interf')).toMatchObject({ corrections: [], first: 'interface.txt' });
  });
});

describe('search: files that are not what they were', () => {
  it('shows no file that is gone, and takes the next one instead', () => {
    const index = new SampleIndex({ 'a.txt': 'apple', 'b.txt': 'apple', 'c/d.txt': 'apple' });
    rmSync(index.path('a.txt'));
    renameSync(index.path('c'), index.path('e'));
    expect(found(index, 'apple', 1)).toEqual(['b.txt']);
    expect(listed(index, 'apple')).toEqual(['b.txt']);
  });

  it('shows the present text of a file that has changed and still matches, and marks it', () => {
    const index = new SampleIndex({ 'a.txt': 'apple one', 'b.txt': 'apple two', 'pear.txt': 'apple' });
    writeFileSync(index.path('a.txt'), 'now an apple of another kind');
    writeFileSync(index.path('b.txt'), 'nothing of that any more');
    writeFileSync(index.path('pear.txt'), 'nothing here either');
    const { hits } = search(index.db, 'apple', { limit: 10, nowMs });
    expect(hits.map(({ path, isStale, snippet }) => [relative(index, path), isStale, snippet.text])).toEqual([
      ['a.txt', true, 'now an apple of another kind'],
    ]);
    expect(found(index, 'pear')).toEqual(['pear.txt']);
  });

  it('shows the indexed text of an extracted document that has changed, and marks it', () => {
    const index = new SampleIndex({ 'a.html': { text: 'an apple', isFileText: false, type: 'text/html' } });
    appendFileSync(index.path('a.html'), 'more');
    const [hit] = search(index.db, 'apple', { limit: 10, nowMs }).hits;
    expect(hit).toMatchObject({ isStale: true, snippet: { text: 'an apple', highlights: [[3, 8]] } });
  });

  it('does not look at a file that must not be looked at, and shows what the index has', () => {
    const index = new SampleIndex({
      'gone.txt': 'apple text',
      'page.html': { text: 'an apple', isFileText: false, type: 'text/html' },
      'near.txt': 'apple here',
    });
    rmSync(index.path('gone.txt'));
    const canLook = (path: Uint8Array) => relative(index, path) === 'near.txt';
    const { hits } = search(index.db, 'apple', { limit: 10, nowMs, canLook });
    const shown = hits.map((hit) => [relative(index, hit.path), hit.isUnverified, hit.isStale, hit.snippet.text]);
    expect(shown.sort()).toEqual([
      ['gone.txt', true, false, ''],
      ['near.txt', false, false, 'apple here'],
      ['page.html', true, false, 'an apple'],
    ]);
  });

  it('never waits for a FIFO, follows no link and reads no folder that stands where a file was', () => {
    const index = new SampleIndex({ fifo: 'apple', link: 'apple', folder: 'apple', secret: 'apple hidden' });
    for (const name of ['fifo', 'link', 'folder']) rmSync(index.path(name));
    execFileSync('mkfifo', [index.path('fifo')]);
    symlinkSync(index.path('secret'), index.path('link'));
    mkdirSync(index.path('folder'));
    const { hits } = search(index.db, 'apple', { limit: 10, nowMs });
    for (const hit of hits) {
      const isSecret = relative(index, hit.path) === 'secret';
      expect([hit.isStale, hit.snippet.text]).toEqual(isSecret ? [false, 'apple hidden'] : [true, '']);
    }
    expect(hits).toHaveLength(4);
  });
});

describe('search: snippets', () => {
  it('come from the file, from the stored copy, or are empty for documents without text', () => {
    const index = new SampleIndex({
      'apple.txt': 'an apple a day',
      'apple.html': { text: 'apple pie', isFileText: false },
      'apple.bin': { text: '\u0000\u0001 not an apple', extractor: 'none' },
    });
    const texts = search(index.db, 'apple', { limit: 10, nowMs }).hits.map((hit) => hit.snippet.text);
    expect(texts.sort()).toEqual(['', 'an apple a day', 'apple pie']);
  });

  it('look further into long files, but not for ever', () => {
    const filler = 'nothing of interest here\n'.repeat(4000);
    const index = new SampleIndex({
      'middle.txt': `${filler}an apple ${filler}`,
      'end.txt': `${'x'.repeat(3_000_000)} apple`,
      'stored.html': { text: `${filler}an apple ${filler}`, isFileText: false },
    });
    const byName = new Map(
      search(index.db, 'apple', { limit: 10, nowMs }).hits.map((hit) => [relative(index, hit.path), hit.snippet]),
    );
    expect(byName.get('middle.txt')?.highlights).toHaveLength(1);
    expect(byName.get('stored.html')?.highlights).toHaveLength(1);
    expect(byName.get('end.txt')?.highlights).toEqual([]);
  });

  it('are empty for text that is packed like a bomb', () => {
    const index = new SampleIndex({ 'bomb.html': { text: `apple ${'a'.repeat(60_000_000)}`, isFileText: false } });
    expect(search(index.db, 'apple', { limit: 1, nowMs }).hits[0]?.snippet.text.length).toBeLessThanOrEqual(180);
  });
});
