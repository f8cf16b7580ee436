/**
 * A million documents of 1 kB: what a query of each kind costs, and whether the first ten are those that come when all
 * documents are scored: a copy of the index without champion lists is asked the same. Only when it is named: building the
 * index takes some minutes.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../lib/corpus-pool.mjs';
import { DOCUMENTS, ensureMillion } from '../lib/million.mjs';
import { millionQueries } from '../lib/million-queries.mjs';
import { runTree } from '../lib/process-tree.mjs';
import { openSearch, privateEnv } from '../lib/product.mjs';
import Database from '../lib/sqlite.mjs';
import { median, spread, timeMs } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const HITS = 10;
const ROUNDS = 2;
const TARGET_MS = 150;
const SAME = 0.95;
/** So many of each kind are compared with the exhaustive answer. */
const COMPARED = 12;

export async function run({ product, folders }) {
  const folder = ensureMillion(folders);
  const { file, cpuS } = await ensureIndex(product, folder, folders);
  const queries = millionQueries(file, folder).filter(({ texts }) => texts.length > 0);
  const search = openSearch(product, file);
  const measured = queries.map(({ kind, texts }) => ({ kind, texts, ms: texts.map((text) => cpuMs(search, text)) }));
  const same = overlaps(product, file, queries, search);
  search.close();
  const rows = measured.map(({ kind, ms }) => {
    const { n, p50, p95, max } = spread(ms);
    return [kind, n, p50, p95, max, same.get(kind)];
  });
  const worst = Math.max(...rows.map(([, , , p95]) => p95));
  const all = [...same.values()].filter((share) => share !== undefined);
  const mean = all.reduce((sum, share) => sum + share, 0) / all.length;
  return {
    figures: [
      figure('p95 of the slowest kind, CPU', worst, { unit: 'ms', target: TARGET_MS }),
      figure('first ten as when all are scored, mean of the kinds', mean, { target: SAME, atLeast: true }),
      ...(cpuS === undefined ? [] : [figure('building, CPU', cpuS, { unit: 's' })]),
    ],
    tables: [{ header: ['kind', 'n', 'p50 ms', 'p95 ms', 'max ms', 'same of ten'], rows }],
    checks: [countCheck(product, file, folder)],
    raw: { measured, same: [...same] },
  };
}

/** Kept beside the documents until the version of the schema changes. */
async function ensureIndex(product, folder, { corpus }) {
  const home = join(corpus, 'million-index');
  const env = privateEnv(home);
  const dataDirectory = join(env.XDG_DATA_HOME, 'find-text');
  const known = product.currentIndexFile(dataDirectory);
  if (known && isCurrent(product, known)) return { file: known };
  const { cpuS } = await runTree([...product.findTextd, 'rebuild', folder], { env });
  return { file: product.currentIndexFile(dataDirectory), cpuS };
}

function isCurrent({ openForReading }, file) {
  try {
    openForReading(file).close();
    return true;
  } catch {
    return false;
  }
}

function cpuMs(search, text) {
  search.search(text, HITS);
  return median(Array.from({ length: ROUNDS }, () => timeMs(() => search.search(text, HITS)).cpuMs));
}

/** @returns by kind the mean share of the first ten that are among the first ten of the exhaustive answer. */
function overlaps(product, file, queries, search) {
  const exhaustive = openSearch(product, withoutLists(file));
  const shares = queries.map(({ kind, texts, isComparable }) => {
    if (!isComparable) return [kind, undefined];
    const each = texts.slice(0, COMPARED).map((text) => overlap(search, exhaustive, text));
    return [kind, each.reduce((sum, share) => sum + share, 0) / each.length];
  });
  exhaustive.close();
  return new Map(shares);
}

function overlap(search, exhaustive, text) {
  const expected = exhaustive.search(text, HITS);
  const found = new Set(search.search(text, HITS).map(({ id }) => id));
  if (expected.length === 0) return found.size === 0 ? 1 : 0;
  return expected.filter(({ id }) => found.has(id)).length / expected.length;
}

function withoutLists(file) {
  const copy = `${file}.exhaustive`;
  copyFileSync(file, copy);
  const db = new Database(copy);
  db.exec('DELETE FROM listed');
  db.close();
  return copy;
}

function countCheck({ openForReading }, file, folder) {
  const files = filesBelow(folder).length;
  const db = openForReading(file);
  const documents = db.prepare('SELECT count(*) FROM part').pluck().get();
  const words = db.prepare('SELECT count(*) FROM word').pluck().get();
  db.close();
  return {
    name: `${files} documents and a vocabulary`,
    isOk: documents === files && files > DOCUMENTS * 0.999 && words > 1000,
    detail: `${documents} documents, ${words} words`,
  };
}
