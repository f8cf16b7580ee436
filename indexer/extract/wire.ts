/**
 * An outcome as it travels from a child process to the pool: a header in JSON, and a payload of all its texts one
 * behind the other. An extraction is a list there: the document that the file is, then those within it.
 * What is not to travel is set to undefined, which JSON leaves out: to copy the rest of an object takes V8 much longer.
 */
import type { Content, InnerContent } from '../../shared/types.js';
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

function extractedToWire({ kind, stat, isChanging, digest, extraction }: Extracted) {
  const { text, markup, children } = extraction;
  const texts = [text, markup, ...(children ?? []).flatMap((child) => [child.text, child.markup])].filter(
    ({ length }) => length > 0,
  );
  const wire = {
    kind,
    stat,
    isChanging,
    digest,
    extraction: withoutText(extraction),
    children: children?.map(({ innerPath, ...child }) => ({
      ...withoutText(child),
      innerPath: Buffer.from(innerPath).toString('latin1'),
    })),
  };
  return { wire, payload: texts.length === 1 ? (texts[0] as Uint8Array) : Buffer.concat(texts) };
}

function withoutText<Own extends Content>(content: Own): WireContent<Own> {
  const [textBytes, markupBytes] = [content.text.length, content.markup.length];
  const wire = { ...content, text: undefined, markup: undefined, children: undefined, textBytes, markupBytes };
  return wire;
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
  const { kind, stat, isChanging, digest } = outcome;
  const extraction = withText(outcome.extraction, take);
  const children = outcome.children?.map((child): InnerContent => {
    return { ...withText(child, take), innerPath: Buffer.from(child.innerPath, 'latin1') };
  });
  return { kind, stat, isChanging, digest, extraction: children ? { ...extraction, children } : extraction };
}

function withText<Wire extends { textBytes: number; markupBytes: number }>(
  wire: Wire,
  take: (bytes: number) => Buffer,
): Omit<Wire, 'textBytes' | 'markupBytes'> & Pick<Content, 'text' | 'markup'> {
  const [text, markup] = [take(wire.textBytes), take(wire.markupBytes)];
  return { ...wire, text, markup, textBytes: undefined, markupBytes: undefined };
}
