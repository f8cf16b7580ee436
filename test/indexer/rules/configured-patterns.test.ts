import { describe, expect, it } from 'vitest';
import { meaningIn, type Places } from '../../../indexer/rules/configured-patterns.js';

/** /home/me leads to /data/me; there are /home, /data and /srv, and the root has a folder build. */
const places: Places = {
  home: '/home/me',
  realPath: (path) => path.replace(/^\/home\/me(?=\/|$)/, '/data/me'),
  exists: (path) => ['/home', '/data', '/srv', '/data/me/Docs/build', '/data/me/Docs/~there'].includes(path),
};
const ROOT = '/data/me/Docs';

const meaning = (line: string, root = ROOT) => meaningIn(line, Buffer.from(root), places);

describe('a pattern of the configuration', () => {
  it.each([
    ['private', ['private']],
    ['*.bak', ['*.bak']],
    ['a/b', ['a/b']],
    ['/private', ['/private']],
    ['/build/x', ['/build/x']],
    ['private/', ['private/']],
    ['./private', ['/private']],
    ['././private//deep/./x/', ['/private/deep/x/']],
    ['~/Docs/private', ['/private']],
    ['~/Docs/private/', ['/private/']],
    ['!~/Docs/private', ['!/private']],
    ['~//Docs/./private', ['/private']],
    ['/home/me/Docs/private', ['/home/me/Docs/private', '/private']],
    ['/data/me/Docs/private/*.txt', ['/data/me/Docs/private/*.txt', '/private/*.txt']],
    ['/data/*/Docs/private', ['/data/*/Docs/private', '/private']],
    ['/data/**/private', ['/data/**/private', '**/private']],
    ['/**/private', ['/**/private', '**/private']],
    ['\\~/x', ['\\~/x']],
    ['\\#x', ['\\#x']],
    ['a ', ['a ']],
    ['a\\ ', ['a\\ ']],
    ['~$letter.docx', ['~$letter.docx']],
    ['~there/x', ['~there/x']],
    ['x[z-a]', ['x[z-a]']],
  ] as const)('%s', (line, expected) => {
    expect(meaning(line)).toEqual(expected);
  });

  it('means the same from the root of the file system', () => {
    expect(meaning('/data/x', '/')).toEqual(['/data/x', '/data/x']);
    expect(meaning('~/x', '/')).toEqual(['/data/me/x']);
  });

  it('keeps what is special in a resolved name from being a pattern', () => {
    const odd: Places = { ...places, realPath: () => '/data/me/Docs/[x]*' };
    expect(meaningIn('~/odd', Buffer.from(ROOT), odd)).toEqual(['/\\[x]\\*']);
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['!', 'empty'],
    ['# a comment', 'comment'],
    ['.', 'the folder that is indexed'],
    ['/', 'the folder that is indexed'],
    ['./', 'the folder that is indexed'],
    ['../x', '`..`'],
    ['a/../b', '`..`'],
    ['[a', 'no end'],
    ['x[/]y', 'no character'],
    ['[[:word:]]', 'no character'],
    ['a\\', 'ends in a backslash'],
    ['~user/x', 'for `~user`'],
    ['!~user/x', 'another user'],
    ['~', 'not left out as a whole'],
    ['~/', 'not left out as a whole'],
    ['~/Docs', 'the folder that is indexed'],
    ['~/Pictures', 'in none of the folders'],
    ['/home/*/Docs/private', 'in none of the folders'],
    ['/srv/data', 'in none of the folders'],
    ['/data/me', 'not left out as a whole'],
    ['$HOME/Docs/private', 'write `~/`'],
    [`!$\{HOME}`, 'write `~/`'],
  ])('can never leave anything out: "%s"', (line, why) => {
    expect(meaning(line)).toEqual({ never: expect.stringContaining(why) });
  });
});
