/**
 * The tree of a query → groups, excluded words and filters, which is what is asked of the index. Used by parse-query
 * only; pure.
 *
 *   a "b c" -d ext:md    groups a, "b c"; excluded d; filter
 *   (a b) OR c           group a|b|c, which is needed; filter with the tree
 *   a OR ext:md          filter with the tree; a is a hint
 */
import type { SpanField } from './fields.js';
import { type Condition, conditionsIn, type Filter, type Group, type Misread, type Query, type Term } from './query.js';
import { QueryFault } from './query-error.js';
import {
  alternativesOf,
  clausesOf,
  type Node,
  neededTerms,
  toCondition,
  wantedTerms,
  wantsAnything,
} from './query-tree.js';

/** Groups are numbered by the bits of an integer. */
export const MAX_GROUPS = 32;
/** SQLite looks at each of them for every document: 1 ms on M. */
const MAX_CONDITIONS = 200;
/** FTS5 looks each of them up, some more than once: 0.5 to 1 ms on M. */
const MAX_WORDS = 200;

export type Planned = Pick<Query, 'groups' | 'sentence' | 'excluded' | 'filters' | 'hints' | 'misread'>;

/** @throws FindTextError FT_QUERY_SYNTAX for what cannot have an answer. */
export function planQuery(tree: Node | undefined): Planned {
  const clauses = clausesOf(tree).map(planClause);
  const groups = withoutRepeats(clauses.flatMap(({ group }) => (group ? [group] : [])));
  const planned = {
    groups: groups.slice(0, MAX_GROUPS),
    ...sentenceOf(tree),
    excluded: clauses.flatMap(({ excluded }) => excluded ?? []),
    filters: clauses.flatMap(({ filters }) => filters ?? []),
    hints: clauses.flatMap(({ hints }) => hints ?? []),
    misread: groups.length > MAX_GROUPS ? [{ kind: 'length', asked: MAX_GROUPS } satisfies Misread] : [],
  };
  requireAnswer(tree, planned);
  return planned;
}

/** Of whole files the beginning is enough. */
const MAX_SENTENCE = 2000;

function sentenceOf(tree: Node | undefined): Pick<Query, 'sentence'> {
  const terms = clausesOf(tree).flatMap((node) => (node.kind === 'term' ? node.term : []));
  return terms.length > 1 ? { sentence: terms.slice(0, MAX_SENTENCE) } : {};
}

interface Clause {
  readonly group?: Group;
  readonly excluded?: readonly Term[];
  readonly filters?: readonly Filter[];
  readonly hints?: readonly Term[];
}

function planClause(node: Node): Clause {
  switch (node.kind) {
    case 'term':
      return { group: [node.term] };
    case 'condition':
      return { filters: [{ ...node.condition, isExcluded: false }] };
    case 'not':
      return planExcluded(node.node);
    default:
      return planAlternatives(node);
  }
}

/** Of several excluded alternatives each is excluded by itself. */
function planExcluded(node: Node): Clause {
  const parts = node.kind === 'either' ? node.nodes : [node];
  const rest = parts.filter(({ kind }) => kind !== 'term').map(toCondition);
  return {
    excluded: parts.flatMap((part) => (part.kind === 'term' ? part.term : [])),
    filters: rest.map((condition) => ({ ...condition, isExcluded: true })),
  };
}

function planAlternatives(node: Node): Clause {
  const terms = wantedTerms(node).map(({ term }) => term);
  if (node.kind === 'either' && node.nodes.every(({ kind }) => kind === 'term')) return { group: terms };
  const filters = apart(toCondition(node));
  const needed = neededTerms(node);
  if (needed === undefined) return { filters, hints: terms };
  return { filters, group: withoutRepeatedTerms(needed) };
}

/** Several types are alternatives anyway, several folders too. */
function apart(condition: Condition): Filter[] {
  const filters = alternativesOf(condition, 'type') ?? alternativesOf(condition, 'folder') ?? [condition];
  return filters.map((each) => ({ ...each, isExcluded: false }));
}

/** A word that is typed twice says nothing more. */
function withoutRepeats(groups: readonly Group[]): Group[] {
  return [...new Map(groups.map((group) => [group.map(keyOf).join(), group])).values()];
}

function withoutRepeatedTerms(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [keyOf(term), term])).values()];
}

function keyOf({ text, kind, field, near }: Term): string {
  return JSON.stringify([text, kind, field, near]);
}

function requireAnswer(tree: Node | undefined, planned: Planned): void {
  const why = !tree ? 'it has no word' : wantsAnything(tree) ? undefined : 'it only says what is not wanted';
  if (why !== undefined) throw new QueryFault(0, why, 'give at least one word to look for, as in: letter -draft');
  requireSize(planned);
  requireNoContradiction(clausesOf(tree));
}

/** Plain words are cut; what is put together cannot be. */
function requireSize({ groups, excluded, filters }: Planned): void {
  const conditions = filters.flatMap((filter) => [...conditionsIn(filter)]);
  const ofConditions = conditions.flatMap((one) => (one.kind === 'words' ? one.terms : []));
  // One may be both a part of a tree and what is needed of it.
  const terms = new Set([...ofConditions, ...groups.flat(), ...excluded]);
  const words = [...terms].reduce((sum, term) => sum + wordsIn(term), 0);
  requireAtMost(MAX_WORDS, words, 'words');
  requireAtMost(MAX_CONDITIONS, conditions.filter(saysSomething).length, 'conditions');
}

/** What stands in a row costs as much as its words. */
function wordsIn({ text, kind }: Term): number {
  return kind === 'word' ? 1 : Math.max(1, text.trim().split(/\s+/).length);
}

/** Others only join them. */
function saysSomething({ kind }: Condition): boolean {
  return kind !== 'either' && kind !== 'all' && kind !== 'not';
}

function requireAtMost(most: number, asked: number, what: string): void {
  if (asked <= most) return;
  throw new QueryFault(0, `it has ${asked} ${what}`, `ask for at most ${most} at once`);
}

/** `size:>1M size:<10k`: no file can be both. */
function requireNoContradiction(clauses: readonly Node[]): void {
  const spans = new Map<SpanField, [from: number, to: number]>();
  for (const clause of clauses) {
    if (clause.kind !== 'condition' || clause.condition.kind !== 'span') continue;
    const { field, from, to } = clause.condition;
    const [low, high] = spans.get(field) ?? [from, to];
    spans.set(field, [Math.max(low, from), Math.min(high, to)]);
    if (Math.max(low, from) < Math.min(high, to)) continue;
    throw new QueryFault(
      clause.at,
      `no file can have this ${field}`,
      `change or leave out one of the ${field}: conditions`,
    );
  }
}
