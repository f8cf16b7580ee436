/** Is the history whole? Goes through all of it and computes each digest again. */
import { type ChainHead, chained, type Ledger } from './ledger.js';

export type Verdict =
  | { readonly isWhole: true; readonly head: ChainHead; readonly from: ChainHead; readonly count: number }
  | { readonly isWhole: false; readonly sequence: number; readonly why: string };

/**
 * @param noted  a digest that was received earlier, from a delivery: it must be in the chain. Its end is enough, 8
 * digits at least.
 */
export function verifyLedger(ledger: Pick<Ledger, 'anchor' | 'entries'>, noted?: string): Verdict {
  const from = ledger.anchor;
  let before = from;
  let isNotedFound = noted === undefined || fits(from.hash, noted);
  for (const { sequence, json, hash } of ledger.entries(from.sequence)) {
    const why = faultOf({ sequence, json, hash: hash.toString('hex') }, before);
    if (why !== undefined) return { isWhole: false, sequence, why };
    before = { sequence, hash: hash.toString('hex') };
    isNotedFound ||= fits(before.hash, noted as string);
  }
  if (!isNotedFound) return { isWhole: false, sequence: before.sequence, why: notFoundText(from) };
  return { isWhole: true, head: before, from, count: before.sequence - from.sequence };
}

function faultOf(entry: { sequence: number; json: string; hash: string }, before: ChainHead): string | undefined {
  if (entry.sequence !== before.sequence + 1)
    return `the entries from ${before.sequence + 1} to ${entry.sequence - 1} are missing`;
  if (chained(before.hash, entry.json) !== entry.hash)
    return 'its digest is not that of what it says, or what stood before it was changed';
  return sequenceIn(entry.json) === entry.sequence ? undefined : 'it stands in the place of another one';
}

function sequenceIn(json: string): unknown {
  try {
    return (JSON.parse(json) as { sequence?: unknown }).sequence;
  } catch {
    return undefined;
  }
}

function fits(hash: string, noted: string): boolean {
  return hash === noted || (noted.length >= 8 && hash.startsWith(noted));
}

function notFoundText({ sequence }: ChainHead): string {
  const kept =
    sequence === 0 ? 'it was never in this history' : `it is older than entry ${sequence + 1}, or never was in it`;
  return `the digest that was noted is not in the history: ${kept}, or the history was made anew`;
}
