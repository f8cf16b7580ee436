import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord, shellWords } from '../../../indexer/backup/shell-word.js';

describe('shellWord', () => {
  it.each([
    ['/srv/a-b_c.d', '/srv/a-b_c.d'],
    ['a b', `'a b'`],
    ['', `''`],
    [`it's`, `'it'\\''s'`],
    ['a\nb', `$'a\\x0ab'`],
    ['\u202eevil', `$'\\xe2\\x80\\xaeevil'`],
    ['größe', `'größe'`],
    ['~root', `'~root'`],
  ])('%j is %s', (text, word) => expect(shellWord(text)).toBe(word));

  it('is what bash makes any bytes of, in one line that no terminal obeys', () => {
    const bytes = fc.uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 20, maxLength: 20 }), (words) => {
        const line = shellWords(words);
        const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${line}`]);
        expect(stdout).toEqual(Buffer.concat(words.flatMap((word) => [Buffer.from(word), Buffer.alloc(1)])));
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
      { numRuns: 30 },
    );
  });
});
