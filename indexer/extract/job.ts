/**
 * One job in a child process: read the file, extract its text, say how it went. Called by job-loop.ts; throws nothing.
 */
import { FindTextError } from '../../shared/errors.js';
import { displayPath, pathText, splitPath } from '../../shared/paths.js';
import { extractContent, isWorthReading, MAX_TEXT_BYTES } from './extract-content.js';
import type { ExtractOutcome } from './messages.js';
import { type ReadResult, readBeginning } from './read-file.js';
import type { Registry } from './registry.js';

/** @param scratch  where small files are read into; the text of the outcome may be a part of it. */
export function runJob(registry: Registry, path: Uint8Array, maxBytes: number, scratch?: Buffer): ExtractOutcome {
  const limit = Math.min(maxBytes, MAX_TEXT_BYTES);
  const file = readBeginning(path, { maxBytes: limit, isWorthReading, ...(scratch && { scratch }) });
  return file.kind === 'read' ? extractRead(registry, path, file, limit) : file;
}

function extractRead(
  registry: Registry,
  path: Uint8Array,
  file: Extract<ReadResult, { kind: 'read' }>,
  maxBytes: number,
): ExtractOutcome {
  const { stat, bytes, isTruncated, isChanging } = file;
  try {
    const name = pathText(splitPath(path).name);
    const extraction = extractContent(registry, { name, bytes, isTruncated, maxBytes });
    return { kind: 'extracted', stat, isChanging, extraction };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof FindTextError ? error.code : 'FT_EXTRACT_FAILED';
    return { kind: 'failed', stat, code, message: `extract ${displayPath(path)}: ${reason}`, isTransient: isChanging };
  }
}
