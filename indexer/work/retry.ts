/** Gives what has failed another try, as if it had changed. Used by the daemon, and by `find-textd retry` without one. */
import type { IndexReader } from '../index-reader.js';
import type { Writer } from '../parts.js';

export interface Retried {
  /** Files and folders that had failed. */
  readonly count: number;
}

export interface RetryParts {
  readonly index: Pick<IndexReader, 'failuresBelow'>;
  readonly writer: Pick<Writer, 'apply'>;
}

/** @param paths  absolute; what is below a folder is tried, too. */
export async function retry(paths: readonly Uint8Array[], { index, writer }: RetryParts): Promise<Retried> {
  const failed = new Set(paths.flatMap((path) => index.failuresBelow(path).map((one) => one.path.toString('latin1'))));
  if (failed.size > 0) await writer.apply(paths.map((path) => ({ kind: 'tryAgain', path, isForgiven: true })));
  return { count: failed.size };
}
