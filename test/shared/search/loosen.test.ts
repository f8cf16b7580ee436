/** What is taken off a pasted place in a file, and the words of what no document has as it was pasted. */
import { expect, it } from 'vitest';
import { loosened, withoutLine } from '../../../shared/search/loosen.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

it.each([
  ['parser.c:12', 'parser.c'],
  ['src/Makefile:3:14:', 'src/Makefile'],
  ['main.ts(7,2):', 'main.ts'],
  ['12:30', '12:30'],
  ['f(3)', 'f(3)'],
  ['2.10', '2.10'],
])('the line of %s is left out where it follows a file', (text, file) => {
  expect(withoutLine(text)).toBe(file);
});

it.each(['a', 'a.', '/b', ':1', '(1,'])('a million letters of %s take no longer than they are long', (piece) => {
  const text = piece.repeat(1_000_000 / piece.length);
  expect(text.startsWith(withoutLine(text))).toBe(true);
});

it('the signs of a name stay with it', () => {
  const wordsOf = (text: string) => loosened(parseQuery(text, { nowMs: 0 }))?.groups.map(([term]) => term?.text);
  expect(wordsOf('C/C++')).toEqual(['c', 'c++']);
  expect(wordsOf('notes/C/C++')).toEqual(['notes', 'c', 'c++']);
  expect(wordsOf('notes/C#')).toEqual(['notes', 'c#']);
  expect(wordsOf('C++')).toBeUndefined();
});

it('C/C++ is found where the languages stand apart', () => {
  const index = new SampleIndex({ 'apart.txt': 'C, and then C++ is taught', 'c.txt': 'nothing but C' });
  const { hits } = search(index.db, 'C/C++', { nowMs: 0, limit: 10 });
  expect(hits.filter(({ isWhole }) => isWhole).map(({ path }) => Buffer.from(path).toString())).toEqual([
    index.path('apart.txt'),
  ]);
  index.db.close();
});
