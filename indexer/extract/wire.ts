/**
 * An outcome as it travels from a child process to the pool: a header in JSON, and a payload of all its texts one
 * behind the other. An extraction is a list there: the document that the file is, then those within it.
 */
import type { Content, Extraction, InnerContent } from '../../shared/types.js';
import type { ExtractOutcome, WireContent, WireOutcome } from './messages.js';

const NO_TEXT = new Uint8Array(0);
type Extracted = Extract<ExtractOutcome, { kind: 'extracted' }>;

export function toWire(outcome: ExtractOutcome): { wire: WireOutcome; payload: Uint8Array } {
  if (outcome.kind === 'grown') {
    const { text: payload, ...appended } = outcome.appended;
    return { wire: { ...outcome, appended }, payload };
  }
  return outcome.kind === 'extracted' ? extractedToWire(outcome) : { wire: outcome, payload: NO_TEXT };
}

function extractedToWire({ extraction: { children, ...own }, ...outcome }: Extracted) {
  const { text, markup } = own;
  const texts = [text, markup, ...(children ?? []).flatMap((child) => [child.text, child.markup])].filter(
    ({ length }) => length > 0,
  );
  const wire = {
    ...outcome,
    extraction: withoutText(own),
    children: children?.map(({ innerPath, ...child }) => ({
      ...withoutText(child),
      innerPath: Buffer.from(innerPath).toString('latin1'),
    })),
  };
  return { wire, payload: texts.length === 1 ? (texts[0] as Uint8Array) : Buffer.concat(texts) };
}

function withoutText<Own extends Content>({ text, markup, ...rest }: Own): WireContent<Own> {
  return { ...rest, textBytes: text.length, markupBytes: markup.length };
}

/** The texts are parts of the payload. */
export function fromWire(outcome: WireOutcome, payload: Buffer): ExtractOutcome {
  if (outcome.kind === 'grown') return { ...outcome, appended: { ...outcome.appended, text: payload } };
  if (outcome.kind !== 'extracted') return outcome;
  let at = 0;
  const take = (bytes: number) => {
    at += bytes;
    return payload.subarray(at - bytes, at);
  };
  const { children: wireChildren, ...rest } = outcome;
  const extraction: Extraction = withText(outcome.extraction, take);
  const children = wireChildren?.map((child): InnerContent => {
    return { ...withText(child, take), innerPath: Buffer.from(child.innerPath, 'latin1') };
  });
  return { ...rest, extraction: children ? { ...extraction, children } : extraction };
}

function withText<Wire extends { textBytes: number; markupBytes: number }>(
  { textBytes, markupBytes, ...rest }: Wire,
  take: (bytes: number) => Buffer,
) {
  return { ...rest, text: take(textBytes), markup: take(markupBytes) };
}
