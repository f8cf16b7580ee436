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

export function snapshot(db: Db): Map<string, Seen> {
  const content = termsByDocument(db, 'body');
  const names = termsByDocument(db, 'names');
  const rows = db
    .prepare<[], Row>(
      `SELECT doc.id, dir.path AS directory, name, doc.ino, size, doc.mtime_ms AS mtimeMs, type, title, extractor,
         is_truncated AS isTruncated, deflated
       FROM doc JOIN dir ON dir.id = dir_id LEFT JOIN stored_text ON doc_id = doc.id ORDER BY dir.path, name`,
    )
    .all();
  return new Map(
    rows.map(({ id, directory, name, deflated, ...seen }) => {
      const storedText = deflated === null ? '' : hashOf(inflateRawSync(deflated));
      const terms = { storedText, content: content.get(id) ?? '', names: names.get(id) ?? '' };
      content.delete(id);
      names.delete(id);
      return [pathKey(joinPath(directory, name)), { ...seen, ...terms }];
    }),
  );
}

/** Documents of the full-text tables that have no row, or rows without full text: must be empty. */
export function orphans(db: Db): { readonly withoutRow: number[]; readonly withoutNames: number[] } {
  const ids = new Set(db.prepare<[], number>('SELECT id FROM doc').pluck().all());
  const named = new Set(termsByDocument(db, 'names').keys());
  const all = [...termsByDocument(db, 'body').keys(), ...named];
  return { withoutRow: all.filter((id) => !ids.has(id)), withoutNames: [...ids].filter((id) => !named.has(id)) };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

function termsByDocument(db: Db, table: 'body' | 'names'): Map<number, string> {
  db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table}_instances USING fts5vocab (main, ${table}, instance)`);
  const hashes = new Map<number, ReturnType<typeof createHash>>();
  const rows = db
    .prepare<[], { term: string; doc: number; col: string; offset: number }>(
      `SELECT term, doc, col, "offset" FROM temp.${table}_instances`,
    )
    .iterate();
  for (const { term, doc, col, offset } of rows) {
    const hash = hashes.get(doc) ?? createHash('sha1');
    hashes.set(doc, hash);
    hash.update(`${term} ${col} ${offset}\n`);
  }
  return new Map([...hashes].map(([doc, hash]) => [doc, hash.digest('hex')]));
}
