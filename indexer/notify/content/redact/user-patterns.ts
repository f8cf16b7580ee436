/**
 * Patterns of the configuration, in RE2's syntax: their cost is linear whatever they are. The only place that imports
 * re2js; it is loaded with the first pattern (6 ms).
 */
import type { Span } from './spans.js';

type Library = typeof import('re2js');

const MAX_LENGTH = 1000;

/** Each pattern with the first of its groups as the secret, else all that it matches. */
export class UserPatterns {
  private constructor(private readonly compiled: readonly ReturnType<Library['RE2JS']['compile']>[]) {}

  /** @throws Error that says which pattern is wrong and why */
  static async compile(patterns: readonly string[]): Promise<UserPatterns> {
    if (patterns.length === 0) return new UserPatterns([]);
    const library = await import('re2js');
    return new UserPatterns(patterns.map((pattern) => compileOne(library, pattern)));
  }

  spans(text: string): Span[] {
    return this.compiled.flatMap((pattern) => matches(pattern, text));
  }
}

/** For the check of a configuration. @returns what is wrong with the pattern; undefined: nothing. */
export async function whyBadPattern(pattern: string): Promise<string | undefined> {
  try {
    await UserPatterns.compile([pattern]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function compileOne({ RE2JS }: Library, pattern: string) {
  if (pattern.length > MAX_LENGTH) throw new Error(`the pattern is longer than ${MAX_LENGTH} characters`);
  const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE);
  if (compiled.matcher('').find()) throw new Error(`the pattern ${JSON.stringify(pattern)} matches what is empty`);
  return compiled;
}

function matches(pattern: ReturnType<Library['RE2JS']['compile']>, text: string): Span[] {
  const spans: Span[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
    const [start, end] = [matcher.start(group), matcher.end(group)];
    if (end > start) spans.push({ start, end, kind: 'custom' });
  }
  return spans;
}
