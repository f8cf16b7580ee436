/**
 * Two texts → what changed, within limits of time, memory and length. Both are redacted already (redact/). Never throws.
 */
import { diffInProcess } from './diff-library.js';
import { runDiff } from './diff-program.js';
import type { DiffCounts, DiffResult, DiffText } from './diff-result.js';
import { type Shown, type ShownLimits, showHunks } from './hunks.js';
import { LongLines } from './long-lines.js';

export interface DiffOptions {
  /** Of each text, in UTF-16 units. */
  readonly maxText?: number;
  readonly limits?: ShownLimits;
  readonly of?: DiffText['of'];
  /** Where `diff` is looked for. */
  readonly path?: string | undefined;
}

/** Of a text; longer ones are not compared. */
export const MAX_TEXT = 1 << 20;
const LIMITS: ShownLimits = { lines: 200, bytes: 8 << 10 };
const TAG = /‹secret:[a-z0-9-]+:[0-9a-f]{4}›/g;

/** '' for a file that was not there before, or is not there any more. */
export async function makeDiff(before: string, after: string, options: DiffOptions = {}): Promise<DiffResult> {
  const { maxText = MAX_TEXT, limits = LIMITS, of = 'text' } = options;
  if (before === after) return { omitted: 'none' };
  if (Math.max(before.length, after.length) > maxText) return { omitted: 'too-large' };
  const longLines = new LongLines();
  const [a, b] = withLineEnds(longLines.shorten(before), longLines.shorten(after));
  const found = await findHunks(a, b, options.path);
  const counts = found && !found.isCut ? countSigns(found.text) : countLines(a, b);
  if (found === undefined) return { omitted: 'time', ...counts } satisfies DiffCounts;
  const shown = showHunks(found.text, longLines, limits);
  return toResult(found.isCut ? withRest(shown) : shown, counts, of);
}

/** A last line without an end is one like the others, unless that is all that changed. */
function withLineEnds(before: string, after: string): readonly [string, string] {
  const ended = [before, after].map((text) => (text === '' || text.endsWith('\n') ? text : `${text}\n`));
  const [a = '', b = ''] = ended;
  return a === b ? [before, after] : [a, b];
}

async function findHunks(a: string, b: string, path: string | undefined) {
  const run = await runDiff(a, b, path);
  if (run === 'time') return undefined;
  if (run !== 'missing') return run;
  const text = await diffInProcess(a, b);
  return text === undefined ? undefined : { text, isCut: false };
}

/** The program said more than was read. */
function withRest(shown: Shown): Shown {
  return { ...shown, isTruncated: true, text: shown.isTruncated ? shown.text : `${shown.text}\n…` };
}

function toResult({ text, words, isTruncated }: Shown, counts: Counts, of: DiffText['of']): DiffText {
  const redactions = [...text.matchAll(TAG)].length;
  return { format: 'unified', text, ...counts, truncated: isTruncated, redactions, of, words };
}

interface Counts {
  readonly added: number;
  readonly removed: number;
}

/** Of a whole unified diff. */
function countSigns(hunks: string): Counts {
  const counts = { added: 0, removed: 0 };
  for (const [index, line] of hunks.split('\n').entries()) {
    if (index < 2 && /^(?:---|\+\+\+) [ab]$/.test(line)) continue;
    if (line.startsWith('+')) counts.added++;
    else if (line.startsWith('-')) counts.removed++;
  }
  return counts;
}

/** Lines that stand in one text more often than in the other, whatever their order: linear. */
function countLines(before: string, after: string): Counts {
  const surplus = new Map<string, number>();
  for (const line of linesOf(after)) surplus.set(line, (surplus.get(line) ?? 0) + 1);
  for (const line of linesOf(before)) surplus.set(line, (surplus.get(line) ?? 0) - 1);
  const counts = { added: 0, removed: 0 };
  for (const count of surplus.values()) counts[count > 0 ? 'added' : 'removed'] += Math.abs(count);
  return counts;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
