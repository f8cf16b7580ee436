/** Which of very many alternatives documents are scored by. */
import { describe, expect, it } from 'vitest';
import { scoredWords } from '../../../shared/search/scored-words.js';

const either = (words: readonly string[]) => `(${words.map((word) => `"${word}"`).join(' OR ')})`;
const named = (count: number) => Array.from({ length: count }, (_, i) => `w${i}`);

describe('the alternatives that are scored', () => {
  it('are all of few, however common they are', () => {
    const text = either(named(8));
    expect(scoredWords(text, (words) => words.map(() => 1e9))).toBe(text);
  });

  it('are 64 of many, those that the fewest documents hold, as they stood', () => {
    const holders = (words: readonly string[]) => words.map((word) => 1000 - Number(word.slice(1)));
    expect(scoredWords(either(named(100)), holders)).toBe(either(named(100).slice(36)));
  });

  it('are fewer of common ones, two at least', () => {
    const of = (holders: number) => scoredWords(either(named(20)), (words) => words.map(() => holders));
    expect(of(50_000)).toBe(either(named(3)));
    expect(of(1_000_000)).toBe(either(named(2)));
    expect(of(10)).toBe(either(named(20)));
  });

  it('leaves what stands beside them, and finds them anywhere', () => {
    const text = (count: number) => `"alpha" AND ("beta" OR ${either(named(count))})`;
    expect(scoredWords(text(100), (words) => words.map(() => 1))).toBe(
      `("alpha" AND ("beta" OR ${either(named(64))}))`,
    );
    expect(scoredWords(text(5), (words) => words.map(() => 1))).toBe(text(5));
  });

  it('counts all words of a phrase, and knows a beginning', () => {
    const asked: string[] = [];
    const text = `(${named(70)
      .map((word) => `"a ${word}" *`)
      .join(' OR ')})`;
    scoredWords(text, (words) => {
      asked.push(...words);
      return words.map(() => 1);
    });
    expect(asked.slice(0, 4)).toEqual(['a', 'w0*', 'a', 'w1*']);
  });

  it('leaves to FTS5 what it cannot read', () => {
    const text = `{name} : ${either(named(100))}`;
    expect(scoredWords(text, (words) => words.map(() => 1))).toBe(text);
  });
});
