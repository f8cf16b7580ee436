import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternList } from '../../../indexer/rules/ignore-patterns.js';

const parse = (text: string) => PatternList.parse(Buffer.from(text, 'latin1'));

describe('PatternList', () => {
  it('names the line and the text of the pattern that decides', () => {
    const list = parse('\xef\xbb\xbf# comment\n\n*.log\r\n!keep.log\n');
    expect(list.decide('a/b.log')).toEqual({ isExcluded: true, pattern: { line: 3, text: '*.log' } });
    expect(list.decide('keep.log')).toEqual({ isExcluded: false });
    expect(list.decide('other')).toBeUndefined();
  });

  it('answers the same however many paths it was asked about', () => {
    const list = parse('*.log\n!7.log\n');
    const askAll = () =>
      Array.from({ length: 25_000 }, (_, n) => list.decide(`a/${n}.${n % 2 ? 'log' : 'txt'}`)?.isExcluded);
    const first = askAll();
    expect(first.filter((isExcluded) => isExcluded)).toHaveLength(12_499);
    expect(askAll()).toEqual(first);
  });

  it('never throws, whatever the bytes of the list and of the path', () => {
    const characters = fc.constantFrom(...'ab*?[]\\!#-^$.+(){}|/ \t\r\n\0\xff\xe9:');
    const text = fc.array(characters, { maxLength: 40 }).map((each) => each.join(''));
    const names = fc.array(
      characters.filter((each) => each !== '/' && each !== '\0'),
      { minLength: 1, maxLength: 5 },
    );
    const path = fc
      .array(
        names.map((each) => each.join('')).filter((name) => name !== '.' && name !== '..'),
        { minLength: 1, maxLength: 4 },
      )
      .map((each) => each.join('/'));
    fc.assert(
      fc.property(text, path, (list, asked) => {
        const decision = parse(list).decide(asked);
        if (decision?.isExcluded)
          expect(list.split('\n')[decision.pattern!.line - 1]).toContain(decision.pattern!.text);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['**/a/**/b/**/c/**/d', 0],
    ['x'.repeat(1024), 0],
    ['x'.repeat(1025), 1],
  ])('rejects what is too long: %s', (pattern, rejected) => {
    expect(parse(`${pattern}\n*.log`).rejectedCount).toBe(rejected);
    expect(parse(`${pattern}\n*.log`).decide('a.log')?.isExcluded).toBe(true);
  });

  it('weighs a pattern by what it may cost', () => {
    expect(parse('name\n*.log\n/a/b').weight).toBe(3);
    expect(parse('*a'.repeat(500)).weight).toBeGreaterThan(20_000);
  });
});
