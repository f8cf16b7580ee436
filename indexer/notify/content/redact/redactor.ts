/**
 * Whole texts without their secrets: what line-redactor.ts finds, and what the rules of vendors find. Runs in
 * redact-thread.ts. Redacting again changes nothing, so that a text that was kept can be compared.
 */
import { LineRedactor, type Redacted } from './line-redactor.js';
import { maskTags } from './spans.js';
import { UserPatterns } from './user-patterns.js';
import { vendorSpans } from './vendor-rules.js';

/** Two are enough but for texts that are made to need more. */
const MAX_ROUNDS = 6;

export class Redactor extends LineRedactor {
  static override async create(
    key: Uint8Array,
    patterns: readonly string[] = [],
    spared: readonly string[] = [],
  ): Promise<Redactor> {
    return new Redactor(key, await UserPatterns.compile(patterns), spared);
  }

  /** @throws what a rule throws: then the text is not to be shown */
  async redact(text: string): Promise<Redacted> {
    let done: Redacted = { text, count: 0 };
    // A tag is a border where there was none, which may make a secret of what stands beside it.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const more = this.replaceOnce(done.text, await vendorSpans(maskTags(done.text)));
      if (more.count === 0) break;
      done = { text: more.text, count: done.count + more.count };
    }
    return done;
  }
}
