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
  for (let i = 0; i < 60; i++)
    files[`filler/report-${i}.txt`] = `words about nothing, kernel scheduler countedword ${i}`;
  const index = new SampleIndex({
    ...files,
    'a/scheduler.txt': 'short',
    'a/notes.txt': 'the kernel scheduler of today, countedword',
    'a/phrase.txt': 'alpha beta gamma delta, and more',
    'a/scattered.txt': 'delta gamma beta alpha, delta gamma beta alpha',
    'a/apart.txt': `omega ${'filler '.repeat(20)} sigma`,
    'a/close.txt': `${'filler '.repeat(40)} a sigma for the omega ${'filler '.repeat(40)}`,
    'sigma/upsilon.txt': 'none',
    'a/upsilon.txt': `upsilon ${'filler '.repeat(9)} sigma`,
    'a/told.txt': `the lamp, the boat and the harbour were dark ${'filler '.repeat(200)}`,
    'a/lamp.txt': 'lamp boat harbour lamp boat harbour dark dark boat harbour',
  });

  it('puts a file of that name first', () => {
    expect(found(index, 'scheduler')[0]).toBe('a/scheduler.txt');
    expect(found(index, 'report-42.txt')[0]).toBe('filler/report-42.txt');
  });

  it('puts the words in the order of the query before the same words elsewhere', () => {
    expect(found(index, 'alpha beta gamma delta')[0]).toBe('a/phrase.txt');
  });

  it('puts few words that stand close together before the same words far from each other', () => {
    expect(found(index, 'omega sigma')[0]).toBe('a/close.txt');
    expect(found(index, 'sigma upsilon')[0]).toBe('sigma/upsilon.txt');
  });

  it('finds files by what their kind is called, and puts them first', () => {
    index.write('a/1.jpg', { text: 'the acme of Bergen', isFileText: false, type: 'image/jpeg' });
    index.write('a/bergen.txt', 'Bergen, the acme of towns, on a photo');
    expect(found(index, 'photo acme bergen')).toEqual(['a/1.jpg', 'a/bergen.txt']);
    expect(found(index, 'photos')).toContain('a/1.jpg');
  });

  it('puts the text that a sentence comes from first, though it repeats words', () => {
    expect(found(index, 'the lamp, the boat and the harbour were dark')[0]).toBe('a/told.txt');
  });

  it('lists every match once, however many more than are ranked', () => {
    const all = listed(index, 'countedword');
    expect(all).toHaveLength(61);
    expect(new Set(all).size).toBe(61);
    expect(search(index.db, 'countedword', { limit: 5, nowMs })).toMatchObject({ total: 61, isTotalExact: true });
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

describe('search: which words a hit does not have', () => {
  const index = new SampleIndex({ 'both.txt': 'apples, pears', 'apple.txt': 'apples only', 'pears.txt': 'x' });
  const missing = (query: string) =>
    search(index.db, query, { limit: 10, nowMs }).hits.map((hit) => [relative(index, hit.path), hit.missing]);

  it.each<[string, [string, string[] | undefined][]]>([
    [
      'apples pears',
      [
        ['both.txt', undefined],
        ['apple.txt', ['pears']],
        ['pears.txt', ['apples']],
      ],
    ],
    [
      'aples pears',
      [
        ['both.txt', undefined],
        ['apple.txt', ['pears']],
        ['pears.txt', ['apples']],
      ],
    ],
    [
      'apples xylophone',
      [
        ['apple.txt', ['xylophone']],
        ['both.txt', ['xylophone']],
      ],
    ],
    [
      'apples "green pears"',
      [
        ['apple.txt', ['"green pears"']],
        ['both.txt', ['"green pears"']],
      ],
    ],
  ])('%s', (query, expected) => {
    expect(missing(query).sort()).toEqual([...expected].sort());
  });

  it('a name that only holds the word has it not', () => {
    const names = new SampleIndex({ 'report.txt': 'port', '2024-reports.txt': 'x' });
    const { hits } = search(names.db, 'port', { limit: 10, nowMs });
    expect(hits.map((hit) => [relative(names, hit.path), hit.missing])).toEqual([
      ['report.txt', undefined],
      ['2024-reports.txt', ['port']],
    ]);
  });
});

describe('search: a mistyped word of a question', () => {
  const titles = { 'a.html': { text: 'of queues', title: 'Linux for zSeries and how it waits', isFileText: false } };
  const index = new SampleIndex({ ...titles, 'b.txt': 'how to wait for it' });
  const asked = (query: string) => search(index.db, query, { limit: 10, nowMs }).corrections;

  it('is replaced when it is one slip away from a word, though no file has all words', () => {
    expect(asked('the linux for zweries and how it lasts')).toEqual([{ from: 'zweries', to: 'zseries' }]);
    expect(asked('the linux for zwerries and how it lasts')).toEqual([]);
  });
});

describe('search: a word that stands in the middle of names only', () => {
  it('is found there, and a likelier one is offered', () => {
    const index = new SampleIndex({ 'hero-aroamnt.txt': 'x', 'a.txt': 'roman numbers' });
    const { hits, offered, corrections } = search(index.db, 'roamn', { limit: 10, nowMs });
    expect(hits.map((hit) => relative(index, hit.path))).toEqual(['hero-aroamnt.txt']);
    expect([offered, corrections]).toEqual(['roman', []]);
    expect(search(index.db, 'aroamn', { limit: 10, nowMs }).offered).toBeUndefined();
  });
});

describe('search: what is offered for a mistyped word', () => {
  const words = ['markup', 'preincrement', 'dirigible', 'apple', 'memories', 'operated', 'quickly', 'résumé', 'Straße'];
  const index = new SampleIndex({
    'words.txt': `${words.join(' ')} zebra`,
    'frobnik.txt': 'nothing',
    'b.txt': 'zebra',
  });

  it('stands in a file, whatever the slip', () => {
    const inFiles = new Set([
      ...words.map((word) => word.toLowerCase()),
      'words',
      'frobnik',
      'nothing',
      'zebra',
      'tree',
    ]);
    const slips = words.flatMap((word) => [
      `${word}a`,
      `${word}2`,
      word.slice(0, 2) + word.slice(3),
      word.slice(0, -2) + word.at(-1) + word.at(-2),
      `${word.slice(0, 3)}x${word.slice(4)}`,
      `${word.slice(0, 2)}${word.slice(4)}`,
    ]);
    let count = 0;
    for (const slip of slips) {
      for (const { to } of search(index.db, slip, { limit: 3, nowMs }).corrections) {
        expect(inFiles.has(to) || index.root.toLowerCase().includes(to), `${slip} → ${to}`).toBe(true);
        count++;
      }
    }
    expect(count).toBeGreaterThan(25);
    expect(search(index.db, 'apple2', { limit: 3, nowMs }).corrections).toEqual([{ from: 'apple2', to: 'apple' }]);
  });

  it('is nothing when the files that had it are gone', () => {
    const gone = new SampleIndex({ 'a.txt': 'documentation' });
    rmSync(gone.path('a.txt'));
    expect(search(gone.db, 'documentatoin', { limit: 3, nowMs })).toMatchObject({ hits: [], corrections: [] });
  });

  it('hides no file whose name or title has a word as it was typed', () => {
    const files: Record<string, string> = { 'frobnik.txt': 'nothing' };
    for (let i = 0; i < 60; i++) files[`f${i}.txt`] = 'the zebra and the fabrik and the zero';
    const many = new SampleIndex({ ...files, 'b.html': { text: 'nothing', title: 'Of frobnuks', isFileText: false } });
    for (const query of ['frobnik zebra', 'zebra frobnik', 'frobnik zebbra', 'zebbra frobnik', 'frobnik the zebbra'])
      expect([query, found(many, query)]).toEqual([query, expect.arrayContaining(['frobnik.txt'])]);
    expect(found(many, 'frobnuks zebbra', 5)).toContain('b.html');
    expect(found(many, 'frobnik zebbra', 1)).toContain('frobnik.txt');
  });
});

describe('search: a word that some file has', () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}.txt`, 'the zebra and the fabric']));
  const index = new SampleIndex({ ...files, 'rare.txt': 'of a fabrik only', 'both.txt': 'zebra, striped' });
  const asked = (query: string) => search(index.db, query, { limit: 10, nowMs });

  it('is never replaced: a likelier one is offered, and what was typed is searched', () => {
    const { hits, corrections, searched, offered, total } = asked('fabrik zebra');
    expect({ corrections, searched, offered, total }).toEqual({
      corrections: [],
      searched: 'fabrik zebra',
      offered: 'fabric zebra',
      total: 0,
    });
    expect(hits.length).toBeGreaterThan(0);
    expect(found(index, 'fabrik zebra', 100)).toContain('rare.txt');
  });

  it('has no offer where some file has the whole query, in quotes, or beside a word that no file has', () => {
    for (const query of ['fabrik', '"fabrik" zebra', 'fabrik OR zebra striped', 'striped zebra'])
      expect([query, asked(query).offered]).toEqual([query, undefined]);
    const { searched, offered } = asked('fabrik zebbra');
    expect([searched, offered]).toEqual(['fabrik zebra', undefined]);
  });
});

describe('search: how many there are', () => {
  const count = (index: SampleIndex, query: string, limit = 10) => {
    const { hits, total, isTotalExact } = search(index.db, query, { limit, nowMs });
    return [hits.filter((hit) => hit.isWhole).length, total, isTotalExact];
  };
  const many = (length: number, text: string) =>
    Object.fromEntries(Array.from({ length }, (_, i) => [`f${i}.txt`, `${text} ${i}`]));

  it('is exact, or a bound that says something', () => {
    const index = new SampleIndex({ ...many(300, 'apple pear'), 'fig/apple.txt': 'pear', 'fig/b.txt': 'pear' });
    expect(count(index, 'apple', 1)).toEqual([1, 301, true]);
    expect(count(index, 'apple pear')).toEqual([10, 301, true]);
    expect(count(index, 'fig pear', 1)).toEqual([1, 2, true]);
    expect(count(index, 'fig pear')).toEqual([2, 2, true]);
    expect(count(index, 'pear -apple')).toEqual([1, 1, true]);
    expect(count(index, 'ext:txt')).toEqual([10, 302, true]);
    expect(count(index, 'appl')).toEqual([10, 301, true]);
    expect(count(index, 'fig plum')).toEqual([0, 0, true]);
  });

  it('is a bound above a thousand', () => {
    const index = new SampleIndex(many(1010, 'apple'));
    expect(count(index, 'apple')).toEqual([10, 1000, false]);
  });

  it('counts no file that has vanished, and finds those that have not', () => {
    const index = new SampleIndex({ ...many(100, 'apple pear'), 'z/last.txt': 'an apple of long ago, and a pear' });
    for (let i = 0; i < 98; i++) rmSync(index.path(`f${i}.txt`));
    for (const query of ['apple', 'apple pear', 'ext:txt']) {
      expect([query, count(index, query)]).toEqual([query, [3, 3, true]]);
      const [shown, total] = count(index, query, 2);
      expect([query, shown]).toEqual([query, 2]);
      expect(total as number).toBeGreaterThanOrEqual(3);
    }
    for (const name of ['f98.txt', 'f99.txt', 'z/last.txt']) rmSync(index.path(name));
    expect(search(index.db, 'apple', { limit: 10, nowMs })).toMatchObject({ hits: [], total: 0, isTotalExact: true });
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

  const shownWords = (index: SampleIndex, query: string) =>
    Object.fromEntries(
      search(index.db, query, { limit: 10, nowMs }).hits.map(({ path, snippet: { text, highlights } }) => [
        relative(index, path),
        highlights.map(([start, end]) => text.slice(start, end)),
      ]),
    );

  it('show the match wherever it stands in a long text', () => {
    const filler = 'nothing of interest here\n'.repeat(4000);
    const cyrillic = 'ничего интересного здесь — ёж\n'.repeat(60_000);
    const index = new SampleIndex({
      'middle.txt': `${filler}an apple ${filler}`,
      'end.txt': `${'x'.repeat(3_000_000)} apple`,
      'apple.txt': `${filler.repeat(30)}apple`,
      'cyrillic.txt': `${cyrillic}apple ${cyrillic}`,
      'stored.html': { text: `${filler}an apple ${filler}`, isFileText: false },
      'stored-far.html': { text: `${filler.repeat(40)}an apple ${filler}`, isFileText: false },
    });
    const found = shownWords(index, 'apple');
    expect(Object.keys(found)).toHaveLength(6);
    for (const words of Object.values(found)) expect(words).toEqual(['apple']);
  });

  it('show a rare word far down though another one is everywhere before', () => {
    const filler = 'haystack of straw\n'.repeat(60_000);
    const index = new SampleIndex({
      'far.txt': `${filler}the needle ${filler}`,
      'near.txt': `${filler.slice(0, 200_000)} the needle ${filler}`,
      'far.html': { text: `${filler}the needle ${filler}`, isFileText: false },
      'half.txt': `${filler}the needlework ${filler}`,
      'phrase.txt': `${filler}needle of the ${filler}`,
    });
    const found = shownWords(index, 'haystack needle');
    for (const name of ['far.txt', 'near.txt', 'far.html', 'phrase.txt']) expect(found[name]).toContain('needle');
    const [half] = search(index.db, 'straw needlew', { limit: 1, nowMs }).hits;
    expect(half?.snippet.text).toContain('needlework');
    expect(shownWords(index, '"needle of the"')).toEqual({ 'phrase.txt': ['needle of the'] });
  });

  it('show a match at every border of what is read at once', () => {
    const [first, piece, overlap] = [256 * 1024, 1024 * 1024, 8 * 1024];
    const borders = [first, first - overlap + piece, first - overlap, first + 2 * (piece - overlap)];
    const line = 'lines of a text — with dashes\n';
    const texts = borders.flatMap((border) => [-3000, -9, -5, -2, 0, 3, 3000].map((shift) => border + shift));
    const index = new SampleIndex(
      Object.fromEntries(
        texts.map((at, i) => {
          const before = Buffer.from(line.repeat(Math.ceil(at / line.length))).subarray(0, at - 1);
          return [`${i}.txt`, `${before.toString('utf8').replace(/\ufffd/g, '')} needle ${line.repeat(40_000)}`];
        }),
      ),
    );
    const { hits } = search(index.db, 'needle', { limit: texts.length, nowMs });
    expect(hits).toHaveLength(texts.length);
    for (const { snippet } of hits) expect([snippet.text, snippet.highlights.length]).toEqual([snippet.text, 1]);
  });

  it('come from long files that have changed, grown, or become something else', () => {
    const filler = 'nothing of interest here\n'.repeat(30_000);
    const text = `${filler}an apple ${filler}`;
    const index = new SampleIndex({ 'log.txt': text, 'fifo.txt': text, 'short.txt': text, 'binary.txt': text });
    appendFileSync(index.path('log.txt'), 'more\n');
    rmSync(index.path('fifo.txt'));
    execFileSync('mkfifo', [index.path('fifo.txt')]);
    writeFileSync(index.path('short.txt'), filler);
    writeFileSync(index.path('binary.txt'), `${filler}${'\0'.repeat(5000)}apple`);
    expect(shownWords(index, 'apple')).toEqual({
      'log.txt': ['apple'],
      'fifo.txt': [],
      'short.txt': [],
      'binary.txt': [],
    });
  });

  it('come from a file that is as it was indexed though it holds NUL bytes', () => {
    const index = new SampleIndex({ 'boot.log': `one line\n${'\0'.repeat(100)}\nan apple` });
    expect(shownWords(index, 'apple')).toEqual({ 'boot.log': ['apple'] });
  });

  it('are empty for text that is packed like a bomb', () => {
    const index = new SampleIndex({ 'bomb.html': { text: `apple ${'a'.repeat(60_000_000)}`, isFileText: false } });
    expect(search(index.db, 'apple', { limit: 1, nowMs }).hits[0]?.snippet.text.length).toBeLessThanOrEqual(180);
  });
});
