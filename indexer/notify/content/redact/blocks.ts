/**
 * Secrets of many lines: PEM blocks, also when one of their ends is cut off, and base64. Pure, one pass over the lines.
 */
import type { Span } from './spans.js';

const PEM_EDGE = /-----(BEGIN|END) ([A-Z0-9 ]{1,40})-----/g;
/** What is meant to be published. Its base64 has tags all the same. */
const PUBLIC = /PUBLIC KEY|CERTIFICATE|SIGNATURE|SIGNED MESSAGE|X509 CRL|PARAMETERS|PKCS7|CMS/;
const BASE64_LINE = /^[ \t]{0,40}["']?([A-Za-z0-9+/_-]{60,}={0,2})(?:\\n)?["']?[,;]?[ \t\r]*$/;
const BASE64_TAIL = /^[ \t]{0,40}["']?[A-Za-z0-9+/_-]{1,100}={0,2}(?:\\n)?["']?[,;]?[ \t\r]*$/;
/** `-----BEGIN ` in base64, as Kubernetes has it. */
const PACKED_PEM = /LS0tLS1CRUdJTi[A-Za-z0-9+/=]*/g;
/** Of a line of base64 that stands before an end without a beginning. */
const MAX_LINE = 160;
/** Of random base64 it is a 64th; more of it, and the line is a path. */
const MAX_SLASH_SHARE = 1 / 12;

/** From a beginning to its end; without one, to the end of the text. What stands before an end without a beginning, too. */
export function pemSpans(text: string): Span[] {
  const spans: Span[] = [];
  let open: number | undefined;
  for (const found of text.matchAll(PEM_EDGE)) {
    if (PUBLIC.test(found[2] ?? '')) continue;
    const end = found.index + found[0].length;
    if (found[1] === 'BEGIN') open ??= found.index;
    else spans.push({ start: open ?? beginOfBase64(text, found.index), end, kind: 'private-key' });
    if (found[1] === 'END') open = undefined;
  }
  if (open !== undefined) spans.push({ start: open, end: text.length, kind: 'private-key' });
  return [...spans, ...[...text.matchAll(PACKED_PEM)].map(toPacked)];
}

function toPacked(found: RegExpExecArray): Span {
  return { start: found.index, end: found.index + found[0].length, kind: 'private-key' };
}

/** Goes back line by line. An edge of a block is no base64, so no line is looked at twice. */
function beginOfBase64(text: string, place: number): number {
  let begin = place;
  while (begin > 0 && text[begin - 1] === '\n') {
    const from = Math.max(0, begin - 1 - MAX_LINE);
    const before = text.slice(from, begin - 1);
    const newline = before.lastIndexOf('\n');
    if ((newline < 0 && from > 0) || !BASE64_TAIL.test(before.slice(newline + 1))) break;
    begin = from + newline + 1;
  }
  return begin;
}

/** Lines of at least 60 characters of base64 with the shorter one that ends them. */
export function base64Spans(text: string): Span[] {
  const spans: Span[] = [];
  let open: number | undefined;
  let start = 0;
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    const isIn = isBase64(line);
    if (isIn) open ??= start;
    else if (open !== undefined) {
      spans.push({ start: open, end: BASE64_TAIL.test(line) ? end : start - 1, kind: 'base64' });
      open = undefined;
    }
    start = end + 1;
  }
  return open === undefined ? spans : [...spans, { start: open, end: text.length, kind: 'base64' }];
}

/** Not a path, a ruler, a checksum. */
function isBase64(line: string): boolean {
  if (line.length < 60) return false;
  const [, body = ''] = BASE64_LINE.exec(line) ?? [];
  if (!/[a-z]/.test(body) || !/[A-Z]/.test(body) || !/\d/.test(body)) return false;
  return body.split('/').length - 1 <= body.length * MAX_SLASH_SHARE;
}
