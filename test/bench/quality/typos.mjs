/**
 * Mistyped words of names, titles and texts of the corpus M: at which place is the file, or one that has the right word?
 * And right words that few files have, two of which no file has together: how many are taken for mistyped? One half was
 * looked at while the search was made.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureCorpora } from '../corpus.mjs';
import { filesBelow } from '../lib/corpus-pool.mjs';
import { anySlips, hash, mistype, SLIPS } from '../lib/slips.mjs';
import { figure, table } from '../lib/table.mjs';

const HITS = 10;
const PAIRS = 200;
/** Of a right word that may look mistyped. */
const MOST_HOLDERS = 3;
const SAMPLED_FILES = 600;
const MOST_SAMPLED_BYTES = 100_000;
/** A word that very many files have. */
const COMMON = 'kernel';
const TITLES = join(import.meta.dirname, '../known-items/M/queries.jsonl');
const HALVES = ['fitted', 'held out'];
/** In other scripts no letters from a to z slip in, and without blanks no word is told apart. */
const LATIN = /(?<!\p{L})\p{Script=Latin}+(?!\p{L})/gu;

export function typos({ folders, openFolder }) {
  const { folder } = ensureCorpora(folders).M;
  const index = openFolder('typos', folder);
  const paths = filesBelow(folder).sort();
  const words = sampledWords(paths).map((word) => ({ word, holders: index.list(`"${word}"`) }));
  const queries = [...inNames(paths), ...inTitles(folder), ...inTexts(words)];
  const placed = queries.map((query) => ({ ...query, ...placesOf(query, index) }));
  const pairs = rightPairs(words, index);
  const replaced = pairs.filter((text) => index.search(text).corrections.length > 0);
  index.close();
  process.stdout.write(`${kindTable(placed)}\n\n`);
  for (const text of replaced) process.stdout.write(`  ${text} is taken for mistyped\n`);
  return figuresOf(placed, replaced.length / pairs.length);
}

function figuresOf(placed, replaced) {
  const heldOut = placed.filter(({ half }) => half === 'held out');
  return [
    figure('typos, MRR, held out', mrr(heldOut), { target: 0.85, atLeast: true }),
    figure('typos in titles, MRR', mrr(placed.filter(({ kind }) => kind === 'title')), { target: 0.93, atLeast: true }),
    figure('rare words that are right and replaced, share', replaced, { target: 0.01 }),
  ];
}

/** Names with words that no other file has. */
function inNames(paths) {
  const named = paths.map((path) => ({ text: nameWords(path).join(' '), wanted: [path] }));
  const counts = new Map();
  for (const { text } of named) counts.set(text, (counts.get(text) ?? 0) + 1);
  const items = named.filter(({ text }) => counts.get(text) === 1 && text.includes(' '));
  const oneSlip = Object.keys(SLIPS).flatMap((slip) =>
    chosen(items, 30, { kind: `name, ${slip}`, lengths: [6, 24], slipsOf: () => [slip] }),
  );
  return [
    ...oneSlip,
    ...chosen(items, 60, { kind: 'name, word of 4-5 letters', lengths: [4, 5], slipsOf: (word) => anySlips(word, 1) }),
    ...chosen(items, 40, { kind: 'name, two slips', lengths: [7, 24], slipsOf: (word) => anySlips(word, 2) }),
  ];
}

function nameWords(path) {
  const name = basename(path).replace(/(?<=.)\.[^.]*$/, '');
  return name.toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
}

function inTitles(folder) {
  const lines = readFileSync(TITLES, 'utf8').trimEnd().split('\n');
  const titles = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'title');
  const items = titles.map(({ text, path }) => ({ text, wanted: [join(folder, path)] }));
  const slipsOf = (word) => anySlips(word, 1);
  return [
    [6, 24],
    [4, 7],
  ].flatMap((lengths) => chosen(items, items.length, { kind: 'title', lengths, slipsOf }));
}

function inTexts(words) {
  const items = words.filter(isKnown).map(({ word, holders }) => ({ text: word, wanted: holders }));
  const of = (kind, count, lengths, slips) =>
    chosen(items, count, { kind: `text, ${kind}`, lengths, slipsOf: (word) => anySlips(word, slips) });
  return [
    ...of('word of 4-5 letters', 40, [4, 5], 1),
    ...of('word of 6-12 letters', 80, [6, 12], 1),
    ...of('two slips', 40, [7, 12], 2),
  ];
}

function isKnown({ holders }) {
  return holders.length > MOST_HOLDERS;
}

/** By chance, but always the same; the longest word of such a length is mistyped. */
function chosen(items, count, { kind, lengths: [least, most], slipsOf }) {
  const made = [...items]
    .sort((a, b) => hash(kind + a.text) - hash(kind + b.text))
    .flatMap((item) => {
      const words = (item.text.match(LATIN) ?? []).filter(({ length }) => length >= least && length <= most);
      const [word] = words.sort((a, b) => b.length - a.length);
      const typed = word && mistype(word.toLowerCase(), slipsOf(word.toLowerCase()));
      const half = HALVES[hash(item.text) % 2];
      return typed ? { ...item, kind, half, right: item.text, text: item.text.replace(word, typed) } : [];
    });
  return made.slice(0, count);
}

function placesOf({ text, right, wanted }, index) {
  const known = new Set(wanted);
  const placeOf = (query) => {
    const at = index.search(query, HITS).hits.findIndex(({ path }) => known.has(path.toString()));
    return at < 0 ? Infinity : at + 1;
  };
  return { place: placeOf(text), placeOfRight: placeOf(right) };
}

/** Words of letters that texts have, in an order by chance. */
function sampledWords(paths) {
  const sample = [...paths].sort((a, b) => hash(a) - hash(b)).slice(0, SAMPLED_FILES);
  const words = sample.flatMap((path) => {
    const text = readFileSync(path).subarray(0, MOST_SAMPLED_BYTES).toString('latin1').toLowerCase();
    const all = [...new Set(text.match(/(?<![\w\x80-\xff])[a-z]{4,12}(?![\w\x80-\xff])/g))];
    return all.sort((a, b) => hash(a) - hash(b)).slice(0, 3);
  });
  return [...new Set(words)].sort((a, b) => hash(a) - hash(b));
}

/** Of rare words: two together, and each with a common one, which no file has together. */
function rightPairs(words, index) {
  const rare = words.filter((one) => one.holders.length > 0 && !isKnown(one)).map(({ word }) => word);
  const isNowhere = (text) => index.list(text).length === 0;
  const together = rare.map((word, i) => `${word} ${rare[(i + 1) % rare.length]}`);
  const withCommon = rare.map((word) => `${word} ${COMMON}`);
  return [together, withCommon].flatMap((texts) => texts.filter(isNowhere).slice(0, PAIRS));
}

function kindTable(placed) {
  const kinds = ['all', ...new Set(placed.map(({ kind }) => kind))];
  const rows = HALVES.flatMap((half) =>
    kinds.map((kind) => {
      const own = placed.filter((one) => one.half === half && (kind === 'all' || one.kind === kind));
      return [half, kind, own.length, mrr(own), mrr(own.map(({ placeOfRight }) => ({ place: placeOfRight })))];
    }),
  );
  return table(['half', 'typo', 'n', 'MRR', 'MRR without it'], rows);
}

function mrr(items) {
  return items.reduce((sum, { place }) => sum + 1 / place, 0) / items.length;
}
