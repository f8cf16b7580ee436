/**
 * Builds the benchmark corpora S (2,000 files) and M (20,000 files) from Debian 12 packages, and says whether they are
 * the reference corpora. `node test/bench/corpus.mjs [--corpus DIR] [--debs DIR]`; bench.mjs calls `ensureCorpora`
 * itself.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LARGE_QUOTA, PACKAGES, QUOTAS, REFERENCE } from './lib/corpus-packages.mjs';
import { unpackPackages } from './lib/corpus-pool.mjs';
import { describeCorpus, selectCorpora } from './lib/corpus-select.mjs';
import { print, runProgram } from './lib/program.mjs';

export const CORPUS_OPTIONS = {
  corpus: { type: 'string' },
  debs: { type: 'string' },
};

/** The options win over the environment, and that over the cache folder. */
export function corpusFolders(options = {}) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'find-text-bench');
  const folder = options.corpus ?? process.env.FIND_TEXT_BENCH_CORPUS ?? join(cache, 'corpus');
  const debs = options.debs ?? process.env.FIND_TEXT_BENCH_DEBS ?? join(cache, 'debs');
  return { cache, corpus: resolve(folder), debs: resolve(debs) };
}

/** Builds what is missing. @returns per corpus its folder, counts, hashes and whether it is the reference corpus. */
export function ensureCorpora(folders) {
  const isBuilt = Object.keys(QUOTAS).every((name) => existsSync(join(folders.corpus, name)));
  if (!isBuilt) buildCorpora(folders);
  return Object.fromEntries(Object.keys(QUOTAS).map((name) => [name, describe(folders, name)]));
}

function buildCorpora(folders) {
  process.stderr.write(
    `building the corpora S and M in ${folders.corpus} (needs 5 GB while it works, 400 MB afterwards)\n`,
  );
  build(folders, QUOTAS);
}

/** The corpora appear by rename when they are complete, so that an interrupted build is not taken for one. */
function build({ corpus, debs }, quotas) {
  const work = join(corpus, '.building');
  const pool = join(work, 'pool');
  try {
    unpackPackages(PACKAGES, debs, pool);
    selectCorpora(pool, PACKAGES, work, quotas);
    for (const name of Object.keys(quotas)) {
      rmSync(join(corpus, name), { recursive: true, force: true });
      renameSync(join(work, name), join(corpus, name));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** L, for comparisons by size only: about 92,000 files, M within. @returns its folder. */
export function ensureLarge({ corpus, debs }) {
  const folder = join(corpus, 'L');
  if (!existsSync(folder)) {
    process.stderr.write(`building the corpus L in ${corpus} (needs 6 GB while it works, 1.5 GB afterwards)\n`);
    build({ corpus, debs }, { L: LARGE_QUOTA });
  }
  return folder;
}

function describe(folders, name) {
  const folder = join(folders.corpus, name);
  const facts = describeCorpus(folder);
  const isReference = facts.list === REFERENCE[name].list && facts.content === REFERENCE[name].content;
  return { name, folder, ...facts, isReference };
}

export function corpusLines(corpora) {
  return Object.values(corpora).flatMap((corpus) => [
    `${corpus.name}: files=${corpus.files} dirs=${corpus.directories} bytes=${corpus.bytes}`,
    `   list_sha256=${corpus.list} content_sha256=${corpus.content}`,
    corpus.isReference
      ? '   the reference corpus, to the byte'
      : '   NOT the reference corpus (another Debian point release?): figures compare only within this run',
  ]);
}

function main() {
  const { values } = parseArgs({ options: CORPUS_OPTIONS });
  print(corpusLines(ensureCorpora(corpusFolders(values))).join('\n'));
}

if (process.argv[1] === import.meta.filename) await runProgram(main);
