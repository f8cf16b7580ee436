/**
 * `find-textd audit changes`: what an audit stream alone says about files, a line per change; touches no file system.
 * The input is read no faster than the output is taken; a reader that goes away (`| head`) ends it quietly.
 */
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../../../shared/errors.js';
import { encodeChange } from '../change-line.js';
import { ChangeStream } from '../change-stream.js';
import { changeText } from '../change-text.js';
import type { FileChange } from '../file-change.js';

export interface AuditChangesOptions {
  readonly format: 'jsonl' | 'text';
  /** Only changes of events with exactly this key, be it one of several. */
  readonly key?: string | undefined;
}

const FORMATS = { jsonl: encodeChange, text: changeText } as const;
const READER_IS_GONE = ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

/** @throws what reading the input or writing the output throws, except that the reader is gone. */
export async function runAuditChanges(options: AuditChangesOptions, input: Readable, output: Writable): Promise<void> {
  try {
    await pipeline(input, (chunks) => toLines(options, chunks), output, { end: false });
  } catch (error) {
    if (!READER_IS_GONE.includes(systemCode(error) ?? '') || input.errored) throw error;
  }
}

/** One piece of text for each chunk, so that no more than a chunk's changes wait for the output. */
async function* toLines({ format, key }: AuditChangesOptions, chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let lines = '';
  const encode: (change: FileChange) => string = FORMATS[format];
  const stream = new ChangeStream({
    onChange: (change) => {
      if (key === undefined || change.keys.includes(key)) lines += encode(change);
    },
  });
  for await (const chunk of chunks) {
    stream.push(chunk);
    if (lines !== '') yield lines;
    lines = '';
  }
  stream.flush();
  if (lines !== '') yield lines;
}
