/**
 * One list of gitignore patterns: bytes → what it says about a path below its folder. Patterns and paths are compared
 * as latin1 text, byte by byte, as git does: any name can be matched, whatever its encoding. Lists are hostile: size,
 * number and cost of the patterns are limited, and what is left out is counted.
 */
import { Wildmatch } from './wildmatch.js';

export const MAX_LIST_BYTES = 256 * 1024;
const MAX_PATTERNS = 5000;
const MAX_PATTERN_BYTES = 1024;
const BOM = '\xef\xbb\xbf';

export interface Pattern {
  /** From 1. */
  readonly line: number;
  /** As written, one character for each byte. */
  readonly text: string;
}

export interface Decision {
  readonly isExcluded: boolean;
  /** The pattern that excludes; absent for one that includes again (`!pattern`). */
  readonly pattern?: Pattern;
}

/** A pattern as it is written, and what it means in gitignore syntax, latin1. */
export interface MeantPattern {
  readonly pattern: Pattern;
  readonly means: string;
}

/** A pattern as it is asked. */
interface Rule {
  readonly pattern: Pattern;
  readonly isNegative: boolean;
  readonly isFolderOnly: boolean;
  /** It is asked about the last name of a path; else about the whole path. */
  readonly isForNames: boolean;
  readonly matches: (text: string) => boolean;
  /** About the cost of asking it, in comparisons of two names. */
  readonly weight: number;
}

export class PatternList {
  private constructor(
    private readonly rules: readonly Rule[],
    /** About the cost of a look-up, in comparisons of two names. */
    readonly weight: number,
    /** Patterns left out: too long, or too many. */
    readonly rejectedCount: number,
  ) {}

  /**
   * @param bytes  of a .gitignore or a file like it; what is over MAX_LIST_BYTES is left out from the line it begins
   * in.
   */
  static parse(bytes: Uint8Array): PatternList {
    const patterns = patternsIn(bytes);
    return PatternList.of(patterns.map((pattern) => ({ pattern, means: pattern.text })));
  }

  static of(patterns: readonly MeantPattern[]): PatternList {
    const accepted = patterns.filter(({ means }) => means.length <= MAX_PATTERN_BYTES).slice(0, MAX_PATTERNS);
    const rules = accepted.flatMap((meant) => toRule(meant) ?? []);
    const weight = rules.reduce((sum, rule) => sum + rule.weight, 0);
    return new PatternList(rules, weight, patterns.length - accepted.length);
  }

  /**
   * @param path  latin1, relative to the folder of the list, with a slash at the end for a folder; no folder above it
   * is excluded.
   * @returns undefined when no pattern matches.
   */
  decide(path: string): Decision | undefined {
    const isFolder = path.endsWith('/');
    const whole = isFolder ? path.slice(0, -1) : path;
    const name = whole.slice(whole.lastIndexOf('/') + 1);
    const rule = this.rules.findLast(
      ({ isFolderOnly, isForNames, matches }) => (isFolder || !isFolderOnly) && matches(isForNames ? name : whole),
    );
    if (!rule) return undefined;
    return rule.isNegative ? { isExcluded: false } : { isExcluded: true, pattern: rule.pattern };
  }
}

/** @returns undefined when the pattern matches nothing. */
function toRule({ pattern, means }: MeantPattern): Rule | undefined {
  const text = withoutTrailingBlanks(means);
  const isNegative = text.startsWith('!');
  const isFolderOnly = text.endsWith('/');
  const rest = text.slice(isNegative ? 1 : 0, isFolderOnly ? -1 : undefined);
  const isForNames = !rest.includes('/');
  const question = toQuestion(rest.startsWith('/') ? rest.slice(1) : rest);
  return question && { pattern, isNegative, isFolderOnly, isForNames, ...question };
}

/**
 * Most patterns are a name, the end of a path, or a suffix after a star: these are compared without following states.
 */
function toQuestion(pattern: string): Pick<Rule, 'matches' | 'weight'> | undefined {
  if (!/[*?[\\]/.test(pattern)) return pattern === '' ? undefined : { matches: (text) => text === pattern, weight: 1 };
  const [, place] = /^\*\*\/([^*?[\\]+)$/.exec(pattern) ?? [];
  if (place !== undefined) return { matches: (text) => text === place || text.endsWith(`/${place}`), weight: 2 };
  const [, suffix] = /^\*([^*?[\\/]+)$/.exec(pattern) ?? [];
  if (suffix !== undefined) return { matches: (text) => text.endsWith(suffix) && !text.includes('/'), weight: 1 };
  const wild = Wildmatch.parse(pattern);
  return wild && { matches: (text) => wild.matches(text), weight: 8 + 4 * wild.wildCount + wild.wildCount ** 2 / 8 };
}

/** A blank with a backslash before it stays. */
export function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  let slashes = 0;
  while (text[end - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1 && end < text.length ? text.slice(0, end + 1) : text.slice(0, end);
}

/** Comments and empty lines are not patterns. */
function patternsIn(bytes: Uint8Array): Pattern[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const whole = text.length > MAX_LIST_BYTES ? text.slice(0, text.lastIndexOf('\n', MAX_LIST_BYTES) + 1) : text;
  const lines = (whole.startsWith(BOM) ? whole.slice(BOM.length) : whole).split('\n');
  return lines
    .map((line, at) => ({ line: at + 1, text: line.replace(/\r$/, '').split('\0', 1).join() }))
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#'));
}
