/**
 * One job in a child process: read the file, extract its text, say how it went. Called by job-loop.ts; throws nothing.
 */
import { closeSync } from 'node:fs';
import { FindTextError } from '../../shared/errors.js';
import { displayPath, pathText } from '../../shared/path-text.js';
import { splitPath, toBytes } from '../../shared/paths.js';
import type { Extraction } from '../../shared/types.js';
import { lastWordBegin, withLead } from '../../shared/word-borders.js';
import { HEAD_BYTES } from './decode.js';
import { digestFile } from './digest-file.js';
import { extractContent, isWorthReading } from './extract-content.js';
import { appendedFrom, digestInput, digestOutput, type KnownContent } from './known-content.js';
import type { ExtractJob, ExtractOutcome } from './messages.js';
import { type FilePiece, firstPiece, isTooLarge, nextPiece, withoutPiece, withPiece } from './pieces.js';
import {
  type OpenFile,
  type Part,
  type ReadOptions,
  type ReadResult,
  readAt,
  readFrom,
  readOpened,
  readPart,
} from './read-file.js';
import type { Registry } from './registry.js';
import { Source } from './source.js';
import { MAX_TEXT_BYTES } from './tree-limits.js';

interface BoundedJob extends ExtractJob {
  readonly maxBytes: number;
  /** The open file, which is closed when it is read; undefined: it is opened by its path. */
  readonly fd?: number | undefined;
}

type Content = WithoutFile<Extract<ExtractOutcome, { kind: 'extracted' | 'same' | 'grown' }>>;
type WithoutFile<Outcome> = Outcome extends unknown ? Omit<Outcome, 'stat' | 'isChanging'> : never;

/** @param scratch  where small files are read into; the text of the outcome may be a part of it. */
export async function runJob(registry: Registry, job: BoundedJob, scratch?: Buffer): Promise<ExtractOutcome> {
  const maxBytes = Math.min(job.maxBytes, MAX_TEXT_BYTES);
  const options: ReadOptions = {
    maxBytes,
    isWorthReading: (head) => isWorthReading(registry, nameOf(job.path), head),
    wholeUpTo: (head) => registry.wholeUpTo(head),
    ...(scratch && { scratch }),
  };
  const take = (open: OpenFile): TakenPart => {
    const part = takePart(registry, job, { open, options });
    return job.isDigested ? { ...part, digest: digestFile(open) } : part;
  };
  const file = job.fd === undefined ? readFrom(job.path, take) : readOpened(job.path, job.fd, take);
  if (file.kind !== 'read') return file;
  try {
    return await extractRead(registry, { ...job, maxBytes }, file);
  } finally {
    if (file.kept) closeSync(file.kept.fd);
  }
}

interface TakenPart extends Part {
  /** Of a file that is read on from there, or is too long to be read at once. */
  readonly piece?: FilePiece;
  /** Of another one, of several documents, that may hold more than are taken at once. */
  readonly pieceIfCut?: FilePiece;
  /** Of the whole file. */
  readonly digest?: string | undefined;
}

type FileRead = Extract<ReadResult<TakenPart>, { kind: 'read' }>;

interface Opened {
  readonly open: OpenFile;
  readonly options: ReadOptions;
}

/** Where the index has got with a file that is read piece by piece, else its beginning. */
function takePart(registry: Registry, job: ExtractJob, { open, options }: Opened): TakenPart {
  const { path, known, isRedacted = false } = job;
  const { maxBytes } = options;
  const knownFormat = known && registry.piecewise(known.extractor);
  const next = knownFormat && nextPiece(open, knownFormat, { known, maxBytes });
  if (next) return { bytes: next.bytes, isTruncated: false, piece: next };
  const part = readPart(open, options);
  if (part.bytes.length < open.size && registry.readsParts(nameOf(path), part.bytes)) return { ...part, kept: open };
  const isLong = part.isTruncated || (open.size > HEAD_BYTES && !isRedacted);
  const format = isLong ? registry.piecewiseFor(nameOf(path), part.bytes) : undefined;
  if (!format) return part;
  const piece = firstPiece(open, format, part.bytes);
  if (part.isTruncated) return { ...part, piece };
  return piece.isOne ? part : { ...part, pieceIfCut: piece };
}

function nameOf(path: Uint8Array): string {
  return pathText(splitPath(path).name);
}

async function extractRead(registry: Registry, job: BoundedJob, file: FileRead): Promise<ExtractOutcome> {
  const { stat, isChanging, digest } = file;
  try {
    const piece = file.piece && (await takePiece(registry, job, file.piece));
    const content = piece ?? (await (file.kept ? takeParts : takeNew)(registry, job, file));
    const first = isCut(content) && file.pieceIfCut && (await takeFirst(registry, job, content, file.pieceIfCut));
    const outcome: ExtractOutcome = { ...(first || content), stat, isChanging };
    return digest ? Object.assign(outcome, { digest }) : outcome;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof FindTextError ? error.code : 'FT_EXTRACT_FAILED';
    const message = `extract ${displayPath(job.path)}: ${reason}`;
    return { kind: 'failed', stat, digest, code, message, isTransient: isChanging };
  }
}

type Extracted = Extract<Content, { kind: 'extracted' }>;

function isCut(content: Content): content is Extracted {
  return content.kind === 'extracted' && content.extraction.isTruncated;
}

/** Of a file that holds more than is taken at once: its first piece, which may be the whole. */
function takeFirst(registry: Registry, job: BoundedJob, { extraction }: Extracted, piece: FilePiece) {
  return piece.isLast ? ofPiece(job, extraction, piece) : takePiece(registry, job, piece);
}

/** @returns undefined when the file is not of that format after all. */
async function takePiece(registry: Registry, job: BoundedJob, piece: FilePiece): Promise<Content | undefined> {
  const { path, maxBytes } = job;
  const file = { name: nameOf(path), bytes: piece.bytes, isTruncated: false, maxBytes };
  const extraction = await extractContent(registry, file);
  if (piece.inPlaceOf === undefined && !registry.piecewise(extraction.extractor)) return undefined;
  return ofPiece(job, extraction, piece);
}

/** Of a text without its secrets nothing is taken later. */
function ofPiece({ isRedacted }: ExtractJob, extraction: Extraction, piece: FilePiece): Extracted {
  const isLeft = !isRedacted && isTooLarge(extraction, piece);
  return { kind: 'extracted', extraction: (isLeft ? withoutPiece : withPiece)(extraction, piece) };
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
  const digested = output === undefined ? { ...extraction, input } : { ...extraction, input, output };
  const hasGrown = known && digests.known === known.input;
  return hasGrown ? takeAppended(known, digested) : { kind: 'extracted', extraction: digested };
}

/** Of a file of which only some places are read: which ones, its extractor tells. */
async function takeParts(
  registry: Registry,
  { path, maxBytes, known }: BoundedJob,
  { bytes, isTruncated, kept }: FileRead,
): Promise<Content> {
  const source = kept && new Source(kept.size, (from, length) => readAt(kept, from, length));
  const extraction = await extractContent(registry, { name: nameOf(path), bytes, isTruncated, maxBytes, source });
  const output = digestOutput(extraction);
  const input = `${digestInput(bytes, { maxBytes, isTruncated }).input}${source?.digest ?? ''}`;
  const isSame = known && output !== undefined && output === known.output;
  const outputs = outputOf({ output });
  return isSame
    ? { kind: 'same', input, ...outputs }
    : { kind: 'extracted', extraction: { ...extraction, input, ...outputs } };
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
