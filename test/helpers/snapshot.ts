/** Everything a search can see of an index, by path: two indexes with the same snapshot answer alike. */
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { joinPath, pathKey } from '../../shared/paths.js';
import type { Db } from '../../shared/store/open.js';

export interface Seen {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly type: string;
  readonly title: string;
  readonly extractor: string;
  readonly isTruncated: number;
  /** Hash of the text kept for snippets, '' when the file is the text. */
  readonly storedText: string;
  /** Hash of the terms with their positions, in the content and in the name. */
  readonly content: string;
  readonly names: string;
}

type Terms = Map<number, string>;

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
  const content = termsByDocument(db, 'body');
  const names = termsByDocument(db, 'names');
  const rows = db
    .prepare<[], Row>(
      `SELECT doc.id, dir.path AS directory, name, doc.ino, size, doc.mtime_ms AS mtimeMs, type, title, extractor,
         is_truncated AS isTruncated, deflated
       FROM doc JOIN dir ON dir.id = dir_id LEFT JOIN stored_text ON doc_id = doc.id ORDER BY dir.path, name`,
    )
    .all();
  const seen = new Map(rows.map((row) => [pathKey(joinPath(row.directory, row.name)), seenIn(row, content, names)]));
  const withoutNames = rows.filter(({ id }) => !names.has(id)).map(({ id }) => id);
  for (const { id } of rows) for (const terms of [content, names]) terms.delete(id);
  return { seen, withoutRow: [...content.keys(), ...names.keys()], withoutNames };
}

function seenIn({ id, directory, name, deflated, ...row }: Row, content: Terms, names: Terms): Seen {
  const storedText = deflated === null ? '' : hashOf(inflateRawSync(deflated));
  return { ...row, storedText, content: content.get(id) ?? '', names: names.get(id) ?? '' };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** @returns a hash for each document: its terms, and of each how often, and where on the whole, it stands in each column. */
function termsByDocument(db: Db, table: 'body' | 'names'): Terms {
  db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table}_instances USING fts5vocab (main, ${table}, instance)`);
  const hashes = new Map<number, ReturnType<typeof createHash>>();
  const rows = db
    .prepare<[], [doc: number, places: string]>(
      `SELECT doc, concat_ws(' ', term, col, count(*), sum("offset"), sum("offset" * "offset"))
       FROM temp.${table}_instances GROUP BY term, doc, col ORDER BY term, doc, col`,
    )
    .raw()
    .iterate();
  for (const [doc, places] of rows) {
    const hash = hashes.get(doc) ?? createHash('sha1');
    hashes.set(doc, hash);
    hash.update(`${places}\n`);
  }
  return new Map([...hashes].map(([doc, hash]) => [doc, hash.digest('hex')]));
}
