/**
 * One job in a child process: read the file, extract its text, say how it went. Called by job-loop.ts; throws nothing.
 */
import { FindTextError } from '../../shared/errors.js';
import { displayPath, pathText } from '../../shared/path-text.js';
import { splitPath, toBytes } from '../../shared/paths.js';
import type { Extraction } from '../../shared/types.js';
import { lastWordBegin, withLead } from '../../shared/word-borders.js';
import { HEAD_BYTES } from './decode.js';
import { extractContent, isWorthReading } from './extract-content.js';
import { appendedFrom, digestInput, digestOutput, type KnownContent } from './known-content.js';
import type { ExtractJob, ExtractOutcome } from './messages.js';
import { type ReadResult, readBeginning } from './read-file.js';
import type { Registry } from './registry.js';
import { MAX_TEXT_BYTES } from './tree-limits.js';

type BoundedJob = ExtractJob & { readonly maxBytes: number };
type Content = WithoutFile<Extract<ExtractOutcome, { kind: 'extracted' | 'same' | 'grown' }>>;
type WithoutFile<Outcome> = Outcome extends unknown ? Omit<Outcome, 'stat' | 'isChanging'> : never;

/** @param scratch  where small files are read into; the text of the outcome may be a part of it. */
export async function runJob(registry: Registry, job: BoundedJob, scratch?: Buffer): Promise<ExtractOutcome> {
  const maxBytes = Math.min(job.maxBytes, MAX_TEXT_BYTES);
  const file = readBeginning(job.path, {
    maxBytes,
    isWorthReading: (head) => isWorthReading(registry, nameOf(job.path), head),
    wholeUpTo: (head) => registry.wholeUpTo(head),
    ...(scratch && { scratch }),
  });
  return file.kind === 'read' ? extractRead(registry, { ...job, maxBytes }, file) : file;
}

type FileRead = Extract<ReadResult, { kind: 'read' }>;

function nameOf(path: Uint8Array): string {
  return pathText(splitPath(path).name);
}

async function extractRead(registry: Registry, job: BoundedJob, file: FileRead): Promise<ExtractOutcome> {
  const { stat, isChanging } = file;
  try {
    return { ...(await takeNew(registry, job, file)), stat, isChanging };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof FindTextError ? error.code : 'FT_EXTRACT_FAILED';
    const message = `extract ${displayPath(job.path)}: ${reason}`;
    return { kind: 'failed', stat, code, message, isTransient: isChanging };
  }
}

/** Of what was read, what the index does not have. */
async function takeNew(
  registry: Registry,
  { path, maxBytes, known }: BoundedJob,
  { bytes, isTruncated }: FileRead,
): Promise<Content> {
  const digests = digestInput(bytes, { maxBytes, isTruncated }, known?.bytes);
  const { input } = digests;
  if (input === known?.input) return { kind: 'same', input, ...outputOf(known) };
  const extraction = await extractContent(registry, { name: nameOf(path), bytes, isTruncated, maxBytes });
  const output = digestOutput(extraction);
  if (known && output !== undefined && output === known.output) return { kind: 'same', input, output };
  const digested = { ...extraction, input, ...outputOf({ output }) };
  const hasGrown = known && digests.known === known.input;
  return hasGrown ? takeAppended(known, digested) : { kind: 'extracted', extraction: digested };
}

function takeAppended(known: KnownContent, extraction: Extraction & { readonly input: string }): Content {
  const fromByte = appendedFrom(known, extraction);
  const text = toBytes(extraction.text);
  const { input, isFileText, isTruncated } = extraction;
  if (fromByte !== undefined)
    return { kind: 'grown', appended: { fromByte, text: withLead(text, fromByte), input, isTruncated } };
  // It goes on to grow, and may stand in the middle of a word.
  const isCut = isFileText && text.length > HEAD_BYTES;
  return { kind: 'extracted', extraction: isCut ? { ...extraction, cutBytes: lastWordBegin(text) } : extraction };
}

function outputOf({ output }: { readonly output?: string | undefined }): { readonly output?: string } {
  return output === undefined ? {} : { output };
}
