/**
 * The text of a file as the index would have it, read by the extractors: hostile files never run here. What is compared
 * and kept comes from this place alone.
 */
import { isUtf8 } from 'node:buffer';
import { toBytes } from '../../../shared/paths.js';
import { PRIORITY } from '../../../shared/types.js';
import type { ExtractOutcome, ExtractorPool } from '../../extract/pool.js';
import { readBeginning } from '../../extract/read-file.js';
import type { Omitted } from './diff/diff-result.js';
import { MAX_TEXT } from './diff/make-diff.js';

export interface FileText {
  readonly text: string;
  /** The file as it is, where `text` is taken out of it: a script that is put into a page is seen here. */
  readonly source?: string;
}

/** Never rejects. */
export type TextOf = (path: Uint8Array) => Promise<FileText | Exclude<Omitted, 'none' | 'off' | 'secret-path'>>;

/** For the pool that is given to `poolText`: more of a file is not read. */
export const POOL_MAX_BYTES = 4 * MAX_TEXT;
/** Read out of markup that is text itself. */
const MARKUP = new Set(['html', 'xml', 'man']);

/** @param pool  made with `maxBytes: POOL_MAX_BYTES`. */
export function poolText(pool: ExtractorPool): TextOf {
  return async (path) => {
    const [outcome] = await pool.extract([{ path }], PRIORITY.bulk);
    return outcome?.kind === 'extracted' ? textIn(path, outcome) : whyNot(outcome);
  };
}

type Extracted = Extract<ExtractOutcome, { kind: 'extracted' }>;

function textIn(path: Uint8Array, { stat, extraction }: Extracted): Awaited<ReturnType<TextOf>> {
  const { title, text, extractor, isTruncated, isFileText, children } = extraction;
  if (stat.size === 0) return { text: '' };
  if (extractor === 'none' || children !== undefined) return 'binary';
  if (isTruncated || text.length > MAX_TEXT) return 'too-large';
  const words = toBytes(text).toString('utf8');
  if (isFileText) return { text: words };
  const source = MARKUP.has(extractor) ? ownText(path) : undefined;
  // The title is no part of the text that is taken out of a page.
  return { text: title === '' ? words : `${title}\n${words}`, ...(source !== undefined && { source }) };
}

/** Nothing is made of it but UTF-8. */
function ownText(path: Uint8Array): string | undefined {
  const file = readBeginning(path, { maxBytes: MAX_TEXT, isWorthReading: () => true });
  if (file.kind !== 'read' || file.isTruncated || !isUtf8(file.bytes) || file.bytes.includes(0)) return undefined;
  return file.bytes.toString('utf8');
}

function whyNot(outcome: ExtractOutcome | undefined): 'time' | 'unreadable' {
  return outcome?.kind === 'failed' && outcome.code === 'FT_EXTRACT_TIMEOUT' ? 'time' : 'unreadable';
}
