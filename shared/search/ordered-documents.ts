/** All documents that match a whole query, in the order that it asks for (`sort:`). */
import type { Db } from '../store/open.js';
import { toWholeCondition } from './filter-sql.js';
import { documentsById, type FoundDocument } from './found-documents.js';
import type { Order, OrderKey, Query } from './query.js';

/** Mostly enough; SQLite keeps only so many while it puts them in order. */
const FIRST = 200;
/** Rows that are read at once. */
const CHUNK = 500;

/** Newest and largest first, names from A to Z. */
const COLUMNS: Readonly<Record<OrderKey, readonly (readonly [column: string, isDescending: boolean])[]>> = {
  modified: [['of_file.mtime_ms', true]],
  created: [['of_file.born_ms', true]],
  size: [['of_file.size', true]],
  name: [['CAST(ifnull(inner_path, name) AS TEXT) COLLATE NOCASE', false]],
  path: [
    ['dir.path', false],
    ['name', false],
    ['inner_path', false],
  ],
  title: [['title COLLATE NOCASE', false]],
};
/** What has no such value comes last in either direction. */
const MISSING: Partial<Record<OrderKey, string>> = { created: 'of_file.born_ms IS NULL', title: "title = ''" };

export function* orderedDocuments(db: Db, query: Query): Generator<FoundDocument> {
  const first = orderedIds(db, query, FIRST, 0);
  yield* documentsOf(db, first);
  if (first.length === FIRST) yield* documentsOf(db, orderedIds(db, query, -1, FIRST));
}

function orderedIds(db: Db, query: Query, limit: number, offset: number): number[] {
  const { sql, parameters } = toWholeCondition(query, db);
  const ids = `SELECT one.id FROM part AS one JOIN file AS of_file ON of_file.id = file_id JOIN dir ON dir.id = dir_id
    WHERE true ${sql('one.id')} ORDER BY ${[...(query.order ?? []).flatMap(columnsOf), 'one.id'].join()}
    LIMIT :limit OFFSET :offset`;
  return db
    .prepare<unknown[], number>(ids)
    .pluck()
    .all({ limit, offset, ...parameters });
}

function columnsOf({ by, isReversed }: Order): string[] {
  const columns = COLUMNS[by].map(
    ([column, isDescending]) => `${column} ${isDescending !== isReversed ? 'DESC' : 'ASC'}`,
  );
  return [MISSING[by] ?? [], columns].flat();
}

function* documentsOf(db: Db, ids: readonly number[]): Generator<FoundDocument> {
  for (let from = 0; from < ids.length; from += CHUNK) {
    const chunk = ids.slice(from, from + CHUNK);
    const documents = documentsById(db, chunk);
    for (const id of chunk) {
      const document = documents.get(id);
      if (document) yield document;
    }
  }
}
