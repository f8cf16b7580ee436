/**
 * Manual pages (roff with the man or mdoc macros): what the reader sees, without macros, escapes and definitions.
 * The title is the line of the NAME section, `ls - list directory contents`, else `LS(1)` of the .TH or .Dt line.
 * Line by line, one regular expression each; a macro that is not known keeps its arguments, so no text is lost.
 */

import type { TextExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { mdocText } from './mdoc.js';
import { unescapeRoff } from './roff-escapes.js';
import { SourceWords } from './source-words.js';

export const manExtractor = {
  id: 'man',
  version: 2,
  takes: 'text',
  matches: {
    extensions: ['man', 'roff', 'troff', 'mdoc'],
    head: /^\s*(?:\.\\"|'\\"|\.(?:TH|Dd|SH|Sh|so|de|ig|nr|ds|if|ie|mso)[ \t\n])/,
  },
  type: 'text/troff',
  extract: (file) => {
    const source = file.bytes.toString('utf8');
    return { ...new ManPage().read(source), markup: wordsOf(file.bytes) };
  },
} satisfies TextExtractor;

/**
 * Macros of the man package without text of their own. Requests of roff itself are in lower case and never have any.
 */
const NO_TEXT = new Set(
  'TP TQ PP P LP HP RS RE EQ EN PD DT UE ME AT UC EX EE YS Sp Vb Ve IX Bl El Bd Ed Pp Lp Os Dd Bk Ek Rs Re Sm Xo Xc Ap LINKSTYLE'.split(
    ' ',
  ),
);
/** `.BR ls (1)`: the arguments change the font, they do not end the word. */
const JOINED = new Set('BR RB BI IB IR RI SB'.split(' '));
const CONTROL = /^[.'][ \t]*([^\s\\"(]{1,30})?(.*)$/;
const ARGUMENT = /"((?:[^"]|"")*)"?|((?:[^\s"\\]|\\.?)(?:[^\s\\]|\\.?)*)/g;

class ManPage {
  readonly #lines: string[] = [];
  /** End mark of a block that is skipped: `..` after `.de NAME`. */
  #skipTo = '';
  #isTable = false;
  #isTableFormat = false;
  #section = 0;
  /** The first line of the first section, in man(7), or name and description of mdoc(7). */
  #nameLine: string[] = [];
  #pageTitle = '';
  #mdocName = '';

  read(source: string): { title: string; text: Buffer } {
    for (const line of source.split(/\r\n|\n|\r/)) this.#readLine(line);
    const name = cleanTitle(this.#nameLine.join(' '));
    return {
      title: /^.{1,120}? [-–—]{1,2} /.test(name) ? name : this.#pageTitle,
      text: Buffer.from(this.#lines.join('\n')),
    };
  }

  #readLine(line: string): void {
    if (this.#skipTo !== '') this.#skipLine(line);
    else if (line.startsWith('.') || line.startsWith("'")) this.#readControl(line);
    else if (this.#isTableFormat) this.#isTableFormat = !/\.\s*$/.test(line);
    else this.#addText(unescapeRoff(this.#isTable ? line.replace(/^T\}|T\{$/g, '') : line));
  }

  #skipLine(line: string): void {
    if (line.replace(/\s+/g, '') === this.#skipTo) this.#skipTo = '';
  }

  #readControl(line: string): void {
    const [, macro = '', rest = ''] = CONTROL.exec(line) ?? [];
    if (/^[a-z]/.test(macro)) this.#readRequest(macro, rest);
    else if (macro === 'TS' || macro === 'TE') this.#isTable = this.#isTableFormat = macro === 'TS';
    else if (macro === 'TH' || macro === 'Dt') this.#readPageTitle(rest);
    else if (macro === 'SH' || macro === 'Sh') this.#startSection(rest);
    else if (!NO_TEXT.has(macro) && macro !== '') this.#addText(this.#macroText(macro, rest));
  }

  /** Of roff's own requests only those matter that hide lines, and conditions that hold on a terminal. */
  #readRequest(request: string, rest: string): void {
    const [, line] = (/^i[ef]$/.test(request) && /^[ \t]+n[ \t]+([^\\].*)/.exec(rest)) || [];
    if (line !== undefined) this.#readLine(line);
    if (/^(?:de1?|dei1?|am1?|ami1?|ig)$/.test(request)) {
      const end = request === 'ig' ? rest.trim() : (rest.trim().split(/\s+/)[1] ?? '');
      this.#skipTo = `.${end === '' ? '.' : end}`;
    }
  }

  #readPageTitle(rest: string): void {
    const args = argumentsOf(rest);
    const [name = '', section = ''] = args;
    this.#pageTitle = cleanTitle(section === '' ? name : `${name}(${section})`);
    this.#addText(args.join(' '));
  }

  #startSection(rest: string): void {
    this.#section++;
    this.#lines.push(argumentsOf(rest).join(' '));
  }

  #macroText(macro: string, rest: string): string {
    const args = argumentsOf(rest);
    if (/^[A-Z][a-z]$/.test(macro)) return this.#mdocLine(macro, args);
    if (macro === 'IP') return args[0] ?? '';
    return args.join(JOINED.has(macro) ? '' : ' ');
  }

  #mdocLine(macro: string, args: readonly string[]): string {
    if (macro === 'Nm' && this.#mdocName === '') this.#mdocName = args[0] ?? '';
    const text = mdocText(macro, args, this.#mdocName);
    return macro === 'Nd' ? `- ${text}` : text;
  }

  #addText(text: string): void {
    if (text.trim() === '') return;
    this.#lines.push(text);
    if (this.#section === 1 && this.#nameLine.length < 5) this.#nameLine.push(text);
  }
}

/** `"a b" c\ d` → ['a b', 'c d'], escapes resolved. */
function argumentsOf(rest: string): string[] {
  const args: string[] = [];
  for (const [, quoted, word] of rest.matchAll(ARGUMENT)) {
    const text = quoted?.replaceAll('""', '"') ?? word ?? '';
    if (text.startsWith('\\"')) break;
    args.push(unescapeRoff(text));
  }
  return args;
}

/** Of the whole source: what stands in comments and definitions is in no text. */
function wordsOf(source: Buffer): Buffer {
  const words = new SourceWords();
  words.add(source.toString('latin1'));
  return words.bytes();
}
