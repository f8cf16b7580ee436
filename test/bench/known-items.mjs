/**
 * Known items: queries made from one file each (its name or parts of it, its title, a phrase, mistyped words ...), and at
 * which place of the ten hits the search has that file. Mean reciprocal rank (MRR) on the corpora S and M, and by kind.
 *
 * `node test/bench/known-items.mjs [--corpus DIR]` ends with status 1 when a target is missed; bench.mjs takes `run` as a
 * section. The weights of the ranking were fitted on one half of the queries.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS_OPTIONS, corpusFolders, ensureCorpora } from './corpus.mjs';
import { openProduct, openSearch, privateEnv } from './lib/product.mjs';
import { figure, figureTable, table } from './lib/table.mjs';

const ROOT = join(import.meta.dirname, '../..');
const TARGETS = { S: 0.9, M: 0.85 };
const HITS = 10;

export async function run({ product, corpora, scratch }) {
  const sets = Object.keys(TARGETS).map((name) => ({ name, items: searchItems(product, corpora[name], scratch) }));
  const count = sets.reduce((sum, { items }) => sum + items.length, 0);
  return {
    figures: sets.map(({ name, items }) =>
      figure(`MRR on ${name}`, mrr(items), { target: TARGETS[name], atLeast: true }),
    ),
    tables: [halves(sets), kinds(sets)],
    checks: [{ name: 'every query was run', isOk: count > 1500, detail: `${count} queries` }],
    raw: Object.fromEntries(sets.map(({ name, items }) => [name, mrr(items)])),
  };
}

/** @returns each item with the place of its file, from 1 on; Infinity when it is not among the hits. */
function searchItems(product, corpus, scratch) {
  const file = indexOf(product, corpus.folder, join(scratch, `known-items-${corpus.name}`));
  const { search, close } = openSearch(product, file);
  const text = readFileSync(join(import.meta.dirname, 'known-items', corpus.name, 'queries.jsonl'), 'utf8');
  const items = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const placed = items.map((item) => {
    const paths = search(item.text, HITS).map((hit) => Buffer.from(hit.path).toString());
    const at = paths.indexOf(join(corpus.folder, item.path));
    return { ...item, place: at < 0 ? Infinity : at + 1 };
  });
  close();
  return placed;
}

function indexOf({ findTextd, currentIndexFile }, folder, home) {
  const env = privateEnv(home);
  const [command, ...args] = [...findTextd, 'rebuild', folder];
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`find-textd rebuild ${folder}: ${stderr}`);
  return currentIndexFile(join(env.XDG_DATA_HOME, 'find-text'));
}

function mrr(items) {
  return items.reduce((sum, { place }) => sum + 1 / place, 0) / items.length;
}

/** Ten queries after each other, which mostly come from one file, are in the same half. */
function isFitted(name, { _id }) {
  return (
    [...name, ..._id.replace(/\d$/, '')].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) >>> 0, 7) %
      2 ===
    0
  );
}

function halves(sets) {
  const rows = sets.map(({ name, items }) => [
    name,
    items.length,
    mrr(items),
    mrr(items.filter((item) => isFitted(name, item))),
    mrr(items.filter((item) => !isFitted(name, item))),
  ]);
  return { header: ['corpus', 'queries', 'MRR', 'fitted half', 'held-out half'], rows };
}

function kinds(sets) {
  const names = [...new Set(sets.flatMap(({ items }) => items.map(({ kind }) => kind)))];
  const rows = names.map((kind) => [
    kind,
    ...sets.flatMap(({ items }) => {
      const own = items.filter((item) => item.kind === kind);
      return [own.length, mrr(own), own.filter(({ place }) => place === 1).length / own.length];
    }),
  ]);
  return { header: ['kind', ...sets.flatMap(({ name }) => [name, 'MRR', 'first'])], rows };
}

async function main() {
  const { values } = parseArgs({ options: CORPUS_OPTIONS });
  const corpora = ensureCorpora(corpusFolders(values));
  const scratch = mkdtempSync(join(tmpdir(), 'find-text-known-items-'));
  try {
    const { figures, tables } = await run({ product: await openProduct(ROOT, scratch), corpora, scratch });
    for (const { header, rows } of tables) process.stdout.write(`${table(header, rows)}\n\n`);
    process.stdout.write(`${figureTable(figures)}\n`);
    return figures.every(({ isMet }) => isMet) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) process.exitCode = await main();
