import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LetterPattern } from '../../../shared/words/letter-pattern.js';

const SOURCES = [
  String.raw`[\p{L}\p{M}\p{N}]+`,
  String.raw`[^\p{L}\p{M}\p{N}\s]`,
  String.raw`(?<![\p{L}\p{M}])\p{L}[\p{L}\p{M}]*(?:['’][\p{L}\p{M}]+)+`,
  String.raw`(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})`,
  String.raw`\\([nrt][\p{L}\p{N}]{2,})|\[\p{L}\]|\p{M}|\p{Nd}|\p{No}|\p{Co}`,
];
const text = fc.string({ unit: fc.constantFrom(..."aZz09Q\\[]'’_- éÉ漢ß\u0301½"), maxLength: 30 });

describe('LetterPattern', () => {
  it.each(SOURCES)('matches what the expression matches, in ASCII and beyond: %s', (source) => {
    const whole = new RegExp(source, 'gu');
    const pattern = new LetterPattern(source, 'gu');
    fc.assert(
      fc.property(text, (given) => {
        const places = (expression: RegExp) =>
          Array.from(given.matchAll(expression), ({ index, 0: match }) => [index, match]);
        expect(places(pattern.for(given))).toEqual(places(whole));
      }),
      { numRuns: 500 },
    );
  });

  it('knows no class of Unicode for a text of ASCII, and makes each expression once', () => {
    const pattern = new LetterPattern(String.raw`^\p{L}[\p{L}\p{N}]*$`);
    expect(pattern.for('abc').source).toBe('^[A-Za-z][A-Za-z0-9]*$');
    expect(pattern.for('x')).toBe(pattern.for('abc'));
    expect(pattern.for('ä')).toBe(pattern.for('ö'));
    expect(pattern.for('ä').source).toBe(String.raw`^\p{L}[\p{L}\p{N}]*$`);
  });
});
