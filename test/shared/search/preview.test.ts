import { expect, it } from 'vitest';
import { type Preview, preview } from '../../../shared/search/preview.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function shown(text: string, query: string, lines = 5): Preview {
  const sample = new SampleIndex({ 'a.txt': text });
  const asked = { path: Buffer.from(sample.path('a.txt')), innerPath: undefined, query };
  return preview(sample.db, asked, { nowMs: 0, lines }) as Preview;
}

it('begins with the text when nothing of the query is in it', () => {
  expect(shown('one\ntwo\nthree', 'name:a', 2)).toEqual({ text: 'one\ntwo', highlights: [], line: 1 });
});

it('shows the place where most words stand together', () => {
  const text = `red\n${'filler\n'.repeat(50)}a red balloon\nend\n`;
  const { text: part, line } = shown(text, 'red balloon');
  expect(part).toBe('filler\na red balloon\nend');
  expect(line).toBe(51);
});

it('finds the place far behind in a long text', () => {
  const { text, highlights, line } = shown(`${'many words\n'.repeat(60_000)}the needle is here\n`, 'needle');
  expect(text).toContain('the needle is here');
  expect(highlights).toHaveLength(1);
  expect(line).toBeUndefined();
});

it('cuts a line without end around the match, and never in a character', () => {
  const { text, highlights } = shown(`${'😀'.repeat(3000)} needle ${'😀'.repeat(3000)}`, 'needle');
  expect(text.length).toBeLessThanOrEqual(1000);
  expect(highlights.map(([start, end]) => text.slice(start, end))).toEqual(['needle']);
  expect(Buffer.from(text).toString()).toBe(text);
});

it('has no control characters but tabs', () => {
  expect(shown('\ta\x1b[2Jb\x07 needle\r\nc\x9bd', 'needle').text).toBe('\ta [2Jb  needle\nc d');
});
