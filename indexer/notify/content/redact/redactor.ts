/**
 * Puts a tag in the place of each secret: `‹secret:password:3fa1›`. The last part is 16 bits of an HMAC: equal secrets
 * have equal tags, a changed one shows as changed, and none is told. Redacting again changes nothing.
 * Runs in redact-thread.ts for whole texts; `redactLine` runs anywhere.
 */
import { createHmac } from 'node:crypto';
import { ownSpans } from './own-table.js';
import { maskTags, mergeSpans, replaceSpans, type Span } from './spans.js';
import { UserPatterns } from './user-patterns.js';
import { vendorSpans } from './vendor-rules.js';

export interface Redacted {
  readonly text: string;
  /** Secrets that were replaced; those of an earlier time are not counted. */
  readonly count: number;
}

/** Longer ones are cut: a command, a URL, a path. */
const MAX_LINE = 64 * 1024;
/** Two are enough but for texts that are made to need more. */
const MAX_ROUNDS = 6;

export class Redactor {
  private constructor(
    private readonly key: Uint8Array,
    private readonly patterns: UserPatterns,
  ) {}

  /** @param patterns  of the configuration. @throws Error that says which is wrong */
  static async create(key: Uint8Array, patterns: readonly string[] = []): Promise<Redactor> {
    return new Redactor(key, await UserPatterns.compile(patterns));
  }

  /** With everything that is known of secrets. @throws what a rule throws: then the text is not to be shown */
  async redact(text: string): Promise<Redacted> {
    let done: Redacted = { text, count: 0 };
    // A tag is a border where there was none, which may make a secret of what stands beside it.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const masked = maskTags(done.text);
      const more = this.#replace(done.text, [...(await vendorSpans(masked)), ...this.#spans(masked)]);
      if (more.count === 0) break;
      done = { text: more.text, count: done.count + more.count };
    }
    return done;
  }

  /** Without the rules of vendors. At once. */
  redactLine(line: string): string {
    const text = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
    return this.#replace(text, this.#spans(maskTags(text))).text;
  }

  #spans(text: string): Span[] {
    return [...ownSpans(text), ...this.patterns.spans(text)];
  }

  #replace(text: string, found: readonly Span[]): Redacted {
    const spans = mergeSpans(text, found);
    return { text: replaceSpans(text, spans, (kind, secret) => this.#tag(kind, secret)), count: spans.length };
  }

  #tag(kind: string, secret: string): string {
    return `‹secret:${kind}:${createHmac('sha256', this.key).update(secret).digest('hex').slice(0, 4)}›`;
  }
}
