/**
 * What the index may have of files that rules show without their secrets: the text without secrets, or their names. So
 * a key that is in no message is not in the index files either. What is personal but no secret (mail addresses, cards)
 * stays searchable.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Surroundings } from '../rules/path-selection.js';
import type { RuleSet } from '../rules/rule-set.js';
import { NeverShown } from './never-shown.js';
import { openKey } from './redact/key-file.js';
import { ThreadRedactor } from './redact/thread-redactor.js';

export interface SecrecyWishes {
  readonly rules: RuleSet;
  /** Where the key of the tags is kept. */
  readonly dataDirectory: string;
}

const PERSONAL = ['email', 'ssn', 'card', 'iban'];
/** Raised when more is taken for a secret: what was indexed is read again. */
const VERSION = 1;

/** undefined: no rule shows it. */
export type SecrecyWish = 'redacted' | 'names' | undefined;

/** @param rules  those of diffs. */
export function secrecyOf(rules: RuleSet, surroundings: Surroundings): (path: Uint8Array) => SecrecyWish {
  const never = new NeverShown(rules.rules, surroundings);
  return (path) => {
    const ofPath = rules.rulesFor(path);
    if (ofPath.length === 0) return undefined;
    return ofPath.some((rule) => never.has(rule, path)) ? 'names' : 'redacted';
  };
}

export class IndexSecrecy {
  readonly #wishFor: (path: Uint8Array) => SecrecyWish;
  readonly #redactor: ThreadRedactor;
  readonly version: number;

  private constructor(
    rules: RuleSet,
    { dataDirectory, surroundings, threadPath, texts }: SecrecyParts & { readonly dataDirectory: string },
  ) {
    const patterns = [...new Set(rules.rules.flatMap(({ diff }) => diff.redact))];
    const key = openKey(join(dataDirectory, 'redaction.key'));
    this.#wishFor = secrecyOf(rules, surroundings);
    this.#redactor = new ThreadRedactor({ key: key.bytes, patterns, threadPath, spared: PERSONAL });
    this.version = numberOf([VERSION, texts, patterns, key.id]);
  }

  /** @returns undefined where no rule wants a diff. @throws FindTextError FT_STORE_FAILED for a key file of others */
  static of(wishes: SecrecyWishes | undefined, parts: SecrecyParts): IndexSecrecy | undefined {
    const rules = wishes?.rules.ofDiffs;
    if (!wishes || !rules || rules.rules.length === 0) return undefined;
    return new IndexSecrecy(rules, { ...parts, dataDirectory: wishes.dataDirectory });
  }

  wishFor(path: Uint8Array): SecrecyWish {
    return this.#wishFor(path);
  }

  redact(texts: readonly string[]): Promise<readonly string[] | undefined> {
    return this.#redactor.redact(texts);
  }

  close(): Promise<void> {
    return this.#redactor.close();
  }
}

export interface SecrecyParts {
  readonly surroundings: Surroundings;
  /** The bundled redact-thread.ts. */
  readonly threadPath: string;
  /** What the texts depend on beside the files. */
  readonly texts: unknown;
}

/** As the version of an extractor is one: 31 bits. */
function numberOf(value: unknown): number {
  return createHash('sha256').update(JSON.stringify(value)).digest().readUInt32BE() >>> 1;
}
