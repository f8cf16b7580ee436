/**
 * The expressions of match-expression, read again: full-text.ts must know of which words one consists to choose how it
 * is answered. Pure.
 */

export type Expression =
  /** In a row; of several, or with a star, the last is a beginning. */
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly isBeginning: boolean }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Expression[] };

const TOKEN = /\s*(?:"([^"]*)"( \*)?|(\(|\)|AND|OR))\s*/y;

type Token =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly isBeginning: boolean }
  | { readonly kind: 'sign'; readonly sign: string };

/** @returns undefined for one with columns, or anything else that is not words, AND, OR and brackets. */
export function readExpression(text: string): Expression | undefined {
  const tokens = toTokens(text);
  if (!tokens) return undefined;
  const { expression, end } = readAny(tokens, 0) ?? {};
  return end === tokens.length ? expression : undefined;
}

/** Without what is a beginning: what matches the whole matches this. @returns undefined when nothing else is asked for. */
export function withoutBeginnings(expression: Expression): Expression | undefined {
  if (expression.kind === 'words') return expression.isBeginning ? undefined : expression;
  const parts = expression.parts.flatMap((part) => withoutBeginnings(part) ?? []);
  if (parts.length === 0 || (expression.kind === 'any' && parts.length < expression.parts.length)) return undefined;
  return { ...expression, parts };
}

/** As readExpression reads it. */
export function expressionText(expression: Expression): string {
  if (expression.kind === 'words') return `"${expression.words.join(' ')}"${expression.isBeginning ? ' *' : ''}`;
  return `(${expression.parts.map(expressionText).join(expression.kind === 'all' ? ' AND ' : ' OR ')})`;
}

function toTokens(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [, words, star, sign] = match;
    if (words === undefined) tokens.push({ kind: 'sign', sign: sign as string });
    else tokens.push({ kind: 'words', words: words.split(' '), isBeginning: star !== undefined });
  }
  return tokens;
}

interface Read {
  readonly expression: Expression;
  readonly end: number;
}

function readAny(tokens: readonly Token[], start: number): Read | undefined {
  return readRow(tokens, start, { sign: 'OR', kind: 'any', readPart: readAll });
}

function readAll(tokens: readonly Token[], start: number): Read | undefined {
  return readRow(tokens, start, { sign: 'AND', kind: 'all', readPart: readOne });
}

interface Row {
  readonly sign: string;
  readonly kind: 'all' | 'any';
  readonly readPart: (tokens: readonly Token[], start: number) => Read | undefined;
}

function readRow(tokens: readonly Token[], start: number, { sign, kind, readPart }: Row): Read | undefined {
  const parts: Expression[] = [];
  for (let at = start; ; at++) {
    const part = readPart(tokens, at);
    if (!part) return undefined;
    parts.push(part.expression);
    at = part.end;
    if (!isSign(tokens[at], sign))
      return { expression: parts.length === 1 ? part.expression : { kind, parts }, end: at };
  }
}

function readOne(tokens: readonly Token[], start: number): Read | undefined {
  const token = tokens[start];
  if (token?.kind === 'words') return { expression: token, end: start + 1 };
  if (!isSign(token, '(')) return undefined;
  const inner = readAny(tokens, start + 1);
  return inner && isSign(tokens[inner.end], ')') ? { ...inner, end: inner.end + 1 } : undefined;
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.sign === sign;
}
