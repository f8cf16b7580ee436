/** In which order test files begin. */
import { expect, it } from 'vitest';
import { inTurn } from './audit-in-turn.js';

const isRare = (file: string) => file.startsWith('audit');

it.each([
  [
    ['a', 'audit-1', 'audit-2', 'audit-3', 'b', 'c', 'd', 'e', 'f', 'g'],
    ['audit-1', 'a', 'b', 'audit-2', 'c', 'd', 'audit-3', 'e', 'f', 'g'],
  ],
  [
    ['audit-1', 'a', 'audit-2', 'audit-3'],
    ['audit-1', 'a', 'audit-2', 'audit-3'],
  ],
  [
    ['b', 'a'],
    ['b', 'a'],
  ],
])('those that use audit do not begin at once: %j', (files, expected) => {
  expect(inTurn(files, isRare)).toEqual(expected);
});
