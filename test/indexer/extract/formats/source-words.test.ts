import { expect, it } from 'vitest';
import { SourceWords } from '../../../../indexer/extract/formats/source-words.js';

function wordsOf(...parts: string[]): string {
  const words = new SourceWords();
  for (const part of parts) words.add(Buffer.from(part).toString('latin1'));
  return words.bytes().toString();
}

it('has each word once, in the order in which they come', () => {
  expect(wordsOf('<a href="x1/über.html">', '<A HREF=x1>', '</a>')).toBe('a href x1 über html A HREF');
  expect(wordsOf('')).toBe('');
  expect(wordsOf('<>', '  ')).toBe('');
});

it('takes a part of a source', () => {
  const words = new SourceWords();
  words.add('one two three', 4, 9);
  words.add('one two three', 7, 7);
  expect(words.bytes().toString()).toBe('two t');
});

it('tells many words apart', () => {
  const all = Array.from({ length: 50_000 }, (_, n) => `w${(n * 7919) % 50_000}`);
  expect(wordsOf(all.join(' '), [...all].reverse().join(','))).toBe(all.join(' '));
});
