/**
 * Queries of every kind for an index of a million documents, drawn from its own words by a fixed seed: by how many
 * documents hold them, alone and together, as beginnings, mistyped, and with conditions. `isComparable`: the order of the
 * answer is by score.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from './sqlite.mjs';

const COUNT = 40;
/** Words as they stand in texts: the vocabulary has stems. */
const SAMPLED_FILES = 6000;

export function millionQueries(file, folder) {
  const words = frequencies(file, folder);
  const random = generator(77);
  const near = (documents, share = 0.5) =>
    words.filter((word) => Math.abs(Math.log(word.documents / documents)) < share).map(({ word }) => word);
  const total = words.total;
  const common = words.slice(0, COUNT).map(({ word }) => word);
  const middle = near(total / 200);
  const rare = near(20, 1);
  const pick = (from, count = COUNT) =>
    Array.from({ length: from.length && count }, () => from[Math.floor(random() * from.length)]);
  const several = (from, count, times = COUNT) => Array.from({ length: times }, () => pick(from, count).join(' '));
  const beside = (a, b, times = COUNT) => Array.from({ length: times }, () => `${pick(a, 1)} ${pick(b, 1)}`);
  const folders = foldersOf(folder);
  const begun = (length, times) =>
    pick(
      common.concat(middle).filter((word) => word.length > length),
      times,
    ).map((word) => word.slice(0, length));
  const kinds = {
    '1 word, ~1 document': pick(near(1, 0.7)),
    '~100': pick(near(100)),
    '~1,000': pick(near(1000)),
    '~10,000': pick(near(10_000)),
    'most common words': common,
    '2 words, both ~n/200': several(middle, 2),
    '2 common words': several(common, 2),
    'common + rare': beside(common, rare),
    '4 words, n/200 each': several(middle, 4),
    '8 words, n/200 each': several(middle, 8, 30),
    '8 common words': several(common, 8, 20),
    '15-word question': Array.from({ length: 30 }, () =>
      [...pick(common, 8), ...pick(middle, 5), ...pick(near(1000), 2)].join(' '),
    ),
    'phrase of 2 common words': [
      '"of the"',
      '"in the"',
      '"to the"',
      '"if the"',
      '"is a"',
      '"struct device"',
      '"static int"',
      '"return 0"',
    ],
    'typed, 2 letters': begun(2, 14),
    'typed, 3 letters': begun(3, 14),
    'typed, 4-5 letters': [...begun(4, 7), ...begun(5, 7)],
    'common -common': beside(common, common, 15).map((text) => text.replace(' ', ' -')),
    'filter + common word': pick(common, 20).map((word, at) => `${FILTERS[at % FILTERS.length]} ${word}`),
    'filter + folder': pick(common, 15).map(
      (word, at) => `in:${folders[at % folders.length]} ext:${['c', 'h', 'html'][at % 3]} ${word}`,
    ),
  };
  const others = {
    '1-letter prefix': ['a*', 's*', 'm*', 'x*', 'z*'],
    '2-letter prefix': [
      'co*',
      'in*',
      're*',
      'st*',
      'un*',
      'li*',
      'th*',
      'de*',
      'pr*',
      'ca*',
      'xf*',
      'ne*',
      'mo*',
      'di*',
    ],
    '3-letter prefix': ['con*', 'int*', 'ret*', 'str*', 'dev*', 'lin*', 'the*', 'com*', 'pro*', 'net*', 'reg*', 'dri*'],
    'no such word': pick(middle, 30)
      .map((word) => word.slice(0, 2) + word[3] + word[2] + word.slice(4))
      .filter((word) => !words.known.has(word)),
    'filter only': [
      ...FILTERS,
      'ext:zzz',
      'modified:1d',
      'modified:2020',
      `in:${folders[0]} ext:py`,
      'type:audio',
      '-ext:c type:code',
      'size:<100',
    ],
  };
  const listed =
    (isComparable) =>
    ([kind, texts]) => ({ kind, texts: [...new Set(texts)].filter((text) => text.trim() !== ''), isComparable });
  return [...Object.entries(kinds).map(listed(true)), ...Object.entries(others).map(listed(false))];
}

const FILTERS = ['ext:c', 'ext:c size:>1k', 'type:code', 'ext:h', 'ext:html', 'ext:py', 'size:>900', 'type:text'];

/** Folders of some size. */
function foldersOf(folder) {
  const packages = readdirSync(folder).sort();
  return packages.map((name) => join(folder, name)).filter((path) => existsSync(path));
}

/** Words of texts by how many documents hold them, the most common first; counted once. */
function frequencies(file, folder) {
  const cache = `${file}.words.json`;
  if (!existsSync(cache)) writeFileSync(cache, JSON.stringify(count(file, folder)));
  const { total, words } = JSON.parse(readFileSync(cache, 'utf8'));
  return Object.assign(words, { total, known: new Set(words.map(({ word }) => word)) });
}

function count(file, folder) {
  const db = new Database(file, { readonly: true });
  const total = db.prepare('SELECT count(*) FROM part').pluck().get();
  const random = generator(5);
  const paths = db
    .prepare("SELECT CAST(dir.path || '/' || name AS TEXT) FROM file JOIN dir ON dir.id = dir_id WHERE file.id = ?")
    .pluck();
  const seen = new Map();
  for (let at = 0; at < SAMPLED_FILES; at++) {
    const path = paths.get(1 + Math.floor(random() * total));
    if (!path?.startsWith(folder)) continue;
    const words =
      readFileSync(path, 'utf8')
        .toLowerCase()
        .match(/\b[a-z]{2,14}\b/g) ?? [];
    for (const word of new Set(words)) seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  const holders = db.prepare('SELECT count(*) FROM body WHERE body MATCH ?').pluck();
  const sampled = [...seen].sort((a, b) => b[1] - a[1]);
  const chosen = [...sampled.slice(0, 300), ...sampled.slice(300).filter((_, at) => at % 8 === 0)];
  const words = chosen.map(([word]) => ({ word, documents: holders.get(`"${word}"`) }));
  db.close();
  words.sort((a, b) => b.documents - a.documents || (a.word < b.word ? -1 : 1));
  return { total, words };
}

/** Numbers in [0, 1), the same ones for a seed. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
