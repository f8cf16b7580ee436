/** The rows of documents that were found, as far as ranking and printing need them. */
import { pathText } from '../path-text.js';
import { joinPath, splitPath } from '../paths.js';
import type { Db } from '../store/open.js';
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
  /** The index has the first part of the text only. */
  readonly isPartial: boolean;
}

type Row = Omit<FoundDocument, 'name' | 'directory' | 'isStored' | 'isPartial'> & {
  readonly isStored: 0 | 1;
  readonly isPartial: 0 | 1;
};

const ROWS = `SELECT one.id, file_id AS fileId, inner_path AS innerPath, dir.path AS directoryBytes, name AS nameBytes, title,
    type, size, of_file.mtime_ms AS mtimeMs, abs(ctime_ms) AS ctimeMs, of_file.ino, extractor,
    EXISTS (SELECT 1 FROM stored_text WHERE part_id = one.id) AS isStored, is_truncated AS isPartial
  FROM part AS one JOIN file AS of_file ON of_file.id = file_id JOIN dir ON dir.id = dir_id`;

/** By id; those deleted meanwhile are missing. */
export function documentsById(db: Db, ids: readonly number[]): Map<number, FoundDocument> {
  const sql = `${ROWS} WHERE one.id IN (SELECT value FROM json_each(?))`;
  const rows = db.prepare<[string], Row>(sql).all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row.id, toDocument(row)]));
}

/** All documents that match the whole query, however many, in the order of the index. */
export function* allDocuments(db: Db, query: Query): Generator<FoundDocument> {
  const { sql, parameters } = toWholeCondition(query, db);
  const rows = db.prepare<unknown[], Row>(`${ROWS} WHERE true ${sql('one.id')}`).iterate(parameters);
  for (const row of rows) yield toDocument(row);
}

/** Of the file. */
export function pathOf({ directoryBytes, nameBytes }: FoundDocument): Buffer {
  return joinPath(directoryBytes, nameBytes);
}

function toDocument(row: Row): FoundDocument {
  const { innerPath, directoryBytes, nameBytes } = row;
  const place = innerPath
    ? splitPath(joinPath(joinPath(directoryBytes, nameBytes), innerPath))
    : { directory: directoryBytes, name: nameBytes };
  return {
    ...row,
    directory: pathText(place.directory),
    name: pathText(place.name),
    isStored: row.isStored === 1,
    isPartial: row.isPartial === 1,
  };
}

/** What a document says of itself. */
export function propertiesOf(db: Db, id: number): Property[] {
  return db.prepare<[number], Property>('SELECT field, value FROM property WHERE part_id = ?').all(id);
}
