/**
 * Extractors that take the secrets out of some texts before the index gets them. What cannot be redacted is not in the
 * index but for its name.
 */
import { displayPath } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import type { Content, Extraction, InnerContent, Priority, Property } from '../../shared/types.js';
import type { ExtractFailure, ExtractJob, ExtractOutcome } from './messages.js';

/** What stands in the index instead of the extractor. */
export const REDACTED = 'redacted';

export interface Redaction {
  /** Texts without secrets in the same order; undefined: that was not possible. */
  readonly redact: (texts: readonly string[]) => Promise<readonly string[] | undefined>;
  /** Another one when something else is a secret: what was indexed is read again. */
  readonly version: number;
}

export interface Pool {
  readonly versions: Readonly<Record<string, number>>;
  extract(jobs: readonly ExtractJob[], priority: Priority): Promise<ExtractOutcome[]>;
  limit(processes: number): void;
  rest?(isResting: boolean): void;
}

/** So much is redacted at a time: secrets of several lines are recognized from both sides of a border. */
const PIECE = 1 << 20;

export class RedactingExtractors implements Pool {
  readonly versions: Readonly<Record<string, number>>;

  constructor(
    private readonly pool: Pool,
    private readonly redaction: Redaction,
  ) {
    this.versions = { ...pool.versions, [REDACTED]: redaction.version };
  }

  limit(processes: number): void {
    this.pool.limit(processes);
  }

  rest(isResting: boolean): void {
    this.pool.rest?.(isResting);
  }

  async extract(jobs: readonly ExtractJob[], priority: Priority): Promise<ExtractOutcome[]> {
    // A text that only continues cannot be redacted: it is taken as a whole.
    const whole = jobs.map((job) => (job.isRedacted ? { path: job.path, isRedacted: true } : job));
    const outcomes = await this.pool.extract(whole, priority);
    return Promise.all(outcomes.map((outcome, at) => this.#redacted(outcome, jobs[at] as ExtractJob)));
  }

  async #redacted(outcome: ExtractOutcome, { path, isRedacted }: ExtractJob): Promise<ExtractOutcome> {
    if (!isRedacted || outcome.kind !== 'extracted' || isWithoutText(outcome.extraction)) return outcome;
    const extraction = await this.#redactExtraction(outcome.extraction);
    return extraction ? { ...outcome, extraction } : failure(path, outcome.stat);
  }

  async #redactExtraction({ children, isFileText, ...content }: Extraction): Promise<Extraction | undefined> {
    const own = await this.#redactContent(content);
    const inner: InnerContent[] = [];
    for (const { innerPath, digest: _, ...child } of own && children ? children : []) {
      const redacted = await this.#redactContent(child);
      if (!redacted) return undefined;
      inner.push({ ...redacted, innerPath });
    }
    if (!own) return undefined;
    const { type, title, text, markup, properties, isTruncated, met } = own;
    return {
      ...{ type, title, text, markup, isTruncated },
      ...(properties && { properties }),
      ...(met && { met }),
      ...(children && { children: inner }),
      isFileText: isFileText && text === content.text,
      extractor: REDACTED,
      extractorVersion: this.redaction.version,
    };
  }

  async #redactContent<Kind extends Content>(content: Kind): Promise<Kind | undefined> {
    const { title, text, markup, properties = [] } = content;
    const words = properties.map(({ value }) => (typeof value === 'string' ? value : ''));
    const pieces = [text, markup].map((bytes) => [...piecesOf(toBytes(bytes).toString('utf8'))]);
    const redacted = await this.#redactTexts([title, ...words, ...pieces.flat()]);
    if (!redacted) return undefined;
    const [newTitle = '', ...rest] = redacted;
    const [newWords, newPieces] = [rest.slice(0, words.length), rest.slice(words.length)];
    const [ofText = [], ofMarkup = []] = pieces;
    return {
      ...content,
      title: newTitle,
      text: changed(text, ofText, newPieces),
      markup: changed(markup, ofMarkup, newPieces.slice(ofText.length)),
      ...(properties.length > 0 && { properties: properties.filter((each, at) => isSame(each, newWords[at])) }),
    };
  }

  /** So much at a time as is sure to be done in time. */
  async #redactTexts(texts: readonly string[]): Promise<readonly string[] | undefined> {
    const redacted: string[] = [];
    for (const bunch of bunchesOf(texts)) {
      const done = await this.redaction.redact(bunch);
      if (!done) return undefined;
      redacted.push(...done);
    }
    return redacted;
  }
}

/** The same object where there is no secret in it. */
function changed(bytes: Uint8Array, before: readonly string[], after: readonly string[]): Uint8Array {
  if (before.every((piece, at) => piece === after[at])) return bytes;
  return Buffer.from(after.slice(0, before.length).join(''));
}

function* bunchesOf(texts: readonly string[]): Generator<readonly string[]> {
  let bunch: string[] = [];
  let size = 0;
  for (const text of texts) {
    if (bunch.length > 0 && size + text.length > PIECE) {
      yield bunch;
      bunch = [];
      size = 0;
    }
    bunch.push(text);
    size += text.length;
  }
  yield bunch;
}

/** Whole lines, as far as they are short enough. */
function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const border = text.length - from <= PIECE ? -1 : text.indexOf('\n', from + PIECE);
    const to = border < 0 ? text.length : border + 1;
    yield text.slice(from, to);
    from = to;
  }
}

/** A field whose value is a secret is left out. */
function isSame({ value }: Property, redacted: string | undefined): boolean {
  return typeof value !== 'string' || value === redacted;
}

function isWithoutText({ title, text, markup, properties, children }: Extraction): boolean {
  return title === '' && text.length === 0 && markup.length === 0 && !properties && !children;
}

function failure(path: Uint8Array, stat: ExtractFailure['stat']): ExtractFailure {
  const message = `take the secrets out of ${displayPath(path)}: it is too much; it is found by its name only`;
  return { kind: 'failed', code: 'FT_EXTRACT_TIMEOUT', message, isTransient: false, ...(stat && { stat }) };
}
