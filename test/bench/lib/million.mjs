/**
 * A million documents: the texts of the packages behind the corpora, cut at ends of lines into pieces of about 1 kB, each
 * a file. Kept in the cache folder, as building them takes minutes: 5 GB on the disk.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { PACKAGES } from './corpus-packages.mjs';
import { filesBelow, unpackPackages } from './corpus-pool.mjs';

export const DOCUMENTS = 1_000_000;
const PIECE_BYTES = 1000;
const MAX_PIECES = 300;
const MAX_BYTES = 4 << 20;
const LINE_FEED = 0x0a;

/** @returns the folder; the files appear by rename when all are there. */
export function ensureMillion({ corpus, debs }) {
  const folder = join(corpus, 'million');
  if (existsSync(folder)) return folder;
  const work = join(corpus, '.building-million');
  process.stderr.write(`cutting ${DOCUMENTS} documents into ${folder} (needs 10 GB while it works, 5 GB afterwards)\n`);
  rmSync(work, { recursive: true, force: true });
  try {
    const pool = join(work, 'pool');
    unpackPackages(PACKAGES, debs, pool);
    cutAll(pool, join(work, 'pieces'));
    renameSync(join(work, 'pieces'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** Files in the order of the hash of their path, so that all packages are in it. */
function cutAll(pool, target) {
  let left = DOCUMENTS;
  const paths = filesBelow(pool).map((path) => ({ path, key: hash(relative(pool, path)) }));
  paths.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { path } of paths) {
    if (left === 0) return;
    left -= cut(path, join(target, relative(pool, path)), left);
  }
  if (left > 0) throw new Error(`cut ${DOCUMENTS} documents: the packages have text for ${DOCUMENTS - left} only`);
}

/** @returns how many pieces were made. */
function cut(path, target, most) {
  if (statSync(path).size > MAX_BYTES) return 0;
  const bytes = readFileSync(path);
  if (bytes.length === 0 || bytes.includes(0) || !isUtf8(bytes)) return 0;
  const pieces = piecesOf(bytes).slice(0, Math.min(most, MAX_PIECES));
  mkdirSync(dirname(target), { recursive: true });
  const ending = extname(target);
  const stem = target.slice(0, target.length - ending.length);
  return pieces.filter((piece, at) => writeNew(`${stem}${pieces.length > 1 ? `-${at + 1}` : ''}${ending}`, piece))
    .length;
}

/** A file of the packages may have the name of a piece. @returns whether there was none. */
function writeNew(path, piece) {
  if (existsSync(path)) return false;
  writeFileSync(path, piece);
  return true;
}

function piecesOf(bytes) {
  const pieces = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, Math.min(start + PIECE_BYTES, bytes.length - 1)) + 1 || bytes.length;
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

function hash(path) {
  return createHash('sha256').update(path).digest('hex');
}
