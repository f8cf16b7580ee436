/** Each attribute that differs, in words; what is not known is no difference. */
import { describe, expect, it } from 'vitest';
import { differences } from '../../../indexer/baseline/differences.js';
import type { Line } from '../../../indexer/baseline/entry.js';

const [SHA, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];
const NAMES = { user: (uid: number) => (uid === 0 ? 'root' : undefined), group: () => undefined };

function line(path: string, rest: string): Line {
  return { path, rest };
}

function compared(before: readonly Line[], now: readonly Line[], unseen: readonly string[] = []) {
  const survey = {
    lines: now,
    troubles: [],
    unseen: unseen.map((path) => Buffer.from(path)),
    tooLarge: [],
    withoutFlags: 0,
  };
  return differences(before, survey, NAMES);
}

function wordsOf(before: string, now: string): readonly string[] {
  return compared([line('/f', before)], [line('/f', now)]).changed.flatMap(({ words }) => words);
}

describe('differences', () => {
  it('are new, removed and changed files', () => {
    const file = (content: string) => `f 0644 0 0 1 5 ${content} -`;
    const found = compared(
      [line('/a', file(SHA)), line('/b', file(SHA)), line('/c', file(SHA))],
      [line('/a', file(SHA)), line('/b', file(OTHER)), line('/d', file(SHA)), line('/e', 'd 1777 0 0 - - - -')],
    );
    expect(found.added.map(({ path, words }) => [path.toString(), ...words])).toEqual([
      ['/d'],
      ['/e', 'folder', 'mode 1777, writable by everybody'],
    ]);
    expect(found.removed.map(String)).toEqual(['/c']);
    expect(found.changed.map(({ path, attributes }) => [path.toString(), attributes])).toEqual([
      ['/b', [{ name: 'content', old: SHA, new: OTHER }]],
    ]);
  });

  it('are none below what cannot be looked at now', () => {
    const before = [line('/x/in', 'd 0755 0 0 - - - -'), line('/xy', 'd 0755 0 0 - - - -')];
    expect(compared(before, [], ['/x']).removed.map(String)).toEqual(['/xy']);
  });

  it.each([
    ['f 0644 0 0 1 5 A -', 'f 4755 0 0 1 5 A -', ['mode 644 → 4755, now setuid, executable']],
    ['f 0644 0 0 1 5 A -', 'f 0644 33 4 1 5 A -', ['owner root → 33', 'group 0 → 4']],
    [
      'f 0644 0 0 1 5 A -',
      'f 0644 0 0 1 5 B -',
      [`content ${'a'.repeat(12)} → ${'b'.repeat(12)}, though its time is as before`],
    ],
    [
      'f 0644 0 0 1 5 A -',
      'f 0644 0 0 3 5 too-large -',
      ['size 1 → 3 bytes (+2)', `content ${'a'.repeat(12)} → too-large, though its time is as before`],
    ],
    [
      'f 0644 0 0 1 5 A -',
      'f 0644 0 0 1 6 A -',
      ['time 1970-01-01T00:00:00.000000005Z → 1970-01-01T00:00:00.000000006Z'],
    ],
    [
      'f 0644 0 0 1 5 A -',
      'f 0644 0 0 1 -1 A -',
      ['time 1970-01-01T00:00:00.000000005Z → 1969-12-31T23:59:59.999999999Z'],
    ],
    ['f 0644 0 0 1 5 A -', 'l 0644 0 0 1 5 to:x -', ['type file → symlink']],
    ['p 0644 0 0 - - - -', 's 0644 0 0 - - - -', ['type FIFO → socket']],
    ['l 0777 0 0 1 5 to:x -', 'l 0777 0 0 1 5 to:y%0A -', ['target x → y\\x0a']],
    ['d 0755 0 0 - - - -', 'd 0755 0 0 - - - system.posix_acl_access=A', ['access control list added']],
    [
      'f 0644 0 0 1 5 A security.capability=A',
      'f 0644 0 0 1 5 A user.x%2C=A',
      ['capabilities removed', 'attribute user.x, added'],
    ],
    ['f 0644 0 0 1 5 A -', 'f 0644 0 0 1 5 unreadable -', []],
    ['f 0644 0 0 1 5 A - 7 ia', 'f 0644 0 0 1 5 A - 7 none', ['no longer immutable', 'no longer append-only']],
    ['f 0644 0 0 1 5 A - 7 none', 'f 0644 0 0 1 5 A - 7 a', ['now append-only']],
    ['f 0644 0 0 1 5 A - 7 i', 'f 0644 0 0 1 5 A - 8 i', []],
    ['f 0644 0 0 1 5 A - 7 i', 'f 0645 0 0 1 5 A - 8 -', ['mode 644 → 645, now executable', 'inode 7 → 8']],
    ['f 0644 0 0 1 5 A - - -', 'f 0644 0 0 1 5 A - 8 i', []],
    [
      'f 0644 0 0 1 5 unreadable -',
      'f 0644 0 0 1 5 A -',
      [`content unreadable → ${'a'.repeat(12)}, though its time is as before`],
    ],
  ])('of %s and %s are said', (before, now, words) => {
    const spelled = (text: string) => text.replace(/(?<![a-z0-9])A(?![a-z])/g, SHA).replace(/ B /g, ` ${OTHER} `);
    expect(wordsOf(spelled(before), spelled(now))).toEqual(words);
  });
});
