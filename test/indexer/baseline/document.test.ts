/** The text of a baseline is read as it was written, and nothing else is taken for one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, documentText, parseDocument, rulesDigest } from '../../../indexer/baseline/document.js';
import type { Line } from '../../../indexer/baseline/entry.js';
import { percentDecoded, percentEncoded } from '../../../indexer/witness/percent.js';

const SHA = 'a'.repeat(64);
const lines: readonly Line[] = [
  { path: '/srv', rest: 'd 0755 0 0 - - - - 11 none' },
  { path: '/srv/a%0Ab', rest: `f 4755 1000 0 12 -5 ${SHA} security.capability=${SHA},user.x%2Cy=${SHA} 12 ia` },
  { path: '/srv/l', rest: 'l 0777 0 0 3 1795943342105867536 to:a%20b - 13 -' },
];
const baseline: Baseline = {
  head: {
    host: 'hÖst',
    made: '2026-11-29T09:00:00.000Z',
    number: 3,
    by: 'ann as root',
    reason: '50 % of\nall',
    previous: SHA,
    scope: {
      presets: ['web'],
      paths: [Buffer.from('/srv'), Buffer.from([0x2f, 0xff, 0x20])],
      except: ['cache/', '\xfc*'],
    },
  },
  lines,
};
const text = documentText(baseline);

describe('a baseline as text', () => {
  it('says the same when it is read', () => {
    expect(parseDocument(text)).toEqual(baseline);
  });

  it('of an earlier find-text is read, too: what it has not recorded is not known', () => {
    const earlier = text.replace(' inode flags\n', '\n').replace(/ 1[123] (?:none|ia|-)$/gm, '');
    const { head, lines: read } = parseDocument(earlier);
    expect(head).toEqual(baseline.head);
    expect(read.map(({ rest }) => rest)).toEqual(
      lines.map(({ rest }) => rest.replace(/ 1[123] (?:none|ia|-)$/, ' - -')),
    );
  });

  it('is ASCII, one line a file', () => {
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text.split('\n\n')[1]?.trimEnd().split('\n')).toHaveLength(3);
  });

  it('has any bytes of a name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 1 }), (bytes) => {
        const encoded = percentEncoded(bytes);
        expect(encoded).toMatch(/^[!-~]*$/);
        expect(percentDecoded(encoded)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ['another title', text.replace('baseline 1', 'baseline 2')],
    ['a line less', text.replace(/\/srv\/l .*\n/, '')],
    ['a line twice', text.replace(/(\/srv\/l .*\n)/, '$1$1').replace('entries 3', 'entries 4')],
    ['lines in another order', text.replace(/(\/srv .*\n)(\/srv\/a.*\n)/, '$2$1')],
    ['a cut end', text.slice(0, -1)],
    ['another scope', text.replace('except cache/', 'except *')],
    ['a head twice', text.replace('number 3', 'number 3\nnumber 4')],
    ['no time', text.replace('made 2026', 'made x026')],
    ['a relative path', text.replace('\n/srv d', '\nsrv d')],
    ['columns that nobody knows', text.replace(' inode flags\n', ' flags inode\n')],
    ['flags that are none', text.replace(' 12 ia', ' 12 xa')],
    ['a mode that is none', text.replace('d 0755', 'd 0955')],
    ['nothing', ''],
  ])('is refused with %s', (_what, changed) => {
    expect(() => parseDocument(changed)).toThrow(/^read the baseline, line \d+: /);
  });

  it('has another digest of its rules when something else is covered', () => {
    const { scope } = baseline.head;
    expect(rulesDigest({ ...scope, except: [] })).not.toBe(rulesDigest(scope));
  });
});
