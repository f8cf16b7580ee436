/** What an entry of the history says on the page. */
import { describe, expect, it } from 'vitest';
import { toldWords } from '../../../../indexer/page/answers/told-words.js';

function wordsOf(body: object) {
  const entry = { sequence: 1, atMs: 2, kind: 'renamed', rule: 'etc', path: null, delivery: 'sent' } as const;
  return toldWords({ ...entry, json: JSON.stringify(body), hash: Buffer.alloc(32) });
}

describe('an entry of the history for the page', () => {
  it.each([
    ['', null],
    ['ann', { login: { id: 1000, name: 'ann' }, user: null }],
    ['root', { login: 'unset', user: { id: 0, name: 'root' } }],
    ['ann as root', { login: { id: 1000, name: 'ann' }, user: { id: 0, name: 'root' } }],
    ['uid 1000', { login: { id: 1000, name: null }, user: { id: 1000, name: null } }],
  ])('says %j for who did it', (who, actor) => {
    expect(wordsOf({ actor }).who).toBe(who);
  });

  it('shows every byte of a name that is not UTF-8', () => {
    const paths = { src_path: '/\ufffd', src_pathHex: '2fe9', dest_path: '/a\u001b' };
    expect(wordsOf(paths)).toMatchObject({ path: '/\\xe9', to: '/a\\x1b' });
  });
});
