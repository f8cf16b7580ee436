/** What is taken off a pasted place in a file. */
import { expect, it } from 'vitest';
import { withoutLine } from '../../../shared/search/loosen.js';

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
