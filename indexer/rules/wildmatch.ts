/**
 * Shell patterns as git reads them in its ignore lists: `*`, `?`, `[a-z]`, `\`, and a double star between slashes.
 * Pure; used by ignore-patterns.ts. Text is latin1, one character for each byte.
 *
 * All states that a pattern may be in are followed side by side. So none costs more than (its length) x (that of the
 * path) steps. A regular expression would try them one after the other, for ever.
 * @see gitignore(5); git's wildmatch.c says what malformed patterns mean: they match nothing.
 */

type Token =
  | { readonly kind: 'character'; readonly code: number }
  /** `?` and `[…]`: which bytes; never a slash. */
  | { readonly kind: 'class'; readonly has: Uint8Array }
  /** Any number of characters but slashes. */
  | { readonly kind: 'star' }
  /** Any number of characters. */
  | { readonly kind: 'double star' }
  /** A double star and a slash: nothing, or what the next token takes. */
  | { readonly kind: 'folders' }
  /** One or more characters, the last of which is a slash. */
  | { readonly kind: 'up to a slash' };

const SLASH = 0x2f;
const NOT_SLASH = bytes((code) => code !== SLASH);
const SPECIAL = /[*?[\\]/;

/** POSIX classes of ASCII, as git has them. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

export class Wildmatch {
  /** What every match begins with. */
  readonly #prefix: string;
  readonly #tokens: readonly Token[];
  /** Stands in every match. */
  readonly #part: string;
  /** In which round a state was entered last. */
  readonly #entered: Float64Array;
  #round = 0;
  /** How often a state was looked at so far: what the answers have cost. */
  steps = 0;

  private constructor(prefix: string, tokens: readonly Token[]) {
    this.#prefix = prefix;
    this.#tokens = tokens;
    this.#part = longestPart(tokens);
    this.#entered = new Float64Array(tokens.length + 1);
  }

  /** @returns undefined when the pattern is malformed: it matches nothing. */
  static parse(pattern: string): Wildmatch | undefined {
    const at = pattern.search(SPECIAL);
    if (at < 0) return new Wildmatch(pattern, []);
    // Git compares what stands before the first special character by itself: a double star right behind it counts as
    // one at the beginning.
    const tokens = parseTokens(pattern.slice(at));
    return tokens && new Wildmatch(pattern.slice(0, at), tokens);
  }

  /** How many tokens stand for any number of characters. */
  get wildCount(): number {
    return this.#tokens.filter(({ kind }) => kind !== 'character' && kind !== 'class').length;
  }

  matches(text: string): boolean {
    if (!text.startsWith(this.#prefix) || !text.includes(this.#part)) return false;
    if (this.#tokens.length === 0) return text.length === this.#prefix.length;
    let states: number[] = [];
    this.#round++;
    this.#enter(0, states);
    for (let at = this.#prefix.length; at < text.length && states.length > 0; at++) {
      states = this.#read(text.charCodeAt(at), states);
    }
    return states.includes(this.#tokens.length);
  }

  #read(code: number, states: readonly number[]): number[] {
    const next: number[] = [];
    this.#round++;
    this.steps += states.length;
    for (const state of states) {
      const token = this.#tokens[state];
      if (token) this.#advance(token, state, code, next);
    }
    return next;
  }

  #advance(token: Token, state: number, code: number, next: number[]): void {
    switch (token.kind) {
      case 'character':
        if (token.code === code) this.#enter(state + 1, next);
        break;
      case 'class':
        if (token.has[code]) this.#enter(state + 1, next);
        break;
      case 'star':
        if (code !== SLASH) this.#enter(state, next);
        break;
      case 'double star':
        this.#enter(state, next);
        break;
      case 'up to a slash':
        this.#enter(state, next);
        if (code === SLASH) this.#enter(state + 1, next);
        break;
      case 'folders':
        break;
    }
  }

  /** Together with the states that follow without a character. */
  #enter(state: number, states: number[]): void {
    if (this.#entered[state] === this.#round) return;
    this.#entered[state] = this.#round;
    states.push(state);
    const kind = this.#tokens[state]?.kind;
    if (kind === 'star' || kind === 'double star' || kind === 'folders') this.#enter(state + 1, states);
    if (kind === 'folders') this.#enter(state + 2, states);
  }
}

/** The longest run of plain characters. */
function longestPart(tokens: readonly Token[]): string {
  const text = tokens.map((token) => (token.kind === 'character' ? String.fromCharCode(token.code) : '\0')).join('');
  return text.split('\0').reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

function parseTokens(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const part = parseToken(pattern, at);
    if (!part) return undefined;
    tokens.push(...part.tokens);
    at = part.end;
  }
  return tokens;
}

interface Part {
  readonly tokens: readonly Token[];
  readonly end: number;
}

function parseToken(pattern: string, at: number): Part | undefined {
  const character = pattern[at] as string;
  if (character === '*') return parseStars(pattern, at);
  if (character === '?') return { tokens: [{ kind: 'class', has: NOT_SLASH }], end: at + 1 };
  if (character === '[') return parseBracket(pattern, at);
  if (character !== '\\') return { tokens: [literal(character)], end: at + 1 };
  const escaped = pattern[at + 1];
  return escaped === undefined ? undefined : { tokens: [literal(escaped)], end: at + 2 };
}

function literal(character: string): Token {
  return { kind: 'character', code: character.charCodeAt(0) };
}

/** Two stars or more mean something of their own between slashes only. */
function parseStars(pattern: string, start: number): Part {
  let end = start + 1;
  while (pattern[end] === '*') end++;
  const isAlone = start === 0 || pattern[start - 1] === '/';
  const rest = pattern.slice(end, end + 2);
  if (end === start + 1 || !isAlone) return { tokens: [{ kind: 'star' }], end };
  if (rest.startsWith('/')) return { tokens: [{ kind: 'folders' }, { kind: 'up to a slash' }], end: end + 1 };
  return { tokens: [{ kind: rest === '' || rest === '\\/' ? 'double star' : 'star' }], end };
}

/** @returns undefined when it has no end, names a class that there is not, or stands for no character. */
function parseBracket(pattern: string, start: number): Part | undefined {
  const isNegated = pattern[start + 1] === '!' || pattern[start + 1] === '^';
  const has = new Uint8Array(256);
  let at = start + (isNegated ? 2 : 1);
  /** What a range may begin with; 0 after a range or a class. */
  let before = 0;
  for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
    const member = parseMember(pattern, at, before);
    if (!member) return undefined;
    member.add(has);
    before = member.before;
    at = member.end;
  }
  const isIn = bytes((code) => code !== SLASH && (has[code] === 1) !== isNegated);
  if (!isIn.includes(1)) return undefined;
  return { tokens: [{ kind: 'class', has: isIn }], end: at + 1 };
}

interface Member {
  readonly add: (has: Uint8Array) => void;
  readonly before: number;
  readonly end: number;
}

function parseMember(pattern: string, at: number, before: number): Member | undefined {
  const character = pattern[at];
  if (character === undefined) return undefined;
  const next = pattern[at + 1];
  if (character === '-' && before !== 0 && next !== undefined && next !== ']') return parseRange(pattern, at, before);
  if (character === '[' && next === ':') return parseClass(pattern, at);
  const isEscaped = character === '\\';
  const code = pattern.charCodeAt(isEscaped ? at + 1 : at);
  if (Number.isNaN(code)) return undefined;
  return single(code, at + (isEscaped ? 2 : 1));
}

function single(code: number, end: number): Member {
  return { add: (has) => has.fill(1, code, code + 1), before: code, end };
}

function parseRange(pattern: string, at: number, from: number): Member | undefined {
  const isEscaped = pattern[at + 1] === '\\';
  const to = pattern.charCodeAt(at + (isEscaped ? 2 : 1));
  if (Number.isNaN(to)) return undefined;
  return { add: (has) => has.fill(1, from, Math.max(from, to + 1)), before: 0, end: at + (isEscaped ? 3 : 2) };
}

function parseClass(pattern: string, at: number): Member | undefined {
  const end = pattern.indexOf(']', at + 2);
  if (end < 0) return undefined;
  const isClass = end > at + 2 && pattern[end - 1] === ':';
  if (!isClass) return single('['.charCodeAt(0), at + 1);
  const members = CLASSES[pattern.slice(at + 2, end - 1)];
  if (!members) return undefined;
  const add = (has: Uint8Array) => {
    for (let code = 0; code < 128; code++) if (members.test(String.fromCharCode(code))) has[code] = 1;
  };
  return { add, before: 0, end: end + 1 };
}

function bytes(isIn: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (isIn(code) ? 1 : 0));
}
