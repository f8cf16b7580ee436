/**
 * What the user typed → Query. Used by search(); pure.
 *
 *   kernel "wait queue" -driver sched* name:mutex in:~/src type:code size:>10k modified:2w red OR blue
 *
 * NEAR binds most, then minus and NOT, then OR; what stands side by side must all hold. Any text may be pasted: an
 * operator that joins nothing is left out, and what looks like a field but is none is searched as words, which `misread`
 * tells. Only what cannot have an answer is refused.
 */
import { foreignOperators } from './foreign-syntax.js';
import type { ParseContext } from './parse-filter.js';
import { type ParsedItem, parseItem, parseOrder } from './parse-item.js';
import { readPasted } from './pasted/recognise.js';
import { asPlainSentence } from './plain-sentence.js';
import { planQuery } from './plan-query.js';
import type { Misread, Order, Query } from './query.js';
import { QueryFault, withPlaces } from './query-error.js';
import { clausesOf, joined, type Node, type TermNode, turnedRound } from './query-tree.js';
import { type Item, type Operator, type Parenthesis, scanQuery, type Token } from './scan-query.js';

/** Nobody reads what is nested deeper. */
const MAX_DEPTH = 50;

/** @throws FindTextError FT_QUERY_SYNTAX, with the position and a hint, for what cannot have an answer. */
export function parseQuery(text: string, context: ParseContext): Query {
  return withPlaces(text, () => readPasted(text, context, () => readQuery(text, context)));
}

function readQuery(text: string, context: ParseContext): Query {
  const sentence = asPlainSentence(scanQuery(text));
  const parser = new Parser(pairedParentheses(sentence.tokens), context);
  const tree = wantOptions(parser.tree());
  const { misread, ...planned } = planQuery(tree);
  return {
    ...planned,
    misread: [...sentence.misread, ...parser.misread, ...foreignOperators(text), ...misread],
    ...(parser.order.length > 0 && { order: parser.order }),
    ...(parser.hasOperators && { hasOperators: true }),
  };
}

/** `-O2` alone, or `-Wall -O2`: these are options of a program, and no words that are not wanted. */
function wantOptions(tree: Node | undefined): Node | undefined {
  const clauses = clausesOf(tree);
  const terms = clauses.flatMap((node) => (node.kind === 'not' && node.node.kind === 'term' ? node.node : []));
  if (terms.length < clauses.length || !terms.every(({ term }) => OPTION.test(term.text))) return tree;
  const wanted = terms.map((node) => ({ ...node, term: { ...node.term, text: `-${node.term.text}` } }));
  return joined('all', wanted);
}

const OPTION = /^(?:[A-Z]|[A-Za-z]+-?\d)/;

/** Where nothing else is of the language, a parenthesis without its partner is a sign like any other. */
function pairedParentheses(tokens: readonly Token[]): readonly Token[] {
  const open: Parenthesis[] = [];
  const alone = new Set<Token>();
  for (const token of tokens) {
    if (token.kind === 'open') open.push(token);
    else if (token.kind === 'close' && !open.pop()) alone.add(token);
    if (open.length > MAX_DEPTH)
      throw new QueryFault(token.at, 'its parentheses are nested too deep', 'leave some out');
  }
  for (const token of open) alone.add(token);
  const isLanguage = tokens.some((token) => (token.kind === 'item' ? token.field !== '' : isWordOperator(token)));
  const [first] = [...alone].sort((a, b) => a.at - b.at);
  if (first && isLanguage) throw withoutPartner(first);
  return tokens.filter((token) => !alone.has(token));
}

function isWordOperator(token: Token): boolean {
  return 'isSign' in token && !token.isSign;
}

function withoutPartner({ kind, at }: Token): Error {
  const [sign, other] = kind === 'open' ? ['(', ')'] : [')', '('];
  return new QueryFault(
    at,
    `${sign} has no ${other}`,
    'add it, or put the word in quotes to search for the sign with it',
  );
}

class Parser {
  readonly misread: Misread[] = [];
  readonly order: Order[] = [];
  hasOperators = false;
  #next = 0;
  #depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly context: ParseContext,
  ) {}

  tree(): Node | undefined {
    return this.#all('');
  }

  get #token(): Token | undefined {
    return this.tokens[this.#next];
  }

  /** @param field  that stands in front of the parenthesis. */
  #all(field: string): Node | undefined {
    const nodes: Node[] = [];
    for (let token = this.#token; token && token.kind !== 'close'; token = this.#token) {
      if (this.#isJoining(token) && !this.#hasBoth(token)) {
        this.#leaveOut(token);
        this.#next++;
        continue;
      }
      if (token.kind === 'AND') this.#next++;
      nodes.push(...(this.#either(field) ?? []));
    }
    return joined('all', nodes);
  }

  #either(field: string): Node[] {
    const nodes = [this.#unary(field)];
    for (let token = this.#token; token?.kind === 'OR' && this.#hasBoth(token); token = this.#token) {
      this.#next++;
      this.hasOperators = true;
      nodes.push(this.#unary(field));
    }
    return [
      joined(
        'either',
        nodes.filter((node) => node !== undefined),
      ) ?? [],
    ].flat();
  }

  #unary(field: string): Node | undefined {
    const token = this.#token;
    if (token?.kind !== 'NOT') return this.#near(field);
    this.#next++;
    if (!this.#isOperand(this.#token)) return this.#leaveOut(token);
    if (!token.isSign) this.hasOperators = true;
    const node = this.#unary(field);
    return node && turnedRound(node);
  }

  #near(field: string): Node | undefined {
    const isExcluded = this.#isExcluded(this.#token);
    let node = this.#primary(field);
    if (!this.#isNear(this.#token)) return node;
    // Of `-a NEAR b` the minus is that of both.
    if (isExcluded && node) node = turnedRound(node);
    for (let token = this.#token; this.#isNear(token); token = this.#token) {
      this.#next++;
      this.hasOperators = true;
      node = nearby(node, this.#primary(field), token);
    }
    return isExcluded && node ? turnedRound(node) : node;
  }

  #primary(field: string): Node | undefined {
    const token = this.tokens[this.#next++];
    if (token?.kind === 'item') return this.#item(token, field);
    if (token?.kind !== 'open') return undefined;
    this.hasOperators = true;
    this.#depth++;
    const node = this.#all(token.field || field);
    this.#depth--;
    this.#next++;
    return node;
  }

  #item(item: Item, field: string): Node | undefined {
    const named = item.field === '' ? { ...item, field } : item;
    if (named.field === 'sort') return this.#sort(named);
    const parsed = parseItem(named, this.#following(), this.context);
    this.#next += parsed.taken;
    this.misread.push(...parsed.misread);
    if (item.values.length > 1) this.hasOperators = true;
    return nodeOf(named, parsed);
  }

  /** `sort:` says nothing of a document: it is no part of the tree. */
  #sort(item: Item): undefined {
    if (this.#depth > 0)
      throw new QueryFault(item.at, 'sort: is about the whole query', 'put it outside of parentheses');
    this.order.push(...parseOrder(item));
  }

  /** Plain words right behind, which may belong to a value: `modified:last week`. */
  #following(): Item[] {
    const items: Item[] = [];
    for (const token of this.tokens.slice(this.#next, this.#next + 3)) {
      const isPlain = token.kind === 'item' && token.field === '' && !token.isExcluded && token.values.length === 1;
      if (!isPlain || token.values[0]?.isQuoted) break;
      items.push(token);
    }
    return items;
  }

  #isNear(token: Token | undefined): token is Operator {
    return token?.kind === 'NEAR' && this.#hasBoth(token);
  }

  #isExcluded(token: Token | undefined): boolean {
    return token?.kind === 'item' && token.isExcluded;
  }

  #isJoining(token: Token): token is Operator {
    return token.kind === 'OR' || token.kind === 'AND' || token.kind === 'NEAR';
  }

  #hasBoth(token: Operator): boolean {
    const at = this.tokens.indexOf(token, this.#next);
    return this.#isEndOfOperand(this.tokens[at - 1]) && this.#isOperand(this.tokens[at + 1]);
  }

  /** Any text may be pasted; a sign is then no more than a sign. */
  #leaveOut({ at, source, isSign }: Operator): undefined {
    if (!isSign) this.misread.push({ kind: 'idle', source, at });
  }

  #isOperand(token: Token | undefined): boolean {
    return token?.kind === 'item' || token?.kind === 'open' || token?.kind === 'NOT';
  }

  #isEndOfOperand(token: Token | undefined): boolean {
    return token?.kind === 'item' || token?.kind === 'close';
  }
}

function nodeOf({ isExcluded }: Item, { nodes }: ParsedItem): Node | undefined {
  const node = joined('either', nodes);
  return node && isExcluded ? turnedRound(node) : node;
}

/** `a NEAR/3 b NEAR/3 c`: the widest distance holds for all of them. */
function nearby(left: Node | undefined, right: Node | undefined, operator: Operator): Node {
  const terms = [left, right].map((node) => asNear(node, operator));
  const [first, last] = terms as [TermNode, TermNode];
  if (first.term.field !== last.term.field)
    throw new QueryFault(operator.at, `${operator.source} joins words in one place`, 'as in: name:(wait NEAR/5 queue)');
  const texts = terms.flatMap(({ term }) => term.near?.texts ?? [term.text]);
  const words = Math.max(operator.words, ...terms.map(({ term }) => term.near?.words ?? 0));
  return { ...first, term: { ...first.term, kind: 'near', text: texts.join(' '), near: { texts, words } } };
}

function asNear(node: Node | undefined, { at, source }: Operator): TermNode {
  const isWord = node?.kind === 'term' && node.term.kind !== 'prefix';
  if (!isWord) throw new QueryFault(at, `${source} joins words and "phrases" only`, 'as in: wait NEAR/5 queue');
  return node;
}
