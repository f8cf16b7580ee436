/**
 * What `audit changes` and `audit events` have in common: an audit stream from a file or standard input, lines of text
 * out, and a word on standard error about what was lost or not understood.
 */
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FindTextError, systemCode } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import type { ChangeCounters } from '../../audit/changes/change-stream.js';
import type { StreamStats } from '../../audit/events/audit-stream.js';

export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export interface StreamArgs {
  /** Only events with exactly this key, be it one of several. */
  readonly key?: string | undefined;
  /** '-' and undefined are standard input. */
  readonly file?: string | undefined;
}

/** Takes the stream piece by piece; what it hands on goes to the output. */
export interface StreamReader {
  push(chunk: Buffer): void;
  end(): void;
  stats(): StreamStats & Partial<ChangeCounters>;
}

const READER_IS_GONE = ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

/** The reader of our output has gone, as `head` does: no error. */
export function isReaderGone(error: unknown): boolean {
  return READER_IS_GONE.includes(systemCode(error) ?? '');
}

/**
 * Runs until the input ends or the output is closed. The input is read no faster than the output is taken.
 * @param makeReader  gets what prints a line.
 * @throws FindTextError FT_READ_DENIED, FT_READ_FAILED; what writing the output throws.
 */
export async function runOnStream(
  { file }: StreamArgs,
  { stdin, stdout, stderr }: CommandIo,
  makeReader: (print: (line: string) => void) => StreamReader,
): Promise<void> {
  const input = file === undefined || file === '-' ? stdin : await openFile(file);
  let lines = '';
  const reader = makeReader((line) => {
    lines += line;
  });
  const isInputAtFault = watchForFault(input, stdout);
  try {
    await pipeline(input, (chunks: AsyncIterable<Buffer>) => toText(chunks, reader, take), stdout, { end: false });
  } catch (error) {
    if (isInputAtFault()) throw readError(file ?? '-', error);
    if (!isReaderGone(error)) throw error;
  }
  stderr.write(lossText(reader.stats()));

  function take(): string {
    const taken = lines;
    lines = '';
    return taken;
  }
}

/** `pipeline` destroys the input when the output fails, so only who failed first tells whose fault it was. */
function watchForFault(input: Readable, output: Writable): () => boolean {
  let first: Readable | Writable | undefined;
  const note = (stream: Readable | Writable) => (): void => {
    first ??= stream;
  };
  input.once('error', note(input));
  output.once('error', note(output)).once('close', note(output));
  return () => first === input;
}

/** One piece of text for each chunk, so that no more than a chunk's lines wait for the output. */
async function* toText(
  chunks: AsyncIterable<Buffer>,
  reader: StreamReader,
  take: () => string,
): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    reader.push(chunk);
    const text = take();
    if (text !== '') yield text;
  }
  reader.end();
  const text = take();
  if (text !== '') yield text;
}

async function openFile(file: string): Promise<Readable> {
  try {
    const handle = await open(file);
    return handle.createReadStream();
  } catch (error) {
    throw readError(file, error);
  }
}

function readError(file: string, cause: unknown): FindTextError {
  const isDenied = ['EACCES', 'EPERM'].includes(systemCode(cause) ?? '');
  const what = file === '-' ? 'standard input' : cleanText(file);
  return new FindTextError(
    isDenied ? 'FT_READ_DENIED' : 'FT_READ_FAILED',
    `read the audit stream from ${what}: ${(cause as Error).message}`,
    {
      cause,
      hint: isDenied
        ? 'Audit logs are readable by root only.'
        : 'Give a file of audit records, or - for standard input.',
    },
  );
}

function lossText(stats: StreamStats & Partial<ChangeCounters>): string {
  const { partialEvents, badLines, interpretedLines, longLines, badSamples, untoldEvents = 0 } = stats;
  const lines = [
    partialEvents > 0 && `events with records missing: ${partialEvents}; changes may have been lost`,
    untoldEvents > 0 &&
      `events of a kernel that writes no nametype= in PATH records, or of an unknown kind of machine: ${untoldEvents}; ` +
        'their changes cannot be told',
    longLines > 0 && `lines longer than any audit record, passed over: ${longLines}`,
    badLines > 0 && `lines that are no audit records: ${badLines}, such as: ${badSamples[0]}`,
    interpretedLines > 0 && `lines that ausearch has interpreted: ${interpretedLines}; give what ausearch --raw prints`,
  ];
  return lines.flatMap((line) => (line ? [`find-textd: ${line}\n`] : [])).join('');
}

/** @throws FindTextError FT_CONFIG_INVALID */
export function formatOf<T extends string>(format: string | undefined, known: readonly [T, ...T[]]): T {
  const found = format === undefined ? known[0] : known.find((name) => name === format);
  if (found !== undefined) return found;
  throw new FindTextError('FT_CONFIG_INVALID', `read --format: '${cleanText(format ?? '')}' is not known`, {
    hint: `It is one of ${known.join(', ')}.`,
  });
}
