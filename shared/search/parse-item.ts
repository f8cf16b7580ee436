/** A word of a query with its field → what it asks for: words in a place, or a condition. Used by parse-query only. */
import { firstWords, hasWord } from '../words/words.js';
import { FIELDS, type FieldName, isFieldName } from './fields.js';
import { foreignField, foreignOperator } from './foreign-syntax.js';
import { isNamePattern } from './name-pattern.js';
import { type ParseContext, tryFilter } from './parse-filter.js';
import { type Condition, MAX_PHRASE, type Misread, type Order, type OrderKey, type Term } from './query.js';
import { QueryFault } from './query-error.js';
import type { Node } from './query-tree.js';
import type { Item, Value } from './scan-query.js';

export interface ParsedItem {
  /** Any one will do. */
  readonly nodes: readonly Node[];
  readonly misread: readonly Misread[];
  /** So many of the following words belong to the value. */
  readonly taken: number;
}

/** @param following  plain words right behind it. */
export function parseItem(item: Item, following: readonly Item[], context: ParseContext): ParsedItem {
  const whole = wholeValue(item, following, context);
  if (whole) return { ...whole, misread: [] };
  const nodes = item.values.flatMap((value) => toNode(item, value, context) ?? []);
  return { nodes, misread: misreadIn(item, nodes), taken: 0 };
}

/** `modified:last week`, `size:> 10 MB`: the longest that is understood. */
function wholeValue(
  item: Item,
  following: readonly Item[],
  context: ParseContext,
): Omit<ParsedItem, 'misread'> | undefined {
  const { field, at } = item;
  const last = item.values.at(-1) as Value;
  if (!isFieldName(field) || !['date', 'bytes', 'number'].includes(FIELDS[field].takes) || last.isQuoted)
    return undefined;
  for (let taken = following.length; taken > 0; taken--) {
    const text = [last, ...following.slice(0, taken)].map((one) => ('text' in one ? one.text : one.source)).join(' ');
    const condition = tryFilter(field, text, context);
    const others = item.values.slice(0, -1).flatMap((value) => toNode(item, value, context) ?? []);
    if (condition) return { nodes: [...others, { kind: 'condition', at, condition }], taken };
  }
  return undefined;
}

function toNode(item: Item, value: Value, context: ParseContext): Node | undefined {
  const { field, at } = item;
  const condition = tryFilter(field, value.text, context) ?? tryNamePattern(field, value);
  if (condition) return { kind: 'condition', at, condition };
  const place = placeOf(field);
  const text = place === 'any' && field !== '' ? `${field}:${value.text}` : value.text;
  const term = toTerm(text, place, value);
  return term && { kind: 'term', at, term };
}

function tryNamePattern(field: string, { text, isQuoted }: Value): Condition | undefined {
  const isOfName = field === 'name' || (field === '' && !isQuoted);
  return isOfName && isNamePattern(text) ? { kind: 'name', pattern: text } : undefined;
}

/** Where words behind a field are looked for. */
function placeOf(field: string): Term['field'] {
  const spec = isFieldName(field) ? FIELDS[field] : undefined;
  return spec && 'place' in spec && spec.place !== 'property' ? spec.place : 'any';
}

function toTerm(whole: string, field: Term['field'], { at, isQuoted, near }: Value): Term | undefined {
  const text = firstWords(whole, MAX_PHRASE);
  if (!hasWord(text)) return undefined;
  if (near !== undefined) {
    const texts = text.split(/\s+/).filter(hasWord);
    if (texts.length > 1) return { text: texts.join(' '), kind: 'near', field, at, near: { texts, words: near } };
  }
  if (text.endsWith('*')) return { text: text.replace(/\*+$/, ''), kind: 'prefix', field, at };
  if (!isQuoted && isDigest(text)) return { text, kind: 'prefix', field, at };
  return { text, kind: isQuoted ? 'phrase' : 'word', field, at };
}

/** A commit is named by the beginning of its digest. */
function isDigest(value: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(value) && /\d/.test(value) && /[a-f]/.test(value);
}

function misreadIn(item: Item, nodes: readonly Node[]): Misread[] {
  const isCut =
    nodes.some(({ kind }) => kind === 'term') && item.values.some(({ text }) => firstWords(text, MAX_PHRASE) !== text);
  return [...misreadField(item, nodes), ...(isCut ? [CUT] : [])];
}

const CUT: Misread = { kind: 'cut', words: MAX_PHRASE };

function misreadField(item: Item, nodes: readonly Node[]): Misread[] {
  const { field, source, values } = item;
  if (isFieldName(field)) return nodes.some(({ kind }) => kind === 'term') ? misreadValue(source, field) : [];
  const [value] = values as [Value];
  const misread = value.isQuoted ? undefined : (foreignField(source, value.text) ?? foreignOperator(value.text));
  return misread ? [misread] : [];
}

/** Words may stand behind every other field. */
function misreadValue(source: string, field: FieldName): Misread[] {
  return ['bytes', 'number', 'date', 'users'].includes(FIELDS[field].takes) ? [{ kind: 'value', source, field }] : [];
}

/** What people call it. */
const ORDERS: Readonly<Record<string, Order>> = {
  ...Object.fromEntries(
    (['modified', 'created', 'size', 'name', 'path', 'title'] satisfies OrderKey[]).map((by) => [
      by,
      { by, isReversed: false },
    ]),
  ),
  date: { by: 'modified', isReversed: false },
  time: { by: 'modified', isReversed: false },
  newest: { by: 'modified', isReversed: false },
  oldest: { by: 'modified', isReversed: true },
  largest: { by: 'size', isReversed: false },
  smallest: { by: 'size', isReversed: true },
};

/** What people may write behind `sort:`. */
export const ORDER_NAMES: readonly string[] = Object.keys(ORDERS);

/** `sort:size`, `sort:-size`, `-sort:size`, `sort:type,name`. */
export function parseOrder({ values, isExcluded, at }: Item): Order[] {
  const keys = values.flatMap(({ text }) => text.toLowerCase().split(','));
  return keys.map((key) => {
    const name = key.replace(/^-/, '').replace(/[-:](?:asc|desc)$/, '');
    const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
    if (!order)
      throw new QueryFault(
        at,
        `there is no order ${name || 'of this name'}`,
        `orders are ${Object.keys(ORDERS).join(', ')}`,
      );
    const isReversed = key.startsWith('-') !== isExcluded;
    return { ...order, isReversed: order.isReversed !== isReversed };
  });
}
