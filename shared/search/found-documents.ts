/** The rows of documents that were found, as far as ranking and printing need them. */
import { pathText } from '../path-text.js';
import { joinPath, splitPath } from '../paths.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import type { Property } from '../types.js';
import { toWholeCondition } from './filter-sql.js';
import type { Query } from './query.js';

export interface FoundDocument {
  /** Of the part. */
  readonly id: number;
  readonly fileId: number;
  /** Where in the file it is; null: it is the file. */
  readonly innerPath: Buffer | null;
  /** Of the file, in bytes; pathOf joins them. */
  readonly directoryBytes: Buffer;
  readonly nameBytes: Buffer;
  /** Where the part is, as text: a file is a folder for those within it. */
  readonly directory: string;
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** 0: not known. */
  readonly ctimeMs: number;
  readonly ino: number;
  readonly extractor: string;
  /** The index has a copy of the text: the file itself is something else. */
  readonly isStored: boolean;
  /** Few say anything of themselves. */
  readonly hasProperties: boolean;
  /** The index has the first part of the text only. */
  readonly isPartial: boolean;
}

/** An array, not an object: half the time of the query is making them. */
type Row = readonly [
  id: number,
  fileId: number,
  innerPath: Buffer | null,
  directoryBytes: Buffer,
  nameBytes: Buffer,
  title: string,
  type: string,
  size: number,
  mtimeMs: number,
  ctimeMs: number,
  ino: number,
  extractor: string,
  isStored: 0 | 1,
  hasProperties: 0 | 1,
  isPartial: 0 | 1,
];

const ROWS = `SELECT one.id, file_id, inner_path, dir.path, name, title, type, size, of_file.mtime_ms, abs(ctime_ms),
    of_file.ino, extractor, EXISTS (SELECT 1 FROM stored_text WHERE part_id = one.id),
    EXISTS (SELECT 1 FROM property WHERE part_id = one.id), is_truncated
  FROM part AS one JOIN file AS of_file ON of_file.id = file_id JOIN dir ON dir.id = dir_id`;

/** By id; those deleted meanwhile are missing. */
export function documentsById(db: Db, ids: readonly number[]): Map<number, FoundDocument> {
  const sql = `${ROWS} WHERE one.id IN (SELECT value FROM json_each(?))`;
  const rows = prepared<Row>(db, sql).raw().all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row[0], toDocument(row)]));
}

/** Of this file, or within it. */
export function documentAt(db: Db, path: Uint8Array, innerPath: Uint8Array | undefined): FoundDocument | undefined {
  const { directory, name } = splitPath(path);
  const row = db
    .prepare<unknown[], Row>(`${ROWS} WHERE dir.path = ? AND name = ? AND inner_path IS ?`)
    .raw()
    .get(directory, name, innerPath ?? null);
  return row && toDocument(row);
}

/** All documents that match the whole query, however many, in the order of the index. */
export function* allDocuments(db: Db, query: Query): Generator<FoundDocument> {
  const { sql, parameters } = toWholeCondition(query, db);
  const rows = db
    .prepare<unknown[], Row>(`${ROWS} WHERE true ${sql('one.id')}`)
    .raw()
    .iterate(parameters);
  for (const row of rows) yield toDocument(row);
}

/** Of the file. */
export function pathOf({ directoryBytes, nameBytes }: FoundDocument): Buffer {
  return joinPath(directoryBytes, nameBytes);
}

function toDocument(row: Row): FoundDocument {
  const [id, fileId, innerPath, directoryBytes, nameBytes, title, type, size, mtimeMs, ctimeMs, ino, extractor] = row;
  const place = innerPath
    ? splitPath(joinPath(joinPath(directoryBytes, nameBytes), innerPath))
    : { directory: directoryBytes, name: nameBytes };
  return {
    id,
    fileId,
    innerPath,
    directoryBytes,
    nameBytes,
    directory: pathText(place.directory),
    name: pathText(place.name),
    title,
    type,
    size,
    mtimeMs,
    ctimeMs,
    ino,
    extractor,
    isStored: row[12] === 1,
    hasProperties: row[13] === 1,
    isPartial: row[14] === 1,
  };
}

/** What a document says of itself. */
export function propertiesOf(db: Db, { id, hasProperties }: FoundDocument): Property[] {
  if (!hasProperties) return [];
  return prepared<Property>(db, 'SELECT field, value FROM property WHERE part_id = ?').all(id);
}
