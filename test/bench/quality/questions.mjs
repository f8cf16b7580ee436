/**
 * Questions in whole sentences, with the documents that people have judged to answer them: how good are the first ten
 * (nDCG@10)? Collections made of Debian packages, of which one half of the questions was looked at while the search was
 * made; and folders in the form of Cranfield, CISI and CACM, named by FIND_TEXT_BENCH_JUDGED (separated by colons).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unpackPackages } from '../lib/corpus-pool.mjs';
import { openFts5, openMiniSearch } from '../lib/judged/engines.mjs';
import { FAQ_PACKAGES, readFaq } from '../lib/judged/faq.mjs';
import { readFolder } from '../lib/judged/folder.mjs';
import { MANUAL_PACKAGES, readManual } from '../lib/judged/manual.mjs';
import { readPackages } from '../lib/judged/packages.mjs';
import { figure, table } from '../lib/table.mjs';

const HITS = 10;
const TARGET = 0.48;
const ENGINES = ['find-text', 'FTS5 with stop list', 'MiniSearch'];

export function questions(context) {
  const { folders } = context;
  const named = (process.env.FIND_TEXT_BENCH_JUDGED ?? '').split(':').filter(Boolean).map(readFolder);
  const made = [
    readFaq(unpacked('faq', FAQ_PACKAGES, folders)),
    readManual(unpacked('manual', MANUAL_PACKAGES, folders)),
    readPackages(join(folders.cache, 'judged-packages')),
  ];
  const judged = [...made, ...named].map((collection) => judge(collection, context));
  const rows = judged.flatMap(({ name, documents, halves }) =>
    Object.entries(halves).map(([half, { count, scores }]) => [name, documents, half, count, ...scores]),
  );
  const header = ['collection', 'documents', 'half', 'questions', ...ENGINES];
  process.stdout.write(`${table(header, [...rows, ...meanRows(judged)])}\n\n`);
  const refused = judged.reduce((sum, one) => sum + one.refused, 0);
  const own = named.length > 0 ? judged.slice(made.length) : judged.slice(0, made.length);
  return [
    figure('questions, mean nDCG@10, held out', mean(own.map(({ halves }) => halves['held out'].scores[0])), {
      target: TARGET,
      atLeast: true,
    }),
    figure('questions that are refused', refused, { target: 0 }),
  ];
}

function unpacked(name, packages, { cache, debs }) {
  const folder = join(cache, name);
  mkdirSync(debs, { recursive: true });
  if (!existsSync(folder)) unpackPackages(packages, debs, folder);
  return folder;
}

function judge(collection, context) {
  const engines = [openFindText(collection, context), openFts5(collection), openMiniSearch(collection)];
  const judged = collection.queries.map((query) => ({
    isFitted: isFitted(collection.name, query.id),
    scores: engines.map(({ search }) => ndcg(answersOf(query, search), query.relevant)),
  }));
  for (const { close } of engines) close();
  const half = (isWanted) => {
    const own = judged.filter(isWanted);
    return { count: own.length, scores: ENGINES.map((_, i) => mean(own.map(({ scores }) => scores[i]))) };
  };
  const halves = { fitted: half(({ isFitted }) => isFitted), 'held out': half(({ isFitted }) => !isFitted) };
  return { name: collection.name, documents: collection.documents.length, halves, refused: engines[0].refused() };
}

/** A question that is a document is no answer to itself. */
function answersOf({ id, text, isDocument }, search) {
  return search(text, HITS + 1)
    .filter((one) => !isDocument || one !== id)
    .slice(0, HITS);
}

/** Each document is a page with its title; neither its name nor its folder has a word of it. */
function openFindText({ name, documents }, { scratch, openFolder }) {
  const folder = join(scratch, `judged-${name}`);
  mkdirSync(folder);
  for (const [i, { title, text }] of documents.entries())
    writeFileSync(
      join(folder, `${i}.html`),
      `<html><head><title>${htmlText(title)}</title></head><body>${htmlText(text)}</body></html>\n`,
    );
  const index = openFolder(`judged-${name}`, folder);
  let refused = 0;
  const search = (text, limit) => {
    try {
      return index
        .search(text, limit)
        .hits.map(({ path }) => documents[Number.parseInt(basename(path.toString()), 10)].id);
    } catch {
      refused++;
      return [];
    }
  };
  return { search, refused: () => refused, close: index.close };
}

function htmlText(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Every answer is as good as the others. */
function ndcg(found, relevant) {
  const gain = (i) => 1 / Math.log2(i + 2);
  const known = new Set(relevant);
  const got = found.reduce((sum, id, i) => sum + (known.has(id) ? gain(i) : 0), 0);
  const best = Array.from({ length: Math.min(HITS, known.size) }, (_, i) => gain(i));
  return got / best.reduce((a, b) => a + b, 0);
}

function isFitted(collection, id) {
  return (
    [...`${collection} ${id}`].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) >>> 0, 7) % 2 === 0
  );
}

function meanRows(judged) {
  return ['fitted', 'held out'].map((half) => {
    const scores = ENGINES.map((_, i) => mean(judged.map(({ halves }) => halves[half].scores[i])));
    return ['mean', undefined, half, judged.reduce((sum, { halves }) => sum + halves[half].count, 0), ...scores];
  });
}

function mean(numbers) {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}
