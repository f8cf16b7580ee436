import { describe, expect, it } from 'vitest';
import { joinArguments } from '../../../shared/search/join-arguments.js';
import { parseQuery } from '../../../shared/search/parse-query.js';

const FOLDERS = ['/home/me/weird dir', '/home/me/weird', '/home/me/a b/c  d', '/work/My Files', '/work/sub one'];
const context = {
  nowMs: 0,
  home: '/home/me',
  cwd: '/work',
  isFolder: (path: Uint8Array) => FOLDERS.includes(Buffer.from(path).toString()),
};
const joined = (...words: string[]) => joinArguments(words, context);

describe('joinArguments: a folder with a blank in its name', () => {
  it.each([
    [['in:~/weird dir'], 'in:"~/weird dir"'],
    [['path:~/weird dir'], 'path:"~/weird dir"'],
    [['-in:~/weird dir', 'word'], '-in:"~/weird dir" word'],
    [['in:~/weird dir word'], 'in:"~/weird dir" word'],
    [['word in:~/weird dir more'], 'word in:"~/weird dir" more'],
    [['in:~/a b/c  d in:./My Files -in:/work/sub one x'], 'in:"~/a b/c  d" in:"./My Files" -in:"/work/sub one" x'],
    [['in:~/weird\\ dir word'], 'in:"~/weird dir" word'],
    [['in:~/"weird dir" word'], 'in:"~/weird dir" word'],
    [['in:"weird dir" word'], 'in:"weird dir" word'],
    [['IN:~/weird dir'], 'IN:"~/weird dir"'],
    [['in:~/weird dir/'], 'in:"~/weird dir/"'],
  ])('%j → %s', (words, expected) => {
    expect(joined(...words)).toBe(expected);
  });

  it('is taken only where it stands, and never across arguments', () => {
    expect(joined('in:~/weird', 'dir')).toBe('in:~/weird dir');
    expect(joined('in:~/weird word')).toBe('in:~/weird word');
    expect(joined('in:~/gone away')).toBe('in:~/gone away');
    expect(joined('"look in:~/weird dir"')).toBe('"look in:~/weird dir"');
    expect(joined('plug-in:~/weird dir')).toBe('plug-in:~/weird dir');
  });

  it('ends as a folder, whatever is between', () => {
    const { filters } = parseQuery(joined('in:~/weird dir word'), context);
    expect(filters.map((filter) => filter.kind === 'folder' && String(filter.path))).toEqual(['/home/me/weird dir']);
  });
});

describe('joinArguments: one argument beside others is one condition', () => {
  it.each([
    [['report', '-wait queue'], 'report -"wait queue"'],
    [['budget', 'name:annual report'], 'budget name:"annual report"'],
    [['budget', '-name:annual report'], 'budget -name:"annual report"'],
    [['budget', 'ext:md, txt'], 'budget ext:"md, txt"'],
    [['letter', 'in:My Letters'], 'letter in:"My Letters"'],
  ])('%j → %s', (words, expected) => {
    expect(joined(...words)).toBe(expected);
  });

  it.each([
    [['-draft report']],
    [['name:annual report']],
    [['letter', '-draft -final']],
    [['letter', 'ext:md modified:7d']],
    [['letter', 'name:a OR b']],
    [['letter', 'kernel memory']],
    [['letter', '-"wait queue" x']],
    [['letter', '- a']],
    [['letter', '--delete all']],
  ])('%j stays as it is', (words) => {
    expect(joined(...words)).toBe(words.join(' '));
  });

  it('understands blanks in what has none by nature', () => {
    const { filters } = parseQuery('size:"> 10k" ext:"md, txt" modified:"2024-05 .. 2024-06"', context);
    const kinds = filters.map((filter) => (filter.kind === 'span' ? filter.field : filter.kind));
    expect(kinds).toEqual(['size', 'type', 'modified']);
    expect(filters[1]).toMatchObject({ extensions: ['md', 'txt'] });
  });

  it('asks for no folder in a text that is refused anyway', () => {
    const isFolder = () => expect.fail('asked');
    const long = `in:/${'a '.repeat(1000)}`;
    expect(joinArguments([long], { ...context, isFolder })).toBe(long);
  });
});
