/**
 * What exactly changed in a file: its text now against the last known one, both without their secrets. Called by the
 * notifier for each net change whose rule wants a diff; nothing is kept before the notifier says so. Never rejects.
 */
import type { DiffResult, DiffText } from './diff/diff-result.js';
import { makeDiff } from './diff/make-diff.js';
import type { NeverDiff } from './never-diff.js';
import type { ThreadRedactor } from './redact/thread-redactor.js';
import type { Shadow, ShadowFound, ShadowText } from './shadow.js';
import type { FileText, TextOf } from './text-of.js';

export interface ContentParts {
  readonly shadow: Shadow;
  readonly neverDiff: NeverDiff;
  readonly textOf: TextOf;
  readonly redactor: Pick<ThreadRedactor, 'redact'>;
}

export interface ContentChange {
  readonly path: Uint8Array;
  /** The file had this path before. */
  readonly from?: Uint8Array | undefined;
  readonly existedBefore: boolean;
  readonly existsNow: boolean;
  /** Names of the rules that want its text. */
  readonly rules: readonly string[];
}

export interface Compared {
  readonly diff: DiffResult;
  /** Writes the text of now in the place of the one before: in the transaction that puts the diff into the outbox. */
  readonly remember: () => void;
}

type Unread = Exclude<Awaited<ReturnType<TextOf>>, FileText>;

export class Content {
  constructor(private readonly parts: ContentParts) {}

  async compare(change: ContentChange): Promise<Compared> {
    const { path, from, existsNow } = change;
    if (this.parts.neverDiff.has(path) || (from && this.parts.neverDiff.has(from)))
      return { diff: { omitted: 'secret-path' }, remember: () => this.#forget(change) };
    const before = this.#before(change);
    const now = existsNow ? await this.parts.textOf(path) : '';
    if (typeof now === 'string' && now !== '') return this.#unread(change, now);
    return this.#compareTexts(change, before, now === '' ? { text: '' } : now);
  }

  /** For a file that a rule is new for: its text is kept, nothing is compared. @returns what writes it */
  async learn(path: Uint8Array, rules: readonly string[]): Promise<() => void> {
    const { remember } = await this.compare({ path, existedBefore: true, existsNow: true, rules });
    return remember;
  }

  #before({ path, from, existedBefore }: ContentChange): ShadowFound {
    return existedBefore ? this.parts.shadow.get(from ?? path) : { text: '' };
  }

  async #compareTexts(change: ContentChange, before: ShadowFound, now: ShadowText): Promise<Compared> {
    const texts = await this.#redact(typeof before === 'string' ? undefined : before, now);
    // What is kept stays: the next comparison shows this change as well.
    if (texts === undefined) return { diff: { omitted: 'time' }, remember: () => {} };
    const diff = typeof before === 'string' ? ({ omitted: before } as const) : await differenceOf(texts);
    return { diff, remember: () => this.#keep(change, texts.now) };
  }

  /** The kept text as well: more is known of secrets now than when it was kept, perhaps. */
  async #redact(before: ShadowText | undefined, now: ShadowText): Promise<Texts | undefined> {
    const found = await this.parts.redactor.redact([
      before?.text ?? '',
      now.text,
      before?.source ?? '',
      now.source ?? '',
    ]);
    if (found === undefined) return undefined;
    const [textBefore = '', textNow = '', sourceBefore = '', sourceNow = ''] = found;
    return {
      before: toText(textBefore, before?.source === undefined ? undefined : sourceBefore),
      now: toText(textNow, now.source === undefined ? undefined : sourceNow),
    };
  }

  /** A text that has become something else is of no use any more; one that cannot be read now may be read again. */
  #unread(change: ContentChange, why: Unread): Compared {
    const isLasting = why === 'binary' || why === 'too-large';
    return { diff: { omitted: why }, remember: () => isLasting && this.#forget(change) };
  }

  #keep(change: ContentChange, text: ShadowText): void {
    const { shadow } = this.parts;
    if (change.from || !change.existsNow) this.#forget(change);
    if (change.existsNow) shadow.put(change.path, change.rules, text);
  }

  #forget({ path, from }: ContentChange): void {
    this.parts.shadow.forget(path);
    if (from) this.parts.shadow.forget(from);
  }
}

interface Texts {
  readonly before: ShadowText;
  readonly now: ShadowText;
}

function toText(text: string, source: string | undefined): ShadowText {
  return source === undefined ? { text } : { text, source };
}

/** The text first; where it is the same, the file that it is taken out of. */
async function differenceOf({ before, now }: Texts): Promise<DiffResult> {
  const isText = before.text !== now.text || before.source === undefined || now.source === undefined;
  const of: DiffText['of'] = isText ? 'text' : 'source';
  return makeDiff(before[of] ?? '', now[of] ?? '', { of });
}
