/**
 * PDF files: six words in a row, and four telling words, of each. Their text is what poppler's pdftotext reads, which Recoll,
 * Omega, Tracker and Baloo use, too. Only the one file holds them. Its name says nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesBelow, unpackPackages } from '../../lib/corpus-pool.mjs';
import { documentQueries } from '../document-queries.mjs';
import { eachEngine } from '../indexed.mjs';
import { placesOf, scoreOf, scoresBy } from '../places.mjs';

const PACKAGES =
  `texlive-latex-recommended-doc texlive-latex-base-doc texlive-humanities-doc texlive-science-doc r-doc-pdf
  gnuplot-doc octave-doc maxima-doc fp-docs-3.2.2 kicad-doc-en`.split(/\s+/);
const FILES = 120;
const BYTES = [20_000, 2_000_000];

export async function pdf(context) {
  const folder = join(context.work, 'pdf');
  const pool = join(context.folders.cache, 'peers-pdf');
  if (!existsSync(pool)) unpackPackages(PACKAGES, context.folders.debs, pool);
  const files = chosen(pool).map((path, at) => copyTo(path, join(folder, `${at}.pdf`)));
  const queries = documentQueries(new Map(files.map((path) => [path, textOf(path)])));
  const engines = context.engines.filter(({ isNamesOnly, hasNoIndex }) => !isNamesOnly && !hasNoIndex);
  return eachEngine(engines, folder, context, (session, index) => {
    const placed = placesOf(session, queries);
    return { index, files: files.length, ...scoreOf(placed), kinds: scoresBy(placed, ({ kind }) => kind) };
  });
}

/** By the hash of their names, so that all packages take part. */
function chosen(pool) {
  const isOfSize = (path) => statSync(path).size >= BYTES[0] && statSync(path).size <= BYTES[1];
  const all = filesBelow(pool).filter((path) => path.endsWith('.pdf') && isOfSize(path));
  const keyed = all.map((path) => ({ path, key: createHash('sha256').update(basename(path)).digest('hex') }));
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, FILES)
    .map(({ path }) => path);
}

function copyTo(from, to) {
  mkdirSync(join(to, '..'), { recursive: true });
  copyFileSync(from, to);
  return to;
}

function textOf(path) {
  return spawnSync('pdftotext', ['-q', path, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout ?? '';
}
