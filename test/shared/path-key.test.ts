import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromPathKey, pathKey } from '../../shared/path-key.js';

it('keeps every byte in a path key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), (bytes) => {
      const path = Buffer.from(bytes);
      expect(fromPathKey(pathKey(path))).toEqual(path);
    }),
  );
});
