import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../shared/words/fold.js';

const CHARACTERS = [
  ...'abzAZ019 _-.%\\[mnu+#',
  ...'äöüßéœøÅİıﬁﬃ½²™',
  ...'абёйЖΑΣάό漢かナ한กิ้हिन्दी',
  ...['\u0301', '\u0308', '\u00ad', '\u200b', 'ﾃ', 'ﾞ', '😀', '\u001b[', '\\u00fc', '%C3%BC', '%20'],
];
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

describe('foldText', () => {
  it('knows for each place of the result where it stands in the text, in order', () => {
    fc.assert(
      fc.property(text, (source) => {
        const folded = foldText(source);
        let done = 0;
        for (let at = 0; at < folded.text.length; at++) {
          const start = folded.toStart(at);
          expect(start).toBeGreaterThanOrEqual(done);
          expect(folded.toEnd(at + 1)).toBeGreaterThan(start);
          expect(folded.toEnd(at + 1)).toBeLessThanOrEqual(source.length);
          done = start;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'azé ßœİ漢ナ한กิ้ёй½'), maxLength: 40 }), (source) => {
        const once = foldText(source).text;
        expect(foldText(once).text).toBe(once);
      }),
      { numRuns: 300 },
    );
  });
});
