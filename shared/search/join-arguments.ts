/**
 * Arguments of a command line → the text of one query. A shell takes away the quotes that were meant for the query:
 * `in:"weird dir"`, `-"wait queue"` and `name:"annual report"` arrive as one argument with a blank in it. Here they
 * come back. Pure but for `isFolder`.
 *
 *   in:~/weird dir letter   →  in:"~/weird dir" letter     the longest beginning that is a folder
 *   budget, -wait queue     →  budget -"wait queue"        beside other arguments, one argument is one condition
 */
import { FIELD_NAMES, FOLDER_FIELD_NAMES } from './fields.js';
import { type ParseContext, tryFolder } from './parse-filter.js';

/** A longer text was pasted: no shell has taken quotes out of it. */
const MAX_CHARACTERS = 1000;

export interface ArgumentContext extends ParseContext {
  /** Is there a folder of this name, on the disk or in the index? */
  readonly isFolder: (path: Uint8Array) => boolean;
}

const CONDITION = new RegExp(`^(-(?=[^\\s-]))?((?:${FIELD_NAMES}):(?=\\S))?([^"]+)$`, 'i');
/** What ends a condition: another one. */
const FURTHER_SYNTAX = new RegExp(
  `^\\(|\\s(?:-(?=[^\\s-])|(?:${FIELD_NAMES}):\\S|(?:OR|AND|NOT|NEAR(?:/\\d+)?|\\|+)(?!\\S))`,
  'i',
);
const FOLDER = new RegExp(`(?<=^|\\s)(-?(?:${FOLDER_FIELD_NAMES}):)(?=[^\\s"])`, 'gi');
/** A folder's name in which blanks are escaped, or parts quoted. */
const ESCAPED = /^(?:\\\s|"[^"]*"|[^\s"])+(?=\s|$)/;

export function joinArguments(words: readonly string[], context: ArgumentContext): string {
  const isAlone = words.length === 1;
  if (words.reduce((sum, { length }) => sum + length, 0) > MAX_CHARACTERS) return words.join(' ');
  return words
    .map((word) => {
      const text = withQuotedFolders(word, context);
      return isAlone || text !== word ? text : asOneCondition(word);
    })
    .join(' ');
}

function asOneCondition(word: string): string {
  const [, minus = '', field = '', value = ''] = CONDITION.exec(word) ?? [];
  const isOne = minus + field !== '' && /\s/.test(value) && !FURTHER_SYNTAX.test(value);
  return isOne ? `${minus}${field}"${value}"` : word;
}

function withQuotedFolders(text: string, context: ArgumentContext): string {
  let result = '';
  let done = 0;
  for (const { index, 0: head } of text.matchAll(FOLDER)) {
    const from = index + head.length;
    const isQuoted = text.slice(0, index).split('"').length % 2 === 0;
    const found = index < done || isQuoted ? undefined : folderAt(text.slice(from), context);
    if (!found) continue;
    result += `${text.slice(done, from)}"${found.name}"`;
    done = from + found.length;
  }
  return result + text.slice(done);
}

/** The folder's name that the text begins with, and its length there; undefined when it holds no blank. */
function folderAt(text: string, context: ArgumentContext): { name: string; length: number } | undefined {
  const [escaped = ''] = ESCAPED.exec(text) ?? [];
  const name = escaped.replace(/\\(?=\s)|"/g, '');
  if (name !== escaped) return { name, length: escaped.length };
  const ends = Array.from(text.matchAll(/(?<=\S)(?=\s|$)/g), ({ index }) => index).slice(1);
  const length = ends.reverse().find((end) => isFolder(text.slice(0, end), context));
  return length === undefined ? undefined : { name: text.slice(0, length), length };
}

function isFolder(name: string, context: ArgumentContext): boolean {
  const folder = name.includes('"') ? undefined : tryFolder(name, context);
  return folder !== undefined && context.isFolder(folder.path);
}
