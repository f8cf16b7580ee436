/**
 * The engines our figures stand beside: Xapian Omega (omindex, quest), a bare FTS5 insert, ripgrep. Each is optional but
 * FTS5: `requireTool` says which Debian package brings it. Databases are kept in the cache folder, so that a single
 * section need not wait a minute for them; the index section always builds them anew.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runTree, sum } from './process-tree.mjs';
import Database from './sqlite.mjs';

const TOOLS = {
  omindex: ['xapian-omega', '--version'],
  quest: ['xapian-tools', '--version'],
  rg: ['ripgrep', '--version'],
};

/** @returns the version line, or undefined after a note on stderr that says what to install. */
export function toolVersion(tool, note = (text) => process.stderr.write(text)) {
  const [debianPackage, flag] = TOOLS[tool];
  const run = spawnSync(tool, [flag], { encoding: 'utf8' });
  if (!run.error) return run.stdout.split('\n')[0];
  note(`${tool} not found: no comparison with it. Debian package: ${debianPackage}\n`);
  return undefined;
}

export const hasTool = (tool) => toolVersion(tool, () => undefined) !== undefined;

/** Omega knows few names of source code: these are told to it as text, so that it indexes every file of the corpora. */
const TEXT_EXTENSIONS = `c h S s go el rst yaml dts dtsi ri page ri1 sh mk pl pm rb py json css js 1 2 3 4 5 6 7 8
  conf cfg in am cmake xml cc cpp hpp ipp cjs mjs jsx ts tsx java kt php rs t toml ini sql log org tex vcf ics srt
  md markdown pod adoc xba`.split(/\s+/);

/** @returns the account of the run (see process-tree), with the bytes of the database. */
export async function buildOmega(corpusFolder, database) {
  rmSync(database, { recursive: true, force: true });
  const run = await runTree(omindexArgv(corpusFolder, database));
  return { ...run, indexBytes: folderBytes(database) };
}

export function omindexArgv(corpusFolder, database) {
  const types = ['', ...TEXT_EXTENSIONS].flatMap((extension) => ['-M', `${extension}:text/plain`]);
  const options = ['--no-delete', '--ignore-exclusions', '--empty-docs=index', ...types, '--url=/'];
  return ['omindex', '--db', database, ...options, corpusFolder];
}

export async function buildFts5(corpusFolder, file) {
  removeDatabase(file);
  const loader = join(import.meta.dirname, 'fts5-load.mjs');
  const run = await runTree([process.execPath, loader, corpusFolder, file]);
  return { ...run, indexBytes: statSync(file).size };
}

/** The database of an earlier run for the same corpus, or a new one. */
export async function ensureAnchor(build, corpus, cache) {
  const path = anchorPath(build, corpus, cache);
  if (!existsSync(path)) await build(corpus.folder, path);
  return path;
}

export function anchorPath(build, corpus, cache) {
  const name = build === buildOmega ? 'omega' : 'fts5';
  mkdirSync(join(cache, 'anchors'), { recursive: true });
  return join(cache, 'anchors', `${name}-${corpus.name}-${corpus.content.slice(0, 12)}`);
}

/** `{kind, q}` of queries.json as Xapian and FTS5 write it; both understand it the same way. */
export function anchorQuery({ kind, q }) {
  if (kind === 'phrase') return `"${q.join(' ')}"`;
  return kind === 'prefix' ? `${q[0]}*` : q.join(' ');
}

export function questArgv(database, query, limit, operator = 'and') {
  return ['quest', '-d', database, '-m', String(limit), `--default-op=${operator}`, '--flags=default,wildcard', query];
}

/** @returns (query) → paths, best first by bm25. */
export function openFts5(file) {
  const db = new Database(file, { readonly: true });
  const select = db
    .prepare('SELECT path FROM body JOIN doc ON doc.id = body.rowid WHERE body MATCH ? ORDER BY rank LIMIT 10')
    .pluck();
  return { search: (query) => select.all(query), close: () => db.close() };
}

/** Relative paths of the files that hold the word, any case; rg counts `_` as part of a word. */
export function filesWithWord(word, folder) {
  const run = spawnSync('rg', ['-l', '-w', '-i', '-0', '--no-ignore', '--hidden', '--', word, '.'], {
    cwd: folder,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  return run.stdout
    .split('\0')
    .filter(Boolean)
    .map((path) => path.slice('./'.length));
}

export function folderBytes(folder) {
  return sum(readdirSync(folder).map((name) => statSync(join(folder, name)).size));
}

function removeDatabase(file) {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
