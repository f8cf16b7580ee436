/**
 * TeX and LaTeX: the text without commands and without the preamble; what they name stands beside it. Title and author
 * are those that the document gives itself, else its first heading. Formulas stay as they are written.
 */
import type { TextExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { told } from '../told.js';
import { listed } from './office/properties.js';
import { SourceWords } from './source-words.js';

/** Commands whose arguments are no text. */
const NO_TEXT =
  /\\(?:documentclass|documentstyle|usepackage|RequirePackage|label|(?:page|eq|auto|c|C|name)?ref|[cC]ite\w{0,12}|nocite|includegraphics|input|include|bibliography(?:style)?|begin|end|(?:re)?newcommand|providecommand|newenvironment|setlength|addtolength|(?:v|h)space|pagestyle|thispagestyle|pagenumbering|setcounter|addtocounter|definecolor|hypersetup|graphicspath|DeclareMathOperator|newtheorem|geometry|color|textcolor|hypertarget|url)\*?(?:\s*\[[^\][]*\])*(?:\s*\{[^{}]*\})?/g;
const COMMENT = /(^|[^\\])((?:\\\\)*)%[^\n]*/gm;
const ACCENT =
  /\\(?:(['`^"~=.])\s{0,9}(?:\{\\?([a-zA-Z])\}|\\([ij])\b|([a-zA-Z]))|([uvHck])(?:\s{0,9}\{\\?([a-zA-Z])\}|\s{1,9}([a-zA-Z])\b))/g;
const COMMAND = /\\(?:[a-zA-Z@]+\*?(?:\[[^\][\n]*\])?[ \t]*|[()[\]])/g;
const COMBINING: Readonly<Record<string, string>> = {
  "'": '\u0301',
  '`': '\u0300',
  '^': '\u0302',
  '"': '\u0308',
  '~': '\u0303',
  '=': '\u0304',
  '.': '\u0307',
  u: '\u0306',
  v: '\u030c',
  H: '\u030b',
  c: '\u0327',
  k: '\u0328',
};
const LETTERS: Readonly<Record<string, string>> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  o: 'ø',
  O: 'Ø',
  aa: 'å',
  AA: 'Å',
  l: 'ł',
  L: 'Ł',
  i: 'i',
  j: 'j',
};
const LETTER = /\\(ss|ae|AE|oe|OE|aa|AA|[oOlLij])(?![a-zA-Z])[ \t]?(?:\{\})?/g;

/** What is set up before the text begins. */
const PREAMBLE = /\\document(?:class|style)\b/;
const TEXT_BEGIN = '\\begin{document}';
/** What of the preamble is shown in the text. */
const SHOWN = ['title', 'author', 'date'];

export const latexExtractor = {
  id: 'latex',
  version: 1,
  takes: 'text',
  matches: { extensions: ['tex', 'ltx', 'latex'], head: /^(?:\s*%[^\n]*\n)*\s*\\document(?:class|style)\b/ },
  type: 'text/x-tex',
  extract({ bytes }) {
    const source = bytes.toString().replace(/\r\n?/g, '\n').replace(COMMENT, '$1$2');
    const words = new SourceWords();
    words.add(bytes.toString('latin1'));
    const title = argumentOf(source, 'title') ?? argumentOf(source, '(?:chapter|section)\\*?') ?? '';
    const author = plain(argumentOf(source, 'author') ?? '');
    return {
      title: cleanTitle(plain(title)),
      text: Buffer.from(tidy(plain(shownOf(source)))),
      markup: words.bytes(),
      properties: told('author', listed(author, /\n|,| and /)),
    };
  },
} satisfies TextExtractor;

function shownOf(source: string): string {
  const begin = source.indexOf(TEXT_BEGIN);
  const preamble = source.slice(0, Math.max(begin, 0));
  if (!PREAMBLE.test(preamble)) return source;
  const shown = SHOWN.flatMap((command) => argumentOf(preamble, command) ?? []);
  return [...shown, source.slice(begin + TEXT_BEGIN.length)].join('\n');
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .filter((line, at) => line !== '' || lines[at - 1] !== '')
    .join('\n')
    .trim();
}

/** Of the first such command: `\title[short]{A {\em long} one}` → 'A {\em long} one'. */
function argumentOf(source: string, command: string): string | undefined {
  const begin = new RegExp(`\\\\${command}\\s*(?:\\[[^\\]\\[]{0,500}\\])?\\s*\\{`).exec(source);
  if (begin === null) return undefined;
  const from = begin.index + begin[0].length;
  let depth = 1;
  for (let at = from; at < Math.min(source.length, from + 2000); at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '{') depth++;
    else if (source[at] === '}' && --depth === 0) return source.slice(from, at).replaceAll('\\and', '\n');
  }
  return undefined;
}

function plain(source: string): string {
  return source
    .replace(ACCENT, (_, ...found: readonly (string | undefined)[]) => accented(found.slice(0, 7)))
    .replace(LETTER, (_, name: string) => LETTERS[name] ?? name)
    .replace(NO_TEXT, ' ')
    .replace(/\\\\(?:\[[^\]\n]{0,20}\])?/g, '\n')
    .replace(/\\([%&#_{}$])/g, '$1')
    .replace(COMMAND, (command) => (/[ \t]$/.test(command) ? ' ' : ''))
    .replace(/[{}]/g, '')
    .replace(/---/g, '—')
    .replace(/--/g, '–')
    .replace(/``|''/g, '"')
    .replace(/~|\\[ ,;:!/-]/g, (mark) => (mark === '\\-' || mark === '\\/' ? '' : ' '));
}

/** @param found  the accent is the first that is there, its letter the second. */
function accented(found: readonly (string | undefined)[]): string {
  const [accent = '', letter = ''] = found.filter((one) => one !== undefined);
  return `${letter}${COMBINING[accent] ?? ''}`.normalize('NFC');
}
