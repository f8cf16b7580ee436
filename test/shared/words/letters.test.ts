import { describe, expect, it } from 'vitest';
import { foldText } from '../../../shared/words/fold.js';
import { classOf, foldCharacter, isJoined, LETTER, NONE, RUN, RUN_MARK, SIGN } from '../../../shared/words/letters.js';

const LAST = 0x10ffff;
/** No mark, but it makes one letter with another. */
const OTHER_JOINED = (codePoint: number) =>
  (codePoint >= 0x1160 && codePoint < 0x1200) || codePoint === 0xff9e || codePoint === 0xff9f || codePoint === 0x16d67;

function wrong(isRight: (codePoint: number, character: string) => boolean): string[] {
  const found: string[] = [];
  for (let codePoint = 0x80; codePoint <= LAST; codePoint++)
    if (!isRight(codePoint, String.fromCodePoint(codePoint))) found.push(codePoint.toString(16));
  return found;
}

describe('classOf', () => {
  it('takes for a part of a word what Unicode takes for letter, mark or number', () => {
    const inWords = /[\p{L}\p{M}\p{N}\p{Co}]/u;
    const isSign = (codePoint: number) => codePoint >= 0x1f000 && codePoint < 0x1fb00;
    expect(
      wrong((codePoint, character) => {
        const kind = classOf(codePoint);
        if (isSign(codePoint)) return kind === SIGN;
        if (kind === RUN || kind === RUN_MARK) return (kind === RUN_MARK) === /\p{M}/u.test(character);
        return kind === (inWords.test(character) ? LETTER : NONE);
      }),
    ).toEqual([]);
  });
});

describe('isJoined', () => {
  it('holds for the marks of Unicode, and for letters that make one with another', () => {
    const isRight = (codePoint: number, character: string) =>
      isJoined(codePoint) === (codePoint >= 0x300 && (/\p{M}/u.test(character) || OTHER_JOINED(codePoint)));
    expect(wrong(isRight)).toEqual([]);
  });
});

describe('foldUnits', () => {
  it('gives each letter what it is alone, between ASCII and among its like', () => {
    const isRight = (codePoint: number, character: string) => {
      if (codePoint > 0xffff || isJoined(codePoint)) return true;
      const one = foldCharacter(character);
      return foldText(`A${character}B ${character}`).text === `a${one}b ${one}`;
    };
    expect(wrong(isRight)).toEqual([]);
  });

  it('takes a long row of ASCII as a short one', () => {
    const row = 'The Quick Brown Fox '.repeat(5);
    expect(foldText(`é${row}é${row}`).text).toBe(`e${row}e${row}`.toLowerCase());
    expect(foldText(`é${row}%20${row}é`).text).toBe(`e${row} ${row}e`.toLowerCase());
  });
});
