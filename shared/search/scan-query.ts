/**
 * Cuts a query into its tokens: words with their field, parentheses, operators. Used by parse-query only. A text of any
 * length takes the time of its length.
 */
import { FIELD_NAMES } from './fields.js';

/** In UTF-16 units of the query, [at, end). */
interface Place {
  readonly at: number;
  readonly end: number;
}

export interface Value extends Place {
  /** Without quotes. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** Of `"a b"~5`: at most so many words between. */
  readonly near?: number;
}

export interface Item extends Place {
  readonly kind: 'item';
  readonly source: string;
  readonly isExcluded: boolean;
  /** Lower case; '' when there is none. */
  readonly field: string;
  /** Alternatives; at least one. */
  readonly values: readonly Value[];
}

/** A word of the language, or a sign that stands for one: a sign that has nothing to join is no more than a sign. */
export interface Operator extends Place {
  readonly kind: 'OR' | 'AND' | 'NOT' | 'NEAR';
  readonly source: string;
  readonly isSign: boolean;
  /** Of NEAR. */
  readonly words: number;
}

export interface Parenthesis extends Place {
  readonly kind: 'open' | 'close';
  /** Of `ext:(pdf OR docx)`; '' when there is none. */
  readonly field: string;
}

export type Token = Item | Operator | Parenthesis;

/** Words between, when NEAR says no number. */
const NEAR_WORDS = 10;
const MAX_NEAR_WORDS = 1000;

const BLANKS = /\s*/y;
const WORD_OPERATOR = /(?:(OR|AND|NOT)(?=[\s()]|$)|(NEAR)(?:\/(\d{1,4}))?(?=[\s)]|$))/y;
const SIGN_OPERATOR = /\|+|&&?(?=\s|$)/y;
/** A minus excludes, two are part of the word: `rsync --delete` looks for an option of rsync. */
const MINUS = /-(?=[^\s-])/y;
const FIELD = new RegExp(`(${FIELD_NAMES}):(?=[^\\s)])`, 'iy');
const QUOTED = /(?:"([^"]*)"?|[“„]([^"“”]*)["”“]?)(\*+|~(\d{1,4})(?![^\s)]))?/y;
const QUOTE = /["“„]/;
const BAR = /\|\|?(?=[^\s|)])/y;

export function scanQuery(query: string): Token[] {
  const text = query.replace(/[\0-\x1f\x7f]/g, ' ');
  const tokens: Token[] = [];
  for (let at = match(BLANKS, text, 0)?.end ?? 0; at < text.length; ) {
    const token = operatorAt(text, at) ?? parenthesisAt(text, at) ?? itemAt(text, at);
    tokens.push(...(Array.isArray(token) ? token : [token]));
    at = match(BLANKS, text, (tokens.at(-1) as Token).end)?.end ?? text.length;
  }
  return tokens;
}

function match(pattern: RegExp, text: string, at: number) {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found ? { groups: found, end: pattern.lastIndex } : undefined;
}

function operatorAt(text: string, at: number): Operator | undefined {
  const word = match(WORD_OPERATOR, text, at);
  if (word) {
    const [source, name, near, words] = word.groups;
    return toOperator((near ?? name) as Operator['kind'], { at, end: word.end, source, isSign: false }, words);
  }
  const sign = match(SIGN_OPERATOR, text, at);
  if (!sign) return undefined;
  const [source] = sign.groups;
  return toOperator(source.startsWith('|') ? 'OR' : 'AND', { at, end: sign.end, source, isSign: true });
}

function toOperator(
  kind: Operator['kind'],
  where: Pick<Operator, 'at' | 'end' | 'source' | 'isSign'>,
  words = String(NEAR_WORDS),
): Operator {
  return { kind, ...where, words: Math.min(Number(words), MAX_NEAR_WORDS) };
}

/** `(`, `-(` and `ext:(`; a closing one may stand behind a word, too. */
function parenthesisAt(text: string, at: number): Token | Token[] | undefined {
  if (text[at] === ')') return { kind: 'close', at, end: at + 1, field: '' };
  const start = match(MINUS, text, at)?.end ?? at;
  const field = match(FIELD, text, start);
  const open = field?.end ?? start;
  if (text[open] !== '(') return undefined;
  const parenthesis: Parenthesis = {
    kind: 'open',
    at: open,
    end: open + 1,
    field: field?.groups[1]?.toLowerCase() ?? '',
  };
  if (start === at) return parenthesis;
  return [toOperator('NOT', { at, end: start, source: '-', isSign: true }), parenthesis];
}

function itemAt(text: string, at: number): Item {
  const minus = match(MINUS, text, at);
  const field = match(FIELD, text, minus?.end ?? at);
  const values = valuesAt(text, field?.end ?? minus?.end ?? at);
  const { end } = values.at(-1) as Value;
  return {
    kind: 'item',
    at,
    end,
    source: text.slice(at, end),
    isExcluded: minus !== undefined,
    field: field?.groups[1]?.toLowerCase() ?? '',
    values,
  };
}

function valuesAt(text: string, from: number): Value[] {
  const values = [valueAt(text, from)];
  for (let bar = match(BAR, text, (values[0] as Value).end); bar; ) {
    const value = valueAt(text, bar.end);
    values.push(value);
    bar = match(BAR, text, value.end);
  }
  return values;
}

function valueAt(text: string, at: number): Value {
  const quoted = QUOTE.test(text[at] as string) ? match(QUOTED, text, at) : undefined;
  if (!quoted) return plainAt(text, at);
  const [, straight, curved = '', behind = '', near] = quoted.groups;
  const star = behind.startsWith('*') ? '*' : '';
  const value = { at, end: quoted.end, text: (straight ?? curved) + star, isQuoted: true };
  return near === undefined ? value : { ...value, near: Math.min(Number(near), MAX_NEAR_WORDS) };
}

/** Up to a blank, a bar, or a parenthesis that was not opened in it: `f(x)` is one word. At least one character. */
function plainAt(text: string, at: number): Value {
  let open = 0;
  let end = at;
  for (; end < text.length && !/\s/.test(text[end] as string); end++) {
    const sign = text[end];
    if (end > at && (sign === '|' || (sign === ')' && open === 0))) break;
    if (sign === '(') open++;
    if (sign === ')') open--;
  }
  return { at, end, text: text.slice(at, end), isQuoted: false };
}
