/**
 * find-text itself, as the sections need it: its programs (built when older than their source), private XDG folders, an
 * index of M that several sections share, and its search and store modules bundled for use in this process.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import { folderBytes } from './anchors.mjs';
import { runTree } from './process-tree.mjs';

const SOURCES = ['indexer', 'search-cli', 'shared'];
const ENTRY = `
  export { openForReading, openForWriting } from './shared/store/open.js';
  export { currentIndexFile } from './shared/store/generation.js';
  export { Documents, pathOf } from './shared/store/documents.js';
  export { search } from './shared/search/search.js';
  export { listPaths } from './shared/search/list.js';
  export { extractContent } from './indexer/extract/extract-content.js';
  export { FORMATS } from './indexer/extract/registry.js';
  export { ChangeLogReader } from './indexer/audit/log/log-reader.js';
  export { TreeWatcher } from './indexer/sources/inotify/tree-watcher.js';
  export { Bus } from './search-cli/desktop/bus.js';
  export { busSocket } from './search-cli/desktop/bus-address.js';
  export * as desktop from './shared/desktop.js';
  export { desktopFiles } from './indexer/commands/install/desktop-files.js';
  export { busConfig } from './test/helpers/bus-config.js';
  export * as bytes from './test/helpers/document-bytes.js';
`;

export async function openProduct(root, scratch) {
  ensureBuilt(root);
  const program = (name) => [process.execPath, join(root, 'dist', `${name}.js`)];
  const bundle = await bundleModules(root);
  const modules = await import(bundle);
  const product = { findText: program('find-text'), findTextd: program('find-textd'), bundle, ...modules };
  let shared;
  return {
    ...product,
    indexFacts: (file) => indexFacts(modules, file),
    indexOf: (corpus) => (shared ??= rebuild(product, corpus, join(scratch, 'index'))),
  };
}

/** Runs `find-textd rebuild` on a corpus. @returns the run's account, the environment to search in, and the index file. */
async function rebuild(product, corpus, folder) {
  const env = privateEnv(folder);
  const run = await runTree([...product.findTextd, 'rebuild', corpus.folder], { env });
  const dataDirectory = join(env.XDG_DATA_HOME, 'find-text');
  return { run, env, dataDirectory, file: product.currentIndexFile(dataDirectory) };
}

/**
 * What the index at `file` holds: documents; bytes of their extracted text (the file itself, or what is stored for
 * snippets); bytes of the database with everything beside it.
 */
function indexFacts(modules, file) {
  const db = modules.openForReading(file);
  const documents = db.prepare('SELECT count(*) FROM file').pluck().get();
  const plain = db
    .prepare('SELECT total(size) FROM file WHERE id NOT IN (SELECT part_id FROM stored_text)')
    .pluck()
    .get();
  let stored = 0;
  for (const deflated of db.prepare('SELECT deflated FROM stored_text').pluck().iterate()) {
    stored += inflateRawSync(deflated).length;
  }
  db.close();
  return { documents, textBytes: plain + stored, indexBytes: folderBytes(dirname(file)) };
}

/** The index opened once for many searches. @returns search(text, limit) → hits, best first. */
export function openSearch({ openForReading, search }, file) {
  const db = openForReading(file);
  return {
    search: (text, limit) => search(db, text, { limit, nowMs: Date.now() }).hits,
    close: () => db.close(),
  };
}

/** An environment in which find-text knows only its own folders below `folder`. */
export function privateEnv(folder) {
  const places = {
    HOME: 'home',
    XDG_CONFIG_HOME: 'config',
    XDG_DATA_HOME: 'data',
    XDG_STATE_HOME: 'state',
    XDG_CACHE_HOME: 'cache',
    XDG_RUNTIME_DIR: 'run',
  };
  const env = { ...process.env };
  // With certificates to read at its start Node takes more than twice as long, which would flatter every ratio to it.
  delete env.NODE_EXTRA_CA_CERTS;
  for (const [variable, name] of Object.entries(places)) {
    env[variable] = join(folder, name);
    mkdirSync(env[variable], { recursive: true, mode: 0o700 });
  }
  return env;
}

function ensureBuilt(root) {
  const program = join(root, 'dist/find-textd.js');
  const newest = Math.max(...SOURCES.flatMap((folder) => sourceTimes(join(root, folder))));
  if (existsSync(program) && statSync(program).mtimeMs >= newest) return;
  process.stderr.write('building find-text\n');
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

function sourceTimes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
}

/** @returns the URL of the bundle. It lies below node_modules, where it finds the packages that are not bundled. */
async function bundleModules(root) {
  const outfile = join(root, 'node_modules/.cache/find-text-bench/product.mjs');
  await build({
    stdin: { contents: ENTRY, resolveDir: root, sourcefile: 'bench-entry.ts', loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  });
  return pathToFileURL(outfile).href;
}
