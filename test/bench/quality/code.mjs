/**
 * Queries for source code, by kind: at which place is the file that each was made from? The packages of one half were
 * looked at while the search was made, those of the other were not.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeQueries } from '../lib/code-queries.mjs';
import { filesBelow, unpackPackages } from '../lib/corpus-pool.mjs';
import { openFts5, openMiniSearch } from '../lib/other-engines.mjs';
import { figure, table } from '../lib/table.mjs';

const FITTED = [
  'python3-sqlalchemy',
  'golang-github-gin-gonic-gin-dev',
  'libasio-dev',
  'librust-tokio-dev',
  'ruby-activerecord',
  'node-babel7',
  'libmojolicious-perl',
];
/** Packages that were not looked at while the search was made. */
export const HELD_OUT = [
  'python3-twisted',
  'golang-golang-x-net-dev',
  'libspdlog-dev',
  'librust-clap-3-dev',
  'ruby-actionpack',
  'node-undici',
  'php-symfony-http-kernel',
];
/** Queries of each kind and half. */
const COUNT = 20;
const HITS = 10;
/** What is pasted points to a file. */
const PASTED = ['file:line', 'dotted module', 'path', 'end of a path', 'line of a trace'];

export function code({ folders, openFolder }) {
  const folder = join(folders.cache, 'code');
  mkdirSync(folders.debs, { recursive: true });
  if (!existsSync(folder)) unpackPackages([...FITTED, ...HELD_OUT], folders.debs, folder);
  const paths = filesBelow(folder).filter(isText).sort();
  const isHeldOut = (path) => HELD_OUT.some((name) => path.startsWith(`${join(folder, name)}/`));
  const queries = codeQueries(paths, (path) => (isHeldOut(path) ? 'held out' : 'fitted'), COUNT);
  const index = openFolder('code', folder);
  const engines = [findText(index), openFts5(paths), openMiniSearch(paths)];
  const placed = engines.map(({ search, close }) => {
    const items = queries.map((query) => ({ ...query, place: placeOf(query, search) }));
    close();
    return items;
  });
  process.stdout.write(`${kindTable(engines, placed)}\n\n`);
  return figuresOf(placed[0]);
}

function findText({ search, close }) {
  return { name: 'find-text', close, search: (query) => search(query).hits.map(({ path }) => path.toString()) };
}

/** Infinity when it is not among the hits. A query that is refused finds nothing. */
function placeOf({ text, path }, search) {
  try {
    const at = search(text, HITS).indexOf(path);
    return at < 0 ? Infinity : at + 1;
  } catch {
    return Infinity;
  }
}

function isText(path) {
  return !readFileSync(path).subarray(0, 4096).includes(0);
}

function kindTable(engines, placed) {
  const kinds = ['all', ...new Set(placed[0].map(({ kind }) => kind))];
  const rows = ['fitted', 'held out'].flatMap((half) =>
    kinds.map((kind) => {
      const own = placed.map((items) =>
        items.filter((item) => item.half === half && (kind === 'all' || item.kind === kind)),
      );
      const first = own[0].filter(({ place }) => place === 1).length;
      const missing = own[0].filter(({ place }) => place > HITS).length;
      return [half, kind, own[0].length, mrr(own[0]), first, missing, ...own.slice(1).map(mrr)];
    }),
  );
  const header = ['half', 'kind', 'queries', 'MRR', 'first', 'not found', ...engines.slice(1).map(({ name }) => name)];
  return table(header, rows);
}

function figuresOf(items) {
  return ['fitted', 'held out'].flatMap((half) => {
    const own = items.filter((item) => item.half === half);
    const asked = own.filter(({ kind }) => !['path', 'end of a path', 'line of a trace'].includes(kind));
    const pasted = own.filter(({ kind }) => PASTED.includes(kind));
    return [
      figure(`code queries, MRR, ${half}`, mrr(asked), { target: 0.84, atLeast: true }),
      figure(`pasted places, MRR, ${half}`, mrr(pasted), { target: 0.98, atLeast: true }),
    ];
  });
}

function mrr(items) {
  return items.reduce((sum, { place }) => sum + 1 / place, 0) / items.length;
}
