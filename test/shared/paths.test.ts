import { expect, it } from 'vitest';
import { joinPath, splitPath } from '../../shared/paths.js';

it('splits and joins', () => {
  expect(splitPath(Buffer.from('/a'))).toEqual({ directory: Buffer.from('/'), name: Buffer.from('a') });
  expect(joinPath(Buffer.from('/'), Buffer.from('a')).toString()).toBe('/a');
  expect(joinPath(Buffer.from('/a'), Buffer.from('b')).toString()).toBe('/a/b');
});
