/** Everything a search can see of an index, by path: two indexes with the same snapshot answer alike. */
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { pathKey } from '../../shared/path-key.js';
import { joinPath } from '../../shared/paths.js';
import type { Db } from '../../shared/store/open.js';

export interface Seen {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly type: string;
  readonly title: string;
  readonly extractor: string;
  readonly isTruncated: number;
  /** As JSON. */
  readonly properties: string;
  /** Hash of the text kept for snippets, '' when the file is the text. */
  readonly storedText: string;
  /** Hash of the terms with their positions, in the content and in the name. */
  readonly content: string;
  readonly names: string;
  /** Hash of the different terms of the content, whatever their places. */
  readonly words: string;
  /** A part of the content was appended: it has no places that mean anything for the whole. */
  readonly isSplit: boolean;
}

type Terms = Map<number, string>;

/** All that is searched of a document. */
interface Searched {
  readonly content: Terms;
  readonly names: Terms;
  readonly words: Terms;
}

/** Both as far as they can be compared: of a document that was split in one of them the different words count, not their places. */
export function comparable(
  one: ReadonlyMap<string, Seen>,
  other: ReadonlyMap<string, Seen>,
): [Map<string, Seen>, Map<string, Seen>] {
  const isSplit = (path: string) => [one, other].some((seen) => seen.get(path)?.isSplit);
  const blank = (seen: ReadonlyMap<string, Seen>) =>
    new Map([...seen].map(([path, each]) => [path, isSplit(path) ? { ...each, isSplit: true, content: '' } : each]));
  return [blank(one), blank(other)];
}

interface Row {
  id: number;
  directory: Buffer;
  name: Buffer;
  ino: number;
  size: number;
  mtimeMs: number;
  type: string;
  title: string;
  extractor: string;
  isTruncated: number;
  deflated: Buffer | null;
  innerPath: Buffer | null;
  properties: string;
}

/** What an index holds, and the documents of which it holds a part only: there must be none. */
export interface Examined {
  readonly seen: Map<string, Seen>;
  readonly withoutRow: number[];
  readonly withoutNames: number[];
}

export function snapshot(db: Db): Map<string, Seen> {
  return examine(db).seen;
}

/** Documents of the full-text tables that have no row, or rows without full text: must be empty. */
export function orphans(db: Db): Omit<Examined, 'seen'> {
  const { withoutRow, withoutNames } = examine(db);
  return { withoutRow, withoutNames };
}

export function examine(db: Db): Examined {
  // What is sorted for it needs no file, which another user than the one who began could not open.
  if (!db.inTransaction) db.pragma('temp_store = MEMORY');
  const content = termsByDocument(db, 'body');
  const names = termsByDocument(db, 'names');
  const words = wordsByDocument(db);
  const split = new Set(db.prepare<[], number>('SELECT DISTINCT part_id FROM appended').pluck().all());
  const rows = db
    .prepare<[], Row>(
      `SELECT part.id, dir.path AS directory, name, inner_path AS innerPath, file.ino, size, file.mtime_ms AS mtimeMs, type, title,
         extractor, is_truncated AS isTruncated, deflated,
         (SELECT json_group_array(json_array(field, value, words)) FROM property WHERE property.part_id = part.id) AS properties
       FROM file JOIN dir ON dir.id = dir_id JOIN part ON file_id = file.id LEFT JOIN stored_text ON stored_text.part_id = part.id
       ORDER BY dir.path, name, inner_path`,
    )
    .all();
  const searched = { content, names, words };
  const seen = new Map(
    rows.map((row) => [
      pathKey(
        row.innerPath ? joinPath(joinPath(row.directory, row.name), row.innerPath) : joinPath(row.directory, row.name),
      ),
      { ...seenIn(row, searched), isSplit: split.has(row.id) },
    ]),
  );
  const withoutNames = rows.filter(({ id }) => !names.has(id)).map(({ id }) => id);
  for (const { id } of rows) for (const terms of [content, names, words]) terms.delete(id);
  const withoutRow = [...content.keys(), ...names.keys(), ...words.keys(), ...partsWithoutOwner(db)];
  return { seen, withoutRow, withoutNames };
}

function seenIn({ id, directory, name, innerPath, deflated, ...row }: Row, searched: Searched): Omit<Seen, 'isSplit'> {
  const storedText = deflated === null ? '' : hashOf(inflateRawSync(deflated));
  const of = (terms: Terms) => terms.get(id) ?? '';
  return { ...row, storedText, content: of(searched.content), names: of(searched.names), words: of(searched.words) };
}

/** Parts, their properties and appended texts without an owner, and the reverse. */
function partsWithoutOwner(db: Db): number[] {
  instancesOf(db, 'appended_text');
  return db
    .prepare<[], number>(
      `SELECT part_id FROM appended WHERE part_id NOT IN (SELECT id FROM part)
       UNION SELECT id FROM part WHERE file_id NOT IN (SELECT id FROM file)
       UNION SELECT id FROM file WHERE id NOT IN (SELECT id FROM part WHERE file_id = id AND inner_path IS NULL)
       UNION SELECT part_id FROM stored_text WHERE part_id NOT IN (SELECT id FROM part)
       UNION SELECT part_id FROM property WHERE part_id NOT IN (SELECT id FROM part)
       UNION SELECT DISTINCT doc FROM temp.appended_text_instances WHERE doc NOT IN (SELECT id FROM appended)`,
    )
    .pluck()
    .all();
}

function instancesOf(db: Db, table: 'body' | 'names' | 'appended_text'): void {
  db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table}_instances USING fts5vocab (main, ${table}, instance)`);
}

/** @returns a hash of the different terms of each document, its parts together. */
function wordsByDocument(db: Db): Terms {
  for (const table of ['body', 'appended_text'] as const) instancesOf(db, table);
  const rows = db
    .prepare<[], [doc: number, word: string]>(
      `SELECT doc, concat_ws(' ', term, col) AS word FROM temp.body_instances
       UNION SELECT part_id, concat_ws(' ', term, col) FROM temp.appended_text_instances JOIN appended ON id = doc
       ORDER BY word, doc`,
    )
    .raw()
    .iterate();
  return hashEach(rows);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** @returns a hash for each document: its terms, and of each how often, and where on the whole, it stands in each column. */
function termsByDocument(db: Db, table: 'body' | 'names'): Terms {
  instancesOf(db, table);
  const rows = db
    .prepare<[], [doc: number, places: string]>(
      `SELECT doc, concat_ws(' ', term, col, count(*), sum("offset"), sum("offset" * "offset"))
       FROM temp.${table}_instances GROUP BY term, doc, col ORDER BY term, doc, col`,
    )
    .raw()
    .iterate();
  return hashEach(rows);
}

function hashEach(rows: Iterable<[doc: number, line: string]>): Terms {
  const hashes = new Map<number, ReturnType<typeof createHash>>();
  for (const [doc, line] of rows) {
    const hash = hashes.get(doc) ?? createHash('sha1');
    hashes.set(doc, hash);
    hash.update(`${line}\n`);
  }
  return new Map([...hashes].map(([doc, hash]) => [doc, hash.digest('hex')]));
}
