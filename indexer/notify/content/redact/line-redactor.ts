/**
 * Puts a tag in the place of each secret: `‹secret:password:3fa1›`. The last part is 16 bits of an HMAC: equal secrets
 * have equal tags, a changed one shows as changed, and none is told. For commands, URLs and reasons; whole texts go through
 * redactor.ts, which knows more kinds.
 */
import { createHmac } from 'node:crypto';
import { ownSpans } from './own-table.js';
import { maskTags, mergeSpans, replaceSpans, type Span } from './spans.js';
import { UserPatterns } from './user-patterns.js';

export interface Redacted {
  readonly text: string;
  /** Secrets that were replaced; those of an earlier time are not counted. */
  readonly count: number;
}

/** Longer ones are cut. */
const MAX_LINE = 64 * 1024;

export class LineRedactor {
  protected constructor(
    private readonly key: Uint8Array,
    private readonly patterns: UserPatterns,
    private readonly spared: readonly string[] = [],
  ) {}

  /** @param patterns  of the configuration. @throws Error that says which is wrong */
  static async create(key: Uint8Array, patterns: readonly string[] = []): Promise<LineRedactor> {
    return new LineRedactor(key, await UserPatterns.compile(patterns));
  }

  redactLine(line: string): string {
    const text = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
    return this.replaceOnce(text).text;
  }

  /** @param more  what others have found in the text with its tags masked. */
  protected replaceOnce(text: string, more: readonly Span[] = []): Redacted {
    const masked = maskTags(text);
    const own = ownSpans(masked).filter(({ kind }) => !this.spared.includes(kind));
    const spans = mergeSpans(text, [...more, ...own, ...this.patterns.spans(masked)]);
    return { text: replaceSpans(text, spans, (kind, secret) => this.#tag(kind, secret)), count: spans.length };
  }

  #tag(kind: string, secret: string): string {
    return `‹secret:${kind}:${createHmac('sha256', this.key).update(secret).digest('hex').slice(0, 4)}›`;
  }
}
