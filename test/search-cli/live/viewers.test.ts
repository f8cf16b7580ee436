import { expect, it } from 'vitest';
import { openAction } from '../../../search-cli/live/act.js';
import { commandAt, lineArgument } from '../../../search-cli/live/viewers.js';

const PATH = Buffer.from('/-a/b c.pdf');
const URL = 'file:///-a/b%20c.pdf';

it.each([
  ['org.gnome.Papers', 'papers', ['--page-index=12', URL]],
  ['okularApplication_pdf', 'okular', ['--page', '12', URL]],
  ['org.pwmt.zathura', 'zathura', ['--page=12', URL]],
  ['mupdf', 'mupdf', [PATH.toString(), '12']],
  ['firefox', 'firefox', [`${URL}#page=12`]],
])('opens a document at its page: %s', (entry, program, args) => {
  expect(commandAt(`${entry}.desktop`, PATH, { page: 12, line: 3 })).toEqual({ program, args });
});

it.each([
  ['org.gnome.gedit', 'gedit', ['+7', URL]],
  ['org.kde.kate', 'kate', ['--line', '7', URL]],
  ['code', 'code', ['--goto', `${PATH}:7`]],
])('opens a text at its line: %s', (entry, program, args) => {
  expect(commandAt(`${entry}.desktop`, PATH, { line: 7 })).toEqual({ program, args });
});

it('leaves the rest to the desktop', () => {
  expect(commandAt('org.example.Viewer.desktop', PATH, { page: 2 })).toBeUndefined();
  expect(commandAt('org.kde.kate.desktop', PATH, { page: 2 })).toBeUndefined();
  expect(commandAt('constructor.desktop', PATH, { page: 2 })).toBeUndefined();
  // The path would have to be an argument, and is not UTF-8.
  expect(commandAt('mupdf.desktop', Buffer.from('/\xff', 'latin1'), { page: 2 })).toBeUndefined();
  expect(
    openAction({ path: PATH, type: 'application/pdf', page: 2 }, { DISPLAY: ':0' }, 'evince.desktop'),
  ).toMatchObject({ commands: [{ program: 'evince' }, { program: 'xdg-open', args: [URL] }] });
});

it('knows which editors take a line', () => {
  expect(
    ['vim', '/usr/bin/nano -w', 'emacsclient -t', 'code -w', 'ed'].map((editor) => lineArgument(editor, 7)),
  ).toEqual([['+7'], ['+7'], ['+7'], [], []]);
  expect([lineArgument('vi', 1), lineArgument('vi', undefined)]).toEqual([[], []]);
});
