/** A pasted thing finds the file it points to first, then those that hold it; the hit says so, and shows the line. */
import { describe, expect, it } from 'vitest';
import { listHits, listPaths } from '../../../../shared/search/list.js';
import { search } from '../../../../shared/search/search.js';
import { SampleIndex } from '../../../helpers/sample-index.js';

const index = new SampleIndex({
  'src/lib/parser.c': 'one\n\tint parse(void) { return two; }\nthree',
  'src/lib/scanner.c': 'uses src/lib/parser.c',
  'src/app/parser.c': 'another',
  'old/src/lib/notes.txt': 'see src/lib/parser.c and parser.c of old',
  'py/shop/orders/models.py': 'class Order: pass',
  'py/shop/orders/__init__.py': '',
  'py/shop/models.py': 'shop.orders.models is elsewhere',
  'java/src/main/java/com/example/Tool.java': 'package com.example;\nclass Tool {}\n',
  'php/app/Models/User.php': 'class User',
  'deep/package/json.js': 'x',
  'deep/package.json': '{}',
  "a b/it's (1).txt": 'odd name',
  'site/guide/intro.html': { text: 'Guide', type: 'text/html', isFileText: false, extractor: 'html' },
  'box.tar': { text: '', isFileText: false, children: { 'letters/ann.txt': 'Dear Bob' } },
});
const options = { nowMs: 0, home: index.home, cwd: index.path('src/app') };

function hits(query: string) {
  return search(index.db, query, { limit: 10, ...options }).hits.map((hit) => ({
    path: Buffer.from(hit.path)
      .toString()
      .slice(index.root.length + 1),
    ...hit.pointed,
    isPointed: hit.pointed !== undefined,
    snippet: hit.snippet.text,
  }));
}

function pointed(query: string): string[] {
  return hits(query).flatMap(({ path, isPointed }) => (isPointed ? [path] : []));
}

describe('search: the file that a pasted text points to', () => {
  it.each<[string, string[]]>([
    ['src/lib/parser.c', ['src/lib/parser.c']],
    ['lib/parser.c:2', ['src/lib/parser.c']],
    ['/build/x-1.2/src/lib/parser.c:2:6: error: no', ['src/lib/parser.c']],
    ['a/src/lib/scanner.c', ['src/lib/scanner.c']],
    ['parser.c:1', ['src/app/parser.c']],
    ['../lib/parser.c', ['src/lib/parser.c']],
    ['scanner.c:1', ['src/lib/scanner.c']],
    ['/elsewhere/scanner.c', ['src/lib/scanner.c']],
    ['/elsewhere/parser.c', []],
    ['SRC/LIB/Parser.c', ['src/lib/parser.c']],
    ['shop.orders.models', ['py/shop/orders/models.py']],
    ['shop.orders', ['py/shop/orders/__init__.py']],
    ['shop.orders.models.Order', ['py/shop/orders/models.py']],
    ['com.example.Tool', ['java/src/main/java/com/example/Tool.java']],
    ['\tat com.example.Tool.run(Tool.java:2)', ['java/src/main/java/com/example/Tool.java']],
    ['App\\Models\\User', ['php/app/Models/User.php']],
    ['package.json', []],
    ['https://example.org/guide/intro.html', ['site/guide/intro.html']],
    ['box.tar › letters/ann.txt', ['box.tar']],
    ['no/such/file.c', []],
    ['x/y', []],
  ])('%s', (query, paths) => {
    expect(pointed(query)).toEqual(paths);
  });

  it.each([
    (path: string) => path,
    (path: string) => `"${path}"`,
    (path: string) => path.replace(/[ '()]/g, '\\$&'),
    (path: string) => `file://${encodeURI(path)}`,
    (path: string) => path.replace(index.home, '~'),
  ])('odd names in the spelling of %s', (spell) => {
    expect(pointed(spell(index.path("a b/it's (1).txt")))).toEqual(["a b/it's (1).txt"]);
  });

  it('a name that is no UTF-8 is found as it is shown', () => {
    const own = new SampleIndex();
    own.write(Buffer.from('caf\xe9.txt', 'latin1'), 'x');
    const found = search(own.db, `${own.root}/caf\\xe9.txt`, { limit: 1, ...options }).hits;
    expect(found.map(({ pointed }) => pointed)).toEqual([{}]);
  });

  it('comes first, then the files that hold it', () => {
    expect(hits('src/lib/parser.c').map(({ path }) => path)).toEqual([
      'src/lib/parser.c',
      expect.any(String),
      expect.any(String),
    ]);
    const scores = search(index.db, 'src/lib/parser.c', { limit: 10, ...options }).hits.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('shows the line, and the column in it', () => {
    expect(hits('lib/parser.c:2:6')[0]).toMatchObject({
      line: 2,
      column: 6,
      snippet: 'int parse(void) { return two; }',
    });
    const { text, highlights } = search(index.db, 'lib/parser.c:2:6', { limit: 1, ...options }).hits[0]?.snippet ?? {
      text: '',
      highlights: [],
    };
    expect(highlights.map(([start, end]) => text.slice(start, end))).toEqual(['parse']);
    expect(hits('lib/parser.c:99')[0]).toMatchObject({ isPointed: true });
    expect(hits('lib/parser.c:99')[0]).not.toHaveProperty('line');
  });

  it('all files of a trace, in its order', () => {
    const trace = 'Error: no\n at f (src/lib/scanner.c:1)\n at g (/x/src/lib/parser.c:3)\n at h (nowhere.c:1)';
    expect(hits(trace).slice(0, 2)).toMatchObject([
      { path: 'src/lib/scanner.c', line: 1 },
      { path: 'src/lib/parser.c', line: 3, snippet: 'three' },
    ]);
  });

  it('lists have it first, and once', () => {
    const paths = Array.from(listPaths(index.db, 'src/lib/parser.c:2', { ranked: 10, ...options }).items, ({ path }) =>
      path.toString().slice(index.root.length + 1),
    );
    expect(paths[0]).toBe('src/lib/parser.c');
    expect(new Set(paths).size).toBe(paths.length);
    const [first] = listHits(index.db, 'lib/parser.c:2', { ranked: 10, ...options }).items;
    expect(first?.pointed).toMatchObject({ line: 2 });
  });

  it('pages do not repeat it', () => {
    const page = (offset: number) => search(index.db, 'src/lib/parser.c', { limit: 1, offset, ...options }).hits;
    const ids = [0, 1, 2].flatMap((offset) => page(offset).map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
