/**
 * Files of which the index has the first part only: they are longer than the limit, or damaged. Used by `status` and
 * by searches.
 */
import { joinPath } from '../paths.js';
import type { Db } from './open.js';
import { prepared } from './prepared.js';

export interface PartialDocument {
  readonly path: Buffer;
  /** Of the file. */
  readonly size: number;
}

const FILES = 'SELECT DISTINCT file_id FROM part WHERE is_truncated = 1';

/** @param isWanted  asked about the path of each; absent: all count. */
export function countPartial(db: Db, isWanted?: (path: Uint8Array) => boolean): number {
  if (!isWanted) return prepared<number>(db, `SELECT count(*) FROM (${FILES})`).pluck().get() ?? 0;
  const rows = db.prepare<[], { directory: Buffer; name: Buffer }>(
    `SELECT dir.path AS directory, name FROM (${FILES}) JOIN file ON file.id = file_id JOIN dir ON dir.id = dir_id`,
  );
  let count = 0;
  for (const { directory, name } of rows.iterate()) if (isWanted(joinPath(directory, name))) count++;
  return count;
}

export function largestPartial(db: Db, limit: number): PartialDocument[] {
  const rows = db
    .prepare<[number], { directory: Buffer; name: Buffer; size: number }>(
      `SELECT dir.path AS directory, name, size FROM (${FILES}) JOIN file ON file.id = file_id JOIN dir ON dir.id = dir_id
       ORDER BY size DESC LIMIT ?`,
    )
    .all(limit);
  return rows.map(({ directory, name, size }) => ({ path: joinPath(directory, name), size }));
}
