/**
 * The writer's time to replace one document of about 20 KB in the full index of M, each in a transaction of its own; beside
 * it a bare FTS5 insert of the same text into an index of the same corpus (which cannot replace).
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { buildFts5, ensureAnchor } from '../lib/anchors.mjs';
import { evenly, spread, timeMs } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const DOCUMENTS = 200;
const MIN_BYTES = 18_000;
const MAX_BYTES = 22_000;

export async function run({ product, corpora, scratch, cache }) {
  const ours = await product.indexOf(corpora.M);
  const db = product.openForWriting(copyDatabase(ours.file, join(scratch, 'replace.db')));
  const rows = evenly(db.prepare(ROWS).all(MIN_BYTES, MAX_BYTES), DOCUMENTS);
  const edits = rows.map((row) => ({ row, word: `qz${randomBytes(8).toString('hex')}`, path: product.pathOf(row) }));
  const before = countDocuments(db);
  const writes = replaceEach(product, db, edits);
  const checks = [foundBy(db, edits), replacedOnce(product, db, edits), sameCount(before, countDocuments(db))];
  db.close();
  const bare = insertEach(await ensureAnchor(buildFts5, corpora.M, cache), join(scratch, 'replace-fts5.db'), edits);
  return {
    figures: [
      figure('median, wall', writes.wall.p50, { unit: 'ms', target: 3 }),
      figure('median, CPU', writes.cpu.p50, { unit: 'ms' }),
      figure('p95, wall (with the merges of FTS5)', writes.wall.p95, { unit: 'ms' }),
      figure('median of a bare FTS5 insert, wall', bare.wall.p50, { unit: 'ms' }),
      figure('times the bare insert', writes.wall.p50 / bare.wall.p50, {}),
    ],
    checks,
    raw: { writes, bare },
  };
}

const ROWS = `SELECT doc.id, dir.path AS directory, name, dev, ino, size, type, title, extractor, extractor_version,
    doc.mtime_ms, ctime_ms FROM (SELECT * FROM doc WHERE size BETWEEN ? AND ?) AS doc
  JOIN (SELECT id, path FROM dir) AS dir ON dir.id = dir_id ORDER BY doc.id`;

function replaceEach(product, db, edits) {
  const documents = new product.Documents(db);
  const put = db.transaction((path, stat, extraction) => documents.put(path, stat, extraction));
  return timeEach(edits, ({ row, path, word }, text) => {
    const stat = { dev: row.dev, ino: row.ino, size: row.size, mtimeMs: row.mtime_ms + 1, ctimeMs: row.ctime_ms + 1 };
    const { type, title, extractor } = row;
    const content = { text: Buffer.concat([text, Buffer.from(`\n${word}\n`)]), isFileText: true, isTruncated: false };
    put.immediate(path, stat, { type, title, extractor, extractorVersion: row.extractor_version, ...content });
  });
}

function insertEach(from, to, edits) {
  const db = new Database(copyDatabase(from, to));
  db.pragma('synchronous = NORMAL');
  const addDocument = db.prepare('INSERT INTO doc (path) VALUES (?)');
  const addText = db.prepare('INSERT INTO body (rowid, text) VALUES (?, ?)');
  const insert = db.transaction((word, text) => addText.run(addDocument.run(word).lastInsertRowid, text));
  const times = timeEach(edits, ({ word }, text) => insert(word, text));
  db.close();
  return times;
}

function timeEach(edits, write) {
  const wall = [];
  const cpu = [];
  for (const edit of edits) {
    const text = readFileSync(edit.path);
    const { wallMs, cpuMs } = timeMs(() => write(edit, text));
    wall.push(wallMs);
    cpu.push(cpuMs);
  }
  return { wall: spread(wall), cpu: spread(cpu) };
}

function foundBy(db, edits) {
  const find = db.prepare('SELECT rowid FROM body WHERE body MATCH ?').pluck();
  const right = edits.filter(({ row, word }) => find.all(word).join() === String(row.id)).length;
  return {
    name: 'each new word finds its document only',
    isOk: right === edits.length,
    detail: `${right} of ${edits.length}`,
  };
}

/** Replaced again without the word, a document is no longer found by it. */
function replacedOnce(product, db, edits) {
  const [edit] = edits;
  replaceEach(product, db, [{ ...edit, word: 'qzqzqz' }]);
  const left = db.prepare('SELECT count(*) FROM body WHERE body MATCH ?').pluck().get(edit.word);
  return { name: 'a replaced text is no longer found', isOk: left === 0 };
}

function sameCount(before, after) {
  return { name: 'the number of documents stays', isOk: before === after, detail: String(after) };
}

function countDocuments(db) {
  return db.prepare('SELECT count(*) FROM doc').pluck().get();
}

function copyDatabase(from, to) {
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  return to;
}
