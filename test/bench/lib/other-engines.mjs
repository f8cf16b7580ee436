/** The same files in a bare FTS5 table and in MiniSearch, for comparison. Both know the path and the text. */
import { readFileSync } from 'node:fs';
import MiniSearch from 'minisearch';
import Database from './sqlite.mjs';

/** All words, or, where no file has them all, any. @returns search(query, limit) → paths, best first. */
export function openFts5(paths) {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT);
           CREATE VIRTUAL TABLE body USING fts5 (path, text, content = '')`);
  const insertFile = db.prepare('INSERT INTO file (path) VALUES (?)');
  const insertBody = db.prepare('INSERT INTO body (rowid, path, text) VALUES (?, ?, ?)');
  db.transaction(() => {
    for (const path of paths)
      insertBody.run(insertFile.run(path).lastInsertRowid, path, readFileSync(path).toString('utf8'));
  })();
  const found = db
    .prepare(
      'SELECT path FROM file JOIN (SELECT rowid AS id FROM body WHERE body MATCH ? ORDER BY rank LIMIT ?) USING (id)',
    )
    .pluck();
  const search = (query, limit) => {
    const words = (query.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`);
    const whole = found.all(words.join(' AND '), limit);
    return whole.length > 0 ? whole : found.all(words.join(' OR '), limit);
  };
  return { name: 'bare FTS5', search, close: () => db.close() };
}

export function openMiniSearch(paths) {
  const index = new MiniSearch({ fields: ['path', 'text'], idField: 'path' });
  for (const path of paths) index.add({ path, text: readFileSync(path, 'utf8') });
  const search = (query, limit) =>
    index
      .search(query)
      .slice(0, limit)
      .map(({ id }) => id);
  return { name: 'MiniSearch', search, close: () => {} };
}
