/**
 * The writer's time to replace one document of about 20 KB in the full index of M, each in a transaction of its own; beside
 * it a bare FTS5 insert of the same text into an index of the same corpus (which cannot replace).
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFts5, ensureAnchor } from '../lib/anchors.mjs';
import Database from '../lib/sqlite.mjs';
import { evenly, spread, timeMs } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const DOCUMENTS = 200;
const MIN_BYTES = 18_000;
const MAX_BYTES = 22_000;

export async function run({ product, corpora, scratch, cache }) {
  const ours = await product.indexOf(corpora.M);
  const db = product.openForWriting(copyDatabase(ours.file, join(scratch, 'replace.db')));
  const rows = evenly(db.prepare(ROWS).all(MIN_BYTES, MAX_BYTES), DOCUMENTS);
  const edits = rows.map((row) => ({ row, word: newWord(), path: product.pathOf(row) }));
  const before = countDocuments(db);
  const writes = await replaceEach(product, db, edits);
  const checks = [foundBy(db, edits), await replacedOnce(product, db, edits), sameCount(before, countDocuments(db))];
  db.close();
  const bare = await insertEach(
    await ensureAnchor(buildFts5, corpora.M, cache),
    join(scratch, 'replace-fts5.db'),
    edits,
  );
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

/** Of letters alone: where digits begin, the index parts a word. */
function newWord() {
  return `qz${[...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}`;
}

const ROWS = `SELECT file.id, dir.path AS directory, name, file.dev, file.ino, size, file.mtime_ms, ctime_ms
  FROM file JOIN dir ON dir.id = dir_id WHERE size BETWEEN ? AND ? ORDER BY file.id`;

function replaceEach(product, db, edits) {
  const documents = new product.Documents(db);
  const put = db.transaction((path, stat, extraction) => documents.put(path, stat, extraction));
  return timeEach(
    edits,
    async ({ row, path, word }, bytes) => {
      const file = { name: row.name.toString(), bytes: withWord(bytes, word), isTruncated: false, maxBytes: 1e6 };
      const stat = { dev: row.dev, ino: row.ino, size: row.size, mtimeMs: row.mtime_ms + 1, ctimeMs: row.ctime_ms + 1 };
      return { path, stat, extraction: await product.extractContent(product.FORMATS, file) };
    },
    ({ path, stat, extraction }) => put.immediate(path, stat, extraction),
  );
}

/** In the middle of the file, after the end of a line, where text stands in every format of the corpus. */
function withWord(bytes, word) {
  const at = bytes.indexOf('\n', bytes.length >> 1) + 1;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(`${word}\n`), bytes.subarray(at)]);
}

async function insertEach(from, to, edits) {
  const db = new Database(copyDatabase(from, to));
  db.pragma('synchronous = NORMAL');
  const addDocument = db.prepare('INSERT INTO doc (path) VALUES (?)');
  const addText = db.prepare('INSERT INTO body (rowid, text) VALUES (?, ?)');
  const insert = db.transaction((word, text) => addText.run(addDocument.run(word).lastInsertRowid, text));
  const times = await timeEach(
    edits,
    ({ word }, bytes) => ({ word, bytes }),
    ({ word, bytes }) => insert(word, bytes),
  );
  db.close();
  return times;
}

/** Reading and extracting (`prepare`) is not the writer's work. */
async function timeEach(edits, prepare, write) {
  const times = [];
  for (const edit of edits) {
    const prepared = await prepare(edit, readFileSync(edit.path));
    times.push(timeMs(() => write(prepared)));
  }
  return { wall: spread(times.map(({ wallMs }) => wallMs)), cpu: spread(times.map(({ cpuMs }) => cpuMs)) };
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
async function replacedOnce(product, db, edits) {
  const [edit] = edits;
  await replaceEach(product, db, [{ ...edit, word: 'qzqzqz' }]);
  const left = db.prepare('SELECT count(*) FROM body WHERE body MATCH ?').pluck().get(edit.word);
  return { name: 'a replaced text is no longer found', isOk: left === 0 };
}

function sameCount(before, after) {
  return { name: 'the number of documents stays', isOk: before === after, detail: String(after) };
}

function countDocuments(db) {
  return db.prepare('SELECT count(*) FROM file').pluck().get();
}

function copyDatabase(from, to) {
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  return to;
}
