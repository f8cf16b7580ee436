/**
 * The floor for any index on SQLite: each file as it is into one contentless FTS5 table, one process, one transaction; no
 * extraction (HTML tags are words), no text kept. A program of its own, so that its CPU can be counted.
 * `node fts5-load.mjs CORPUS_FOLDER DATABASE`
 */
import { readFileSync } from 'node:fs';
import { filesBelow } from './corpus-pool.mjs';
import Database from './sqlite.mjs';

const [folder, file] = process.argv.slice(2);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = NORMAL');
db.pragma('cache_size = -65536');
db.exec(`CREATE TABLE doc (id INTEGER PRIMARY KEY, path TEXT UNIQUE);
         CREATE VIRTUAL TABLE body USING fts5 (text, content = '')`);
const insertDocument = db.prepare('INSERT INTO doc (path) VALUES (?)');
const insertBody = db.prepare('INSERT INTO body (rowid, text) VALUES (?, ?)');
db.transaction(() => {
  for (const path of filesBelow(folder)) {
    const { lastInsertRowid } = insertDocument.run(path);
    insertBody.run(lastInsertRowid, readFileSync(path));
  }
})();
db.pragma('wal_checkpoint(TRUNCATE)');
db.close();
