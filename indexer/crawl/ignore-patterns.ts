/**
 * One list of gitignore patterns: bytes → what it says about a path below its folder. The only file that knows the `ignore` package.
 * Patterns and paths are compared as latin1 text, byte by byte, as git does: any name can be matched, whatever its encoding.
 * Lists are hostile: size, number and cost of the patterns are limited, and what is left out is counted.
 */
import ignore, { type Ignore } from 'ignore';

export const MAX_LIST_BYTES = 256 * 1024;
const MAX_PATTERNS = 5000;
const MAX_PATTERN_BYTES = 1024;
/** `**` may stand for any number of folders: trying takes (depth of the path) ^ (their number) steps. Git is no better here. */
const MAX_GLOBSTARS = 2;
const GLOBSTARS_WEIGHT = 50;
/** The package remembers every path it was asked about: after so many it gets a new memory. */
const MAX_REMEMBERED = 10_000;
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

export class PatternList {
  #matcher: Ignore;
  #askedCount = 0;

  private constructor(
    matcher: Ignore,
    /** About the cost of a look-up, in plain patterns. */
    readonly weight: number,
    /** Patterns left out: too long, too many, or too costly. */
    readonly rejectedCount: number,
  ) {
    this.#matcher = matcher;
  }

  /** @param bytes  of a .gitignore or a file like it; what is over MAX_LIST_BYTES is left out from the line it begins in. */
  static parse(bytes: Uint8Array): PatternList {
    const patterns = patternsIn(bytes);
    const accepted = patterns.filter(isBearable).slice(0, MAX_PATTERNS);
    const matcher = ignore({ ignorecase: false });
    matcher.add(accepted.map(({ line, text }) => ({ pattern: text, mark: String(line) })));
    const weight = accepted.reduce((sum, { text }) => sum + (countGlobstars(text) > 1 ? GLOBSTARS_WEIGHT : 1), 0);
    return new PatternList(matcher, weight, patterns.length - accepted.length);
  }

  /**
   * @param path  latin1, relative to the folder of the list, with a slash at the end for a folder; no folder above it is excluded.
   * @returns undefined when no pattern matches.
   */
  decide(path: string): Decision | undefined {
    if (++this.#askedCount % MAX_REMEMBERED === 0) this.#matcher = ignore({ ignorecase: false }).add(this.#matcher);
    const { ignored, unignored, rule } = this.#matcher.test(path);
    if (ignored) return { isExcluded: true, pattern: { line: Number(rule?.mark), text: rule?.pattern ?? '' } };
    return unignored ? { isExcluded: false } : undefined;
  }

  /** The same list for what is below a folder that it excludes and another list, or the user, has included again. */
  withIncluded(folder: string): PatternList {
    const included = `!/${folder.replace(/[\\*?[]/g, '\\$&')}`;
    const matcher = ignore({ ignorecase: false }).add(this.#matcher).add({ pattern: included });
    return new PatternList(matcher, this.weight + 1, this.rejectedCount);
  }
}

/** Comments and empty lines are not patterns. */
function patternsIn(bytes: Uint8Array): Pattern[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const whole = text.length > MAX_LIST_BYTES ? text.slice(0, text.lastIndexOf('\n', MAX_LIST_BYTES) + 1) : text;
  const lines = (whole.startsWith(BOM) ? whole.slice(BOM.length) : whole).split('\n');
  return lines
    .map((line, at) => ({ line: at + 1, text: line.replace(/\r$/, '') }))
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#'));
}

function isBearable({ text }: Pattern): boolean {
  return text.length <= MAX_PATTERN_BYTES && countGlobstars(text) <= MAX_GLOBSTARS;
}

/** A `**` at the end matches without trying. */
function countGlobstars(text: string): number {
  const names = text.split('/').slice(0, -1);
  return names.filter((name) => /^!?\*{2,}$/.test(name)).length;
}
