import { expect, describe as group, it } from 'vitest';
import { describe, genericIconName, iconName, readId, toResult } from '../../../search-cli/desktop/result.js';
import { shownText } from '../../../search-cli/desktop/shown-text.js';
import type { Item } from '../../../search-cli/live/screen/state.js';

function item(more: Partial<Item> = {}): Item {
  return {
    path: '/home/ann/notes/a.txt',
    name: 'a.txt',
    title: '',
    type: 'text/plain',
    size: 1,
    modified: '',
    snippet: { text: 'an apple', highlights: [] },
    ...more,
  };
}

group('an id', () => {
  it('tells one file from another, and one within it, also where their names are no text', () => {
    const all = [
      item(),
      item({ path: '/a/\ufffd', pathHex: '2f61ff' }),
      item({ path: '/a/\ufffd', pathHex: '2f61fe' }),
      item({ inner: 'b.txt' }),
      item({ inner: '\ufffd', innerHex: 'ff' }),
    ];
    const ids = all.map((each) => toResult('apple "b', each).id);
    expect(new Set(ids).size).toBe(all.length);
    expect(ids.map((id) => readId(id)?.query)).toEqual(all.map(() => 'apple "b'));
    expect(toResult('apple', item()).id).not.toBe(toResult('apples', item()).id);
  });

  it.each(['', 'a', '1', 'null', '[]', '{}', '{"query":1,"path":"/a"}', '{"query":"a"}', '{"query":"a","path":{}}'])(
    'is none: %s',
    (id) => expect(readId(id)).toBe(undefined),
  );

  it('is none when it is longer than any of ours', () => {
    const longest = toResult('"'.repeat(1000), item({ path: '\ufffd'.repeat(4096), pathHex: 'ff'.repeat(4096) })).id;
    expect(readId(longest)).toBeDefined();
    expect(readId(JSON.stringify({ query: 'a', path: `/${'b'.repeat(50_000)}` }))).toBe(undefined);
  });
});

group('what is shown', () => {
  it.each([
    ['a\nb\t c ', 'a b c'],
    ['\u001b[31mred\u202etxt', '\\x1b[31mred\\u{202e}txt'],
    ['<b>bold</b> 1 < 2 <- <img src="http://x/y">', '<\u2060b>bold<\u2060/b> 1 < 2 <- <\u2060img src="http://x/y">'],
    ['<!-- x --><?xml?>', '<\u2060!-- x --><\u2060?xml?>'],
    ['R&D.odt', 'R&D.odt'],
  ])('of %j', (text, shown) => expect(shownText(text)).toBe(shown));

  it('is the folder and the text around the match', () => {
    expect(describe(item(), '/home/ann')).toBe('~/notes · an apple');
    expect(describe(item({ snippet: { text: '', highlights: [] } }), undefined)).toBe('/home/ann/notes');
    expect(describe(item({ path: '/a/box.zip', inner: 'x/b.txt' }), undefined)).toBe('/a/box.zip › x/b.txt · an apple');
  });

  it('has the icon of its type, as themes call it', () => {
    const icons = (type: string) => [iconName(item({ type })), genericIconName(item({ type }))];
    expect(icons('application/pdf')).toEqual(['application-pdf', 'x-office-document']);
    expect(icons('image/svg+xml')).toEqual(['image-svg+xml', 'image-x-generic']);
    expect(icons('inode/directory')).toEqual(['inode-directory', 'folder']);
    expect(icons('text/../x y')).toEqual(['text-..-x-y', 'text-x-generic']);
  });
});
