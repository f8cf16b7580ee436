import { describe, expect, it } from 'vitest';
import {
  type Expression,
  expressionText,
  readExpression,
  withoutBeginnings,
} from '../../../shared/search/expression.js';

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

it.each([
  ['"a" AND "b" *', '("a")'],
  ['"a" AND ("b" OR "c") AND "d" *', '("a" AND ("b" OR "c"))'],
  ['"a" AND ("b" OR "c" *)', '("a")'],
  ['"a b" AND "c"', '("a b" AND "c")'],
])('%s without beginnings is %s: what matches the first matches the second', (text, expected) => {
  const rest = withoutBeginnings(readExpression(text) as Expression);
  expect(rest && expressionText(rest)).toBe(expected);
  expect(rest && readExpression(expected)).toBeDefined();
});

it.each(['"a" *', '("a" OR "b" *)', '"a" * AND "b c" *'])('%s has nothing but beginnings', (text) => {
  expect(withoutBeginnings(readExpression(text) as Expression)).toBeUndefined();
});

it.each(['"a"', '"a b" *', '("a" AND ("b" OR "c" *))'])('the text of %s is the same again', (text) => {
  expect(expressionText(readExpression(text) as Expression)).toBe(text);
});
