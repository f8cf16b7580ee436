/**
 * What the user typed → Query. Used by search(); pure.
 *
 *   kernel "wait queue" -driver sched* name:mutex in:~/src type:code size:>10k modified:2w red OR blue
 *
 * Whatever is not understood is searched as words, so any text may be pasted. Only what cannot have an answer is
 * refused.
 */
import { FindTextError } from '../errors.js';
import { hasWord } from '../words/words.js';
import { FIELDS, isFieldName, type SpanField } from './fields.js';
import { type ParseContext, tryFilter } from './parse-filter.js';
import { readPasted } from './pasted/recognise.js';
import type { Condition, Filter, Group, Misread, Query, Term } from './query.js';
import { scanQuery, type Token } from './scan-query.js';

export const MAX_CHARACTERS = 1000;
export const MAX_TERMS = 32;

type Item =
  | {
      readonly kind: 'term';
      readonly at: number;
      readonly term: Term;
      readonly isExcluded: boolean;
      readonly misread?: Misread;
    }
  | { readonly kind: 'filter'; readonly at: number; readonly filter: Filter }
  | { readonly kind: 'operator'; readonly at: number; readonly name: string };

/** `-O2` alone, or `-Wall -O2`: these are options of a program, and no words that are not wanted. */
function wantOptions(items: readonly Item[]): readonly Item[] {
  const areOptions = items.every((item) => item.kind === 'term' && item.isExcluded && OPTION.test(item.term.text));
  if (!areOptions) return items;
  return items.map((item) =>
    item.kind === 'term' ? { ...item, term: { ...item.term, text: `-${item.term.text}` }, isExcluded: false } : item,
  );
}

const OPTION = /^(?:[A-Z]|[A-Za-z]+-?\d)/;

/** @throws FindTextError FT_QUERY_SYNTAX, with the position and a hint, for what cannot have an answer. */
export function parseQuery(text: string, context: ParseContext): Query {
  return readPasted(text, context, () => parse(text, context));
}

function parse(text: string, context: ParseContext): Query {
  if (text.length > MAX_CHARACTERS) {
    const why = `it has ${text.length} characters, at most ${MAX_CHARACTERS} are possible`;
    throw syntaxError(MAX_CHARACTERS, why, 'leave some words out');
  }
  const items = wantOptions(joinConditions(scanQuery(text).flatMap((token) => toItem(token, context))));
  requireFewTerms(items);
  requireNoContradiction(items);
  const query: Query = {
    groups: toGroups(items),
    excluded: items.flatMap((item) => (item.kind === 'term' && item.isExcluded ? [item.term] : [])),
    filters: items.flatMap((item) => (item.kind === 'filter' ? apart(item.filter) : [])),
    misread: items.flatMap((item, i) => misreadOf(item, items[i - 1], items[i + 1]) ?? []),
  };
  if (query.groups.length === 0 && query.filters.every((filter) => filter.isExcluded)) {
    const why = query.excluded.length + query.filters.length > 0 ? 'it only says what is not wanted' : 'it has no word';
    throw syntaxError(0, why, 'give at least one word to look for, as in: letter -draft');
  }
  return query;
}

function toItem(token: Token, context: ParseContext): Item[] {
  const { at, field, value, isExcluded } = token;
  if (/^(?:OR|AND)$/.test(token.source)) return [{ kind: 'operator', at, name: value }];
  const condition = tryFilter(field, value, context);
  if (condition) return [{ kind: 'filter', at, filter: { ...condition, isExcluded } }];
  const place = placeOf(field);
  const term = toTerm(place === 'any' && field !== '' ? `${field}:${value}` : value, place, token.isQuoted);
  return term ? [{ kind: 'term', at, term, isExcluded, ...misreadValue(token) }] : [];
}

/** Words may stand behind every other field. */
function misreadValue({ source, field }: Token): { readonly misread?: Misread } {
  const isMisread = isFieldName(field) && ['bytes', 'date', 'users'].includes(FIELDS[field].takes);
  return isMisread ? { misread: { kind: 'value', source, field } } : {};
}

function misreadOf(item: Item, before: Item | undefined, after: Item | undefined): Misread | undefined {
  if (item.kind === 'operator' && item.name === 'OR' && isIdle(item.name, before, after)) return { kind: 'OR' };
  return item.kind === 'term' ? item.misread : undefined;
}

/** Both sides hold without it: `a AND -b`, and a word beside a condition, which OR cannot join. */
function isIdle(name: string, before: Item | undefined, after: Item | undefined): boolean {
  const isBoth = isCondition(before) && isCondition(after);
  if (name === 'AND' || !isBoth) return isBoth;
  return before.kind !== after.kind && !isExcluded(before) && !isExcluded(after);
}

function isCondition(item: Item | undefined): item is Exclude<Item, { kind: 'operator' }> {
  return item !== undefined && item.kind !== 'operator';
}

function isExcluded(item: Exclude<Item, { kind: 'operator' }>): boolean {
  return item.kind === 'term' ? item.isExcluded : item.filter.isExcluded;
}

/** Where words behind a field are looked for. */
function placeOf(field: string): Term['field'] {
  const spec = isFieldName(field) ? FIELDS[field] : undefined;
  return spec && 'place' in spec && spec.place !== 'property' ? spec.place : 'any';
}

function toTerm(value: string, field: Term['field'], isQuoted: boolean): Term | undefined {
  if (!hasWord(value)) return undefined;
  if (value.endsWith('*')) return { text: value.replace(/\*+$/, ''), kind: 'prefix', field };
  if (!isQuoted && isDigest(value)) return { text: value, kind: 'prefix', field };
  return { text: value, kind: isQuoted ? 'phrase' : 'word', field };
}

/** A commit is named by the beginning of its digest. */
function isDigest(value: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(value) && /\d/.test(value) && /[a-f]/.test(value);
}

/** `author:ann OR author:bob` → one condition. What stands on both sides of AND holds anyway. */
function joinConditions(items: readonly Item[]): Item[] {
  const joined: Item[] = [];
  items.forEach((item, i) => {
    const operator = items[i - 1];
    const before = joined.at(-2);
    if (operator?.kind !== 'operator' || !isWanted(before) || !isWanted(item)) {
      joined.push(item);
      return;
    }
    joined.pop();
    if (operator.name === 'AND') joined.push(item);
    else joined[joined.length - 1] = { ...before, filter: either(before.filter, item.filter) };
  });
  return joined;
}

type FilterItem = Extract<Item, { kind: 'filter' }>;

function isWanted(item: Item | undefined): item is FilterItem {
  return item?.kind === 'filter' && !item.filter.isExcluded;
}

function either(first: Condition, last: Condition): Filter {
  const firsts = first.kind === 'either' ? first.conditions : [first];
  return { kind: 'either', conditions: [...firsts, last], isExcluded: false };
}

/** Several types are alternatives anyway, several folders too. */
function apart(filter: Filter): Filter[] {
  if (filter.kind !== 'either') return [filter];
  const isAll = (kind: Condition['kind']) => filter.conditions.every((each) => each.kind === kind);
  return isAll('type') || isAll('folder')
    ? filter.conditions.map((each) => ({ ...each, isExcluded: false }))
    : [filter];
}

/** `a OR b c` → (a or b) and c. An operator that has nothing to join is a word itself. */
function toGroups(items: readonly Item[]): Group[] {
  const groups: Term[][] = [];
  let isOpen = false;
  items.forEach((item, i) => {
    const isBetween = wantedTerm(items[i - 1]) !== undefined && wantedTerm(items[i + 1]) !== undefined;
    if (item.kind === 'operator' && isBetween) {
      isOpen = item.name === 'OR';
      return;
    }
    if (item.kind === 'operator' && isIdle(item.name, items[i - 1], items[i + 1])) return;
    const term = item.kind === 'operator' ? toTerm(item.name, 'any', false) : wantedTerm(item);
    if (term && isOpen) groups.at(-1)?.push(term);
    else if (term) groups.push([term]);
    isOpen = false;
  });
  return withoutRepeats(groups);
}

/** A word that is typed twice says nothing more. */
function withoutRepeats(groups: readonly Group[]): Group[] {
  return [...new Map(groups.map((group) => [JSON.stringify(group), group])).values()];
}

function wantedTerm(item: Item | undefined): Term | undefined {
  return item?.kind === 'term' && !item.isExcluded ? item.term : undefined;
}

function requireFewTerms(items: readonly Item[]): void {
  const tooMuch = items.filter((item) => item.kind !== 'filter')[MAX_TERMS];
  if (tooMuch) throw syntaxError(tooMuch.at, `it has more than ${MAX_TERMS} words`, 'leave some words out');
}

/** `size:>1M size:<10k`: no file can be both. */
function requireNoContradiction(items: readonly Item[]): void {
  const spans = new Map<SpanField, [from: number, to: number]>();
  for (const item of items) {
    if (item.kind !== 'filter' || item.filter.isExcluded || item.filter.kind !== 'span') continue;
    const { field, from, to } = item.filter;
    const [low, high] = spans.get(field) ?? [from, to];
    spans.set(field, [Math.max(low, from), Math.min(high, to)]);
    if (Math.max(low, from) < Math.min(high, to)) continue;
    const hint = `change or leave out one of the ${field}: conditions`;
    throw syntaxError(item.at, `no file can have this ${field}`, hint);
  }
}

function syntaxError(at: number, why: string, hint: string): FindTextError {
  return new FindTextError('FT_QUERY_SYNTAX', `understand the query at character ${at + 1}: ${why}`, { hint });
}
