/** A name as it was typed comes first, and of the files that have it the one that defines it. */
import { expect, it } from 'vitest';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const USES = 'handleRequest(a); handleRequest(b); handleRequest(c); read_page_cache(d); read_page_cache(e);\n';
const index = new SampleIndex({
  'src/calls.js': USES.repeat(3),
  'src/more.js': USES.repeat(2),
  'src/define.js': `${'// far from here\n'.repeat(30)}function handleRequest(request) {\n  return request;\n}\n`,
  'src/cache.c': `${'/* far from here */\n'.repeat(30)}static int read_page_cache(struct page *page)\n{\n}\n`,
  'src/words.txt': 'you handle each request; then read a page of the cache',
  'src/lower.txt': 'handlerequest',
  'lang/plus.txt': 'I write C++ and C#',
  'lang/plain.txt': 'I write C, c, C and c',
});

it.each([
  ['handleRequest', 'src/define.js'],
  ['handle request', 'src/define.js'],
  ['handleReq', 'src/define.js'],
  ['read_page_cache', 'src/cache.c'],
  ['read page cache', 'src/cache.c'],
  ['page cache', 'src/cache.c'],
  ['C++', 'lang/plus.txt'],
])('%s', (query, path) => {
  const [first] = search(index.db, query, { limit: 5, nowMs: 0 }).hits;
  expect(Buffer.from(first?.path ?? '').toString()).toBe(index.path(path));
});

it.each(['(', '[a-b', 'a.b*c', '$x{', '\\d+x', 'a-b_c', '+.+', 'x|y z'])('%s is looked for by its letters', (query) => {
  expect(() => search(index.db, `${query} write`, { limit: 5, nowMs: 0 })).not.toThrow();
});
