import { describe, expect, it } from 'vitest';
import { readExpression } from '../../../shared/search/expression.js';

const word = (text: string, isBeginning = false) => ({ kind: 'words', words: text.split(' '), isBeginning });

describe('readExpression', () => {
  it.each([
    ['"a"', word('a')],
    ['"a b"', word('a b')],
    ['"co" *', word('co', true)],
    ['"a" AND "b"', { kind: 'all', parts: [word('a'), word('b')] }],
    ['("a" OR "b c")', { kind: 'any', parts: [word('a'), word('b c')] }],
    ['("a" OR "b") AND "c"', { kind: 'all', parts: [{ kind: 'any', parts: [word('a'), word('b')] }, word('c')] }],
    ['("a" AND "b") OR "c"', { kind: 'any', parts: [{ kind: 'all', parts: [word('a'), word('b')] }, word('c')] }],
  ])('reads %s', (text, expected) => {
    expect(readExpression(text)).toEqual(expected);
  });

  it.each(['{name} : "a"', '{title text} : ("a" OR "b")', 'NEAR("a" "b", 3)', '"a" NOT "b"', '("a"', '"a" AND', ''])(
    'leaves %s to FTS5',
    (text) => {
      expect(readExpression(text)).toBeUndefined();
    },
  );
});
