/** Digests stand in the index: another form of them would make every file that is looked at again a new one. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { EXTRACTOR_VERSIONS } from '../../../indexer/extract/extractor-versions.js';
import { digestInput } from '../../../indexer/extract/known-content.js';

const MAX_BYTES = 16 * 1024 * 1024;

function bySha256(bytes: Buffer, isTruncated: boolean): string {
  const limits = JSON.stringify([MAX_BYTES, isTruncated, JSON.stringify(EXTRACTOR_VERSIONS)]);
  return createHash('sha256').update(bytes).update(limits).digest().toString('base64url', 0, 16);
}

it.each([0, 1, 600, 65_535, 65_536, 65_537, 200_000])(
  'a digest of %i bytes is of them and of what was asked',
  (size) => {
    const bytes = Buffer.alloc(size, 'caf\u00e9 \u0000 words ');
    for (const isTruncated of [false, true]) {
      const limits = { maxBytes: MAX_BYTES, isTruncated };
      expect(digestInput(bytes, limits)).toEqual({ input: bySha256(bytes, isTruncated) });
    }
  },
);

it.each([600, 65_536, 65_537])('what was known of %i bytes is told when there are more', (size) => {
  const known = Buffer.alloc(size, 'words ');
  const bytes = Buffer.concat([known, Buffer.from('and more')]);
  const digests = { known: bySha256(known, false), input: bySha256(bytes, false) };
  expect(digestInput(bytes, { maxBytes: MAX_BYTES, isTruncated: false }, size)).toEqual(digests);
});
