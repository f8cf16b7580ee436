/** Which texts are nearly the same. */
import { describe, expect, it } from 'vitest';
import { areNearlySame, likenessOf } from '../../../shared/search/likeness.js';
import { Random } from '../../helpers/query-oracle/random.js';

const random = new Random(3);

function words(count: number): string[] {
  return Array.from(
    { length: count },
    () => `w${'abcdefghij'[random.below(10)]}${'abcdefghij'[random.below(10)]}${'xyz'[random.below(3)]}`,
  );
}

function areNear(a: string, b: string): boolean | undefined {
  const [one, other] = [likenessOf(a), likenessOf(b)];
  return one && other && areNearlySame(one, other);
}

/** So many words, evenly apart, are others. */
function changed(text: readonly string[], count: number): string[] {
  const step = Math.floor(text.length / count);
  return text.map((word, i) => (i % step === 5 && i / step < count ? 'other' : word));
}

describe('likeness of texts', () => {
  const long = words(5000);

  it('is that of the words, not of case, signs and blanks between them', () => {
    expect(areNear(long.join(' '), `  ${long.join(',\n').toUpperCase()}.`)).toBe(true);
  });

  it.each([
    [200, 2, true],
    [200, 20, false],
    [5000, 30, true],
    [5000, 600, false],
  ])('of %i words %i may be others: %s', (count, others, isNear) => {
    const text = long.slice(0, count);
    expect(areNear(text.join(' '), changed(text, others).join(' '))).toBe(isNear);
  });

  it('bears a paragraph more, and not as much again', () => {
    expect(areNear(long.join(' '), [...long, ...words(200)].join(' '))).toBe(true);
    expect(areNear(long.join(' '), [...long, ...words(5000)].join(' '))).toBe(false);
  });

  it('bears no other number, wherever it stands, and takes them in any order', () => {
    const text = long.slice(0, 1000).join(' ');
    expect(areNear(`${text} 2024 total 19`, `${text} 19 total 2024`)).toBe(true);
    for (const other of ['2025 total 19', '2024 total 19 v2', '2024 total']) {
      expect(areNear(`${text} 2024 total 19`, `${text} ${other}`)).toBe(false);
    }
  });

  it('is the order of the words, too', () => {
    expect(areNear(long.join(' '), [...long].sort().join(' '))).toBe(false);
  });

  it('is not known of a short text', () => {
    expect([likenessOf(''), likenessOf('ripe apples'), likenessOf('a '.repeat(1000))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('knows scripts without blanks by their letters', () => {
    const han = Array.from({ length: 400 }, () => String.fromCharCode(0x4e00 + random.below(3000)));
    const other = han.map((letter, i) => (i === 200 ? '一' : letter));
    expect(areNear(han.join(''), other.join(''))).toBe(true);
    expect(areNear(han.join(''), han.toReversed().join(''))).toBe(false);
  });
});
