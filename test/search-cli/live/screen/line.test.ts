import { describe, expect, it } from 'vitest';
import type { KeyName } from '../../../../search-cli/live/screen/keys.js';
import { edit, insert, type Line } from '../../../../search-cli/live/screen/line.js';

/** `|` is the cursor. */
function line(text: string): Line {
  return { text: text.replace('|', ''), cursor: text.indexOf('|') };
}

function shown({ text, cursor }: Line): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe('edit', () => {
  it.each<[string, KeyName, string]>([
    ['ab|c', 'left', 'a|bc'],
    ['|abc', 'left', '|abc'],
    ['ab|c', 'right', 'abc|'],
    ['abc|', 'right', 'abc|'],
    ['one two| three', 'word left', 'one |two three'],
    ['one| two three', 'word right', 'one two| three'],
    ['ab|c', 'home', '|abc'],
    ['ab|c', 'end', 'abc|'],
    ['ab|c', 'backspace', 'a|c'],
    ['|abc', 'backspace', '|abc'],
    ['ab|c', 'delete', 'ab|'],
    ['one two |three', 'delete word', 'one |three'],
    ['one| two three', 'delete word right', 'one| three'],
    ['one| two', 'delete to start', '| two'],
    ['one| two', 'delete to end', 'one|'],
    ['e\u0301👩‍👩‍👧|x', 'backspace', 'e\u0301|x'],
    ['e\u0301|x', 'left', '|e\u0301x'],
    ['|👍🏽x', 'delete', '|x'],
    ['a|b', 'sort', 'a|b'],
  ])('of %j by %s', (before, key, after) => {
    expect(shown(edit(line(before), key))).toBe(after);
  });
});

describe('insert', () => {
  it('puts text where the cursor is, without what a terminal could obey', () => {
    expect(shown(insert(line('a|b'), 'x\r\ny\x1b[2J\u202ez'))).toBe('ax y [2J z|b');
  });

  it('takes no text without end', () => {
    expect(insert(line('a|'), 'x'.repeat(5000))).toEqual(line('a|'));
  });
});
