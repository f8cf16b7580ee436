/**
 * Which programs of the desktop open a document at a page, or a text at a line, and how. Pure; by the name of the
 * desktop entry. A file goes to them as a URL or an absolute path: no name becomes an option.
 */
import { isUtf8Path } from '../../shared/path-text.js';
import { fileUrl } from '../print/file-url.js';
import type { Command } from './act.js';

/** Where in the file a hit is, from 1 on; undefined: not known. */
export interface Place {
  readonly page?: number | undefined;
  readonly line?: number | undefined;
}

type ToArgs = (url: string, at: number, path: string) => readonly string[];

interface Viewer {
  readonly program: string;
  /** Names of its desktop entries, without their ending. */
  readonly entries: readonly string[];
  readonly args: ToArgs;
  /** It is given the path, which therefore has to be UTF-8. */
  readonly takesPath?: true;
}

const pageIndex: ToArgs = (url, page) => [`--page-index=${page}`, url];
const fragment: ToArgs = (url, page) => [`${url}#page=${page}`];

const OF_PAGES: readonly Viewer[] = [
  { program: 'evince', entries: ['org.gnome.Evince', 'evince'], args: pageIndex },
  { program: 'papers', entries: ['org.gnome.Papers'], args: pageIndex },
  { program: 'atril', entries: ['atril'], args: pageIndex },
  { program: 'xreader', entries: ['xreader'], args: pageIndex },
  {
    program: 'okular',
    entries: ['org.kde.okular', 'okularApplication_pdf'],
    args: (url, page) => ['--page', String(page), url],
  },
  {
    program: 'zathura',
    entries: ['org.pwmt.zathura', 'org.pwmt.zathura-pdf-poppler', 'org.pwmt.zathura-pdf-mupdf'],
    args: (url, page) => [`--page=${page}`, url],
  },
  { program: 'mupdf', entries: ['mupdf'], args: (_, page, path) => [path, String(page)], takesPath: true },
  { program: 'firefox', entries: ['firefox', 'org.mozilla.firefox'], args: fragment },
  { program: 'firefox-esr', entries: ['firefox-esr'], args: fragment },
  { program: 'chromium', entries: ['chromium', 'org.chromium.Chromium'], args: fragment },
  { program: 'chromium-browser', entries: ['chromium-browser'], args: fragment },
  { program: 'google-chrome', entries: ['google-chrome'], args: fragment },
  { program: 'brave-browser', entries: ['brave-browser'], args: fragment },
  { program: 'microsoft-edge', entries: ['microsoft-edge'], args: fragment },
];

const plus: ToArgs = (url, line) => [`+${line}`, url];
const option: ToArgs = (url, line) => ['--line', String(line), url];
const goTo: ToArgs = (_, line, path) => ['--goto', `${path}:${line}`];

const OF_LINES: readonly Viewer[] = [
  { program: 'gedit', entries: ['org.gnome.gedit', 'gedit'], args: plus },
  { program: 'xed', entries: ['org.x.editor', 'xed'], args: plus },
  { program: 'pluma', entries: ['pluma'], args: plus },
  { program: 'kate', entries: ['org.kde.kate'], args: option },
  { program: 'kwrite', entries: ['org.kde.kwrite'], args: option },
  { program: 'mousepad', entries: ['org.xfce.mousepad', 'mousepad'], args: option },
  { program: 'code', entries: ['code'], args: goTo, takesPath: true },
  { program: 'codium', entries: ['codium'], args: goTo, takesPath: true },
];

/** Editors for a terminal that go to a line by `+12`. */
const WITH_PLUS = /^(?:ex|vi|vim|nvim|view|nano|pico|emacs|emacsclient|less|most|joe|jed|mcedit|micro|kak|ne|mg)$/;

/**
 * What opens the file there.
 * @param entry  the desktop entry of the program that opens such files, such as `org.gnome.Evince.desktop`.
 * @returns undefined: nothing but the whole file can be opened.
 */
export function commandAt(entry: string, path: Buffer, { page, line }: Place): Command | undefined {
  const [viewers, at] = page === undefined ? [OF_LINES, line] : [OF_PAGES, page];
  const name = entry.replace(/\.desktop$/, '');
  const viewer = viewers.find(({ entries }) => entries.includes(name));
  if (!viewer || at === undefined || (viewer.takesPath && !isUtf8Path(path))) return undefined;
  return { program: viewer.program, args: viewer.args(fileUrl(path), at, path.toString()) };
}

/** `+12`, where the editor takes that. @param editor  as `$EDITOR` has it: with arguments. */
export function lineArgument(editor: string, line: number | undefined): readonly string[] {
  const [program = ''] = editor.trim().split(/\s+/);
  const name = program.replace(/^.*\//, '');
  return line !== undefined && line > 1 && WITH_PLUS.test(name) ? [`+${line}`] : [];
}
