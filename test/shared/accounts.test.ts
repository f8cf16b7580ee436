import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isGroupOfOne, userName } from '../../shared/accounts.js';

const FREE = 3_999_999_999;

describe('accounts', () => {
  it('have names, or the number', () => {
    expect(userName(0)).toBe('root');
    expect(userName(userInfo().uid)).toBe(userInfo().username);
    expect(userName(FREE)).toBe(`user ${FREE}`);
  });

  it('share a group that is the first one of another', () => {
    expect(isGroupOfOne(65534, FREE)).toBe(false);
    expect(isGroupOfOne(0, FREE)).toBe(true);
  });

  it('have a group of their own when it is listed nowhere and has their number', () => {
    expect(isGroupOfOne(FREE, FREE)).toBe(true);
    expect(isGroupOfOne(FREE - 1, FREE)).toBe(false);
  });
});
