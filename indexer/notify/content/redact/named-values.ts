/**
 * `password = …` in all its spellings: INI, JSON, YAML (also its blocks), XML, code, arguments of a command. Pure. A value
 * is read once, from its separator on, so that the cost is linear.
 */
import type { Span } from './spans.js';

const WORDS = [
  'pass(?:wor[dt]|wd|phrase|code)',
  '(?<![A-Za-z])pwd(?![a-z])',
  '(?<![A-Za-z])pass(?![A-Za-z])',
  'requirepass|masterauth',
  'secret(?!ar)',
  'token(?!i[sz])',
  '(?:api|access|private|encryption|signing|account|license|session|nonce|logged_in)[_-]?key',
  '(?<![A-Za-z])auth(?![A-Za-z])',
  '(?<![A-Za-z])salt(?![a-z])',
  'credential',
  'session[_-]?id',
  'connection[_-]?string',
  'webhook[_-]?url',
  'mnemonic',
  '(?<![A-Za-z])cookie(?=:)',
] as const;
const KEYWORD = new RegExp(WORDS.join('|'), 'gi');
const KEY_REST = /[\w.-]{0,40}/y;
/** `:`, `=`, `=>`; also within text that is quoted twice, and between the arguments of a call. */
const SEPARATOR = /[\\"'`\]]{0,6}[ \t]{0,16}(?::=|=>|[:=])[ \t]{0,16}|["'`][ \t]{0,8},[ \t]{0,8}(?=["'`])/y;
/** `key="ApiKey" value="…"`, and `name: API_KEY` with `value: …` in the next line. */
const VALUE = /["']?,?\s{0,80}["']?value["']?[ \t]{0,8}[:=][ \t]{0,8}/iy;
/** `requirepass hunter2`: the rest of the line is one word. */
const ONLY_WORD = /[ \t]{1,16}(?=\S+[ \t]*(?:[\r\n]|$))/y;
/** `<password>`: the value is what follows the tag. */
const ELEMENT_END = />/y;
/** `--password hunter2`. */
const ARGUMENT = /[ \t]{1,16}(?=[^\s-])/y;
const TRIPLE_QUOTED = /("""|''')(?:(?!\1)[\s\S])*/y;
/** Up to the same quote with the same backslashes. */
const QUOTED_TWICE = /(\\{1,7}["'])(?:(?!\1)[^\n])*/y;
const QUOTED = /(["'`])(?:\\.|(?!\1)[^\\\n])*/y;
const TO_BLANK = /[^\s,;&"'<>`]+/y;
const TO_LINE_END = /[^\r\n]*[^\s]/y;
const TO_TAG = /[^<]+/y;
const YAML_BLOCK = /[|>][+-]?\d?[ \t]*\r?\n/y;
const NO_VALUE = /^(?:[[{(].?|true|false|null|none|nil|undefined|yes|no|\d{1,3}|.)[,;]?$/i;

export function namedValueSpans(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let found = next(text, from); found; found = next(text, from)) {
    const value = valueAt(text, found);
    if (value && value.end > value.start) spans.push({ ...value, kind: kindOf(found[0]) });
    from = Math.max(value?.end ?? 0, found.index + found[0].length);
  }
  return spans;
}

function next(text: string, from: number): RegExpExecArray | null {
  KEYWORD.lastIndex = from;
  return KEYWORD.exec(text);
}

function valueAt(text: string, { index, 0: word }: RegExpExecArray): Omit<Span, 'kind'> | undefined {
  const keyEnd = endOf(KEY_REST, text, index + word.length) ?? index + word.length;
  const element = endOf(ELEMENT_END, text, keyEnd);
  if (element !== undefined && isElement(text, index)) return toSpan(text, element, endOf(TO_TAG, text, element));
  const start = valueBegin(text, index, keyEnd);
  if (start === undefined) return undefined;
  const block = endOf(YAML_BLOCK, text, start);
  if (block !== undefined) return toSpan(text, block, endOfBlock(text, index, block));
  const quoted = quotedAt(text, start);
  return quoted ?? toSpan(text, start, endOf(isSetting(text, index) ? TO_LINE_END : TO_BLANK, text, start));
}

function valueBegin(text: string, index: number, keyEnd: number): number | undefined {
  const separated = endOf(VALUE, text, keyEnd) ?? endOf(SEPARATOR, text, keyEnd);
  if (separated !== undefined) return separated;
  if (isArgument(text, index)) return endOf(ARGUMENT, text, keyEnd);
  return isSetting(text, index) ? endOf(ONLY_WORD, text, keyEnd) : undefined;
}

/** @returns an empty place for a quoted value that is no secret. */
function quotedAt(text: string, start: number): Omit<Span, 'kind'> | undefined {
  for (const pattern of [TRIPLE_QUOTED, QUOTED_TWICE, QUOTED]) {
    pattern.lastIndex = start;
    const found = pattern.exec(text);
    if (found) return toSpan(text, start + (found[1]?.length ?? 0), pattern.lastIndex) ?? { start, end: start };
  }
  return undefined;
}

/** @returns undefined for what is no secret. */
function toSpan(text: string, start: number, end: number | undefined): Omit<Span, 'kind'> | undefined {
  if (end === undefined || end <= start) return undefined;
  return end - start <= 12 && NO_VALUE.test(text.slice(start, end).trim()) ? undefined : { start, end };
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Does the line begin with the key? Then the value goes to its end. */
function isSetting(text: string, index: number): boolean {
  const begin = lineBegin(text, index);
  return index - begin <= 60 && /^\s*(?:export\s+|set\s+|-\s+)?[\w.-]*$/.test(text.slice(begin, index));
}

function isElement(text: string, index: number): boolean {
  return /<[\w:.-]{0,40}$/.test(text.slice(Math.max(0, index - 41), index));
}

function isArgument(text: string, index: number): boolean {
  return /(?<![\w-])--?[\w-]{0,40}$/.test(text.slice(Math.max(0, index - 42), index));
}

/** The lines that are further in than the one of the key. */
function endOfBlock(text: string, index: number, blockBegin: number): number {
  const indent = indentAt(text, lineBegin(text, index));
  let end = blockBegin;
  while (end < text.length) {
    const newline = text.indexOf('\n', end);
    const lineEnd = newline < 0 ? text.length : newline;
    const isBlank = text.slice(end, lineEnd).trim() === '';
    if (!isBlank && indentAt(text, end) <= indent) break;
    end = Math.min(lineEnd + 1, text.length);
  }
  return text[end - 1] === '\n' ? end - 1 : end;
}

function indentAt(text: string, begin: number): number {
  return (endOf(/[ \t]*/y, text, begin) ?? begin) - begin;
}

/** Looks back over no more than what a key may have before it. */
function lineBegin(text: string, index: number): number {
  const from = Math.max(0, index - 200);
  const newline = text.slice(from, index).lastIndexOf('\n');
  return newline < 0 ? from : from + newline + 1;
}

function kindOf(word: string): string {
  const name = word.toLowerCase().replace(/[^a-z]/g, '');
  return /pass|pwd/.test(name) ? 'password' : name.replace(/key$/, '-key');
}
