/** Documents of which the index has the first part only: their files are longer than the limit. Asked by `status` and by searches. */
import { joinPath } from '../paths.js';
import type { Db } from './open.js';

export interface PartialDocument {
  readonly path: Buffer;
  /** Of the file. */
  readonly size: number;
}

/** @param isWanted  asked about the path of each; absent: all count. */
export function countPartial(db: Db, isWanted?: (path: Uint8Array) => boolean): number {
  if (!isWanted) return db.prepare<[], number>('SELECT count(*) FROM doc WHERE is_truncated = 1').pluck().get() ?? 0;
  const rows = db.prepare<[], { directory: Buffer; name: Buffer }>(
    'SELECT dir.path AS directory, name FROM doc JOIN dir ON dir.id = dir_id WHERE is_truncated = 1',
  );
  let count = 0;
  for (const { directory, name } of rows.iterate()) if (isWanted(joinPath(directory, name))) count++;
  return count;
}

export function largestPartial(db: Db, limit: number): PartialDocument[] {
  const rows = db
    .prepare<[number], { directory: Buffer; name: Buffer; size: number }>(
      `SELECT dir.path AS directory, name, size FROM doc JOIN dir ON dir.id = dir_id WHERE is_truncated = 1
       ORDER BY size DESC LIMIT ?`,
    )
    .all(limit);
  return rows.map(({ directory, name, size }) => ({ path: joinPath(directory, name), size }));
}
