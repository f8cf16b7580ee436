import { describe, expect, it } from 'vitest';
import { askedForms, askedWords, isOpen, wordsInForm } from '../../../shared/words/asked.js';

const forms = (text: string, isBegun = false) => askedForms(text, isBegun).map((form) => wordsInForm(form).join(' '));

describe('askedForms', () => {
  it.each([
    ['kernel', ['kernel']],
    ['HTTPServer', ['httpserver', 'http server']],
    ['e-mail', ['e mail', 'email']],
    ["can't", ['can t', 'cant']],
    ['Node.js', ['node js', 'nodejs']],
    ['Müller', ['muller', 'mueller']],
    ['1,299.99', ['1 299 99', '1299 99']],
    ['/tmp/ft-case/a.c', ['tmp ft case a c', 'tmp ftcase a c']],
    ['東京都', ['東京 京都']],
    ['京', ['京']],
    ['東京 x', ['東京 京 x']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(forms(text)).toEqual(expected);
  });

  it('parts names only where the index does', () => {
    const [name, key] = ['LongName'.repeat(8), 'LongName'.repeat(9)];
    expect(forms(`${name} ${key}`)).toEqual([
      `${name} ${key}`.toLowerCase(),
      `${'long name '.repeat(8)}${key.toLowerCase()}`,
    ]);
    expect(forms('aB1'.repeat(9))).toHaveLength(1);
  });

  it('knows that a word with digits may be parted otherwise when it goes on', () => {
    expect(forms('0x1', true)).toContain('0x1');
    expect(forms('abc1234', true)).toEqual(['abc1234', 'abc 1234']);
  });
});

describe('isOpen', () => {
  it('is a single letter of a run: the first half of a word of the index', () => {
    expect(['京', '東京', 'a', 'x京', 'กิ'].map(isOpen)).toEqual([true, false, false, true, true]);
    expect(askedWords('東京都')).toEqual(['東京', '京都']);
  });
});
