/** A query as its author has put it together, before plan-query makes groups and filters of it. Pure. */
import type { Condition, Term } from './query.js';

export type Node =
  | { readonly kind: 'all' | 'either'; readonly nodes: readonly Node[] }
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'term'; readonly at: number; readonly term: Term }
  | { readonly kind: 'condition'; readonly at: number; readonly condition: Condition };

export type TermNode = Extract<Node, { kind: 'term' }>;

/** A list of one is that one; lists in a list of their kind are part of it. @returns undefined when there is none. */
export function joined(kind: 'all' | 'either', nodes: readonly Node[]): Node | undefined {
  const flat = nodes.flatMap((node) => (node.kind === kind ? node.nodes : [node]));
  return flat.length > 1 ? { kind, nodes: flat } : flat[0];
}

/** What two excluded things exclude is turned round twice. */
export function turnedRound(node: Node): Node {
  return node.kind === 'not' ? node.node : { kind: 'not', node };
}

/** The parts of which all must hold. */
export function clausesOf(node: Node | undefined): readonly Node[] {
  if (!node) return [];
  return node.kind === 'all' ? node.nodes : [node];
}

/** The words that are wanted, wherever in the tree. */
export function wantedTerms(node: Node): TermNode[] {
  switch (node.kind) {
    case 'term':
      return [node];
    case 'all':
    case 'either':
      return node.nodes.flatMap(wantedTerms);
    default:
      return [];
  }
}

/** Does it say of anything that it is wanted? */
export function wantsAnything(node: Node): boolean {
  if (node.kind === 'all' || node.kind === 'either') return node.nodes.some(wantsAnything);
  return node.kind !== 'not';
}

/** Words of which at least one must be there; undefined: it may hold without any. */
export function neededTerms(node: Node): Term[] | undefined {
  switch (node.kind) {
    case 'term':
      return [node.term];
    case 'either': {
      const needed = node.nodes.map(neededTerms);
      return needed.every((terms) => terms !== undefined) ? needed.flat() : undefined;
    }
    case 'all': {
      const needed = node.nodes.flatMap((each) => neededTerms(each) ?? []);
      return needed.length > 0 ? needed : undefined;
    }
    default:
      return undefined;
  }
}

/** As a condition: words are asked for together where any of them is enough. Of types any one will do, of folders too. */
export function toCondition(node: Node): Condition {
  switch (node.kind) {
    case 'term':
      return { kind: 'words', terms: [node.term] };
    case 'condition':
      return node.condition;
    case 'not':
      return { kind: 'not', condition: toCondition(node.node) };
    case 'either':
      return eitherOf(node.nodes);
    case 'all':
      return { kind: 'all', conditions: alternativesTogether(node.nodes) };
  }
}

function eitherOf(nodes: readonly Node[]): Condition {
  const terms = nodes.flatMap((node) => (node.kind === 'term' ? node.term : []));
  const others = nodes.filter((node) => node.kind !== 'term').map(toCondition);
  const conditions: Condition[] = terms.length > 0 ? [{ kind: 'words', terms }, ...others] : others;
  return conditions.length === 1 ? (conditions[0] as Condition) : { kind: 'either', conditions };
}

/** `ext:a ext:b` and `in:a in:b`, which no document could both be. */
function alternativesTogether(nodes: readonly Node[]): Condition[] {
  const conditions = nodes.map(toCondition);
  const types = conditions.flatMap((one) => alternativesOf(one, 'type') ?? []);
  const folders = conditions.flatMap((one) => alternativesOf(one, 'folder') ?? []);
  const others = conditions.filter((one) => !alternativesOf(one, 'type') && !alternativesOf(one, 'folder'));
  const together = [types, folders].filter(({ length }) => length > 0);
  return [...together.map((alike): Condition => ({ kind: 'either', conditions: alike })), ...others];
}

/** @returns undefined when it is no condition of this kind, or any of several of this kind. */
export function alternativesOf(condition: Condition, kind: 'type' | 'folder'): readonly Condition[] | undefined {
  const parts = condition.kind === 'either' ? condition.conditions : [condition];
  return parts.every((each) => each.kind === kind) ? parts : undefined;
}
