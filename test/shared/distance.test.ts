import { describe, expect, it } from 'vitest';
import { distance } from '../../shared/distance.js';

describe('distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['abc', 'acb', 1],
    ['abc', 'abd', 1],
    ['abc', 'abcd', 1],
    ['kernel', 'kenrle', 2],
    ['ca', 'abc', 3],
  ])('%s, %s: %i', (a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
    expect(distance(b, a)).toBe(expected);
  });
});
