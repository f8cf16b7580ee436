/** Where secrets stand in a text, and the text with tags in their place. Pure. */

export interface Span {
  /** UTF-16 units, [start, end). */
  readonly start: number;
  readonly end: number;
  /** What it is, for people: `password`, `card`. Letters, digits and `-`. */
  readonly kind: string;
}

/** What stands in the place of a secret. */
const TAG = /‹secret:[a-z0-9-]{1,40}:[0-9a-f]{4}›/g;

/** The same text, unit for unit, for whoever looks for secrets: a tag is one word that says nothing. */
export function maskTags(text: string): string {
  return text.includes('‹secret:') ? text.replace(TAG, (tag) => '\u0002'.repeat(tag.length)) : text;
}

/** Secrets that overlap are one, named after the one that begins first. What has a tag already is left alone. */
export function mergeSpans(text: string, spans: readonly Span[]): Span[] {
  const tags = [...text.matchAll(TAG)].map((found) => ({ start: found.index, end: found.index + found[0].length }));
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  return merge(sorted).flatMap((span) => outside(span, tags).filter(({ start, end }) => isMore(text, start, end)));
}

/** @param tag  what to write instead of a secret. */
export function replaceSpans(text: string, spans: readonly Span[], tag: (kind: string, secret: string) => string) {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, kind } of spans) {
    parts.push(text.slice(at, start), tag(kind, text.slice(start, end)));
    at = end;
  }
  return parts.join('') + text.slice(at);
}

function merge(sorted: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && span.start < last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}

/** The parts of a span between tags; both in their order. */
function outside(span: Span, tags: readonly { readonly start: number; readonly end: number }[]): Span[] {
  const parts: Span[] = [];
  let start = span.start;
  for (let at = firstAfter(tags, span.start); at < tags.length; at++) {
    const tag = tags[at] as { readonly start: number; readonly end: number };
    if (tag.start >= span.end) break;
    if (tag.start > start) parts.push({ ...span, start, end: tag.start });
    start = Math.max(start, tag.end);
  }
  if (start < span.end) parts.push({ ...span, start });
  return parts;
}

/** The first tag that ends behind this place. */
function firstAfter(tags: readonly { readonly end: number }[], place: number): number {
  let low = 0;
  let high = tags.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tags[middle]?.end ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Is there anything to hide between two tags? */
function isMore(text: string, start: number, end: number): boolean {
  return /[^\s"'`,;:=]/.test(text.slice(start, end));
}
