/**
 * Builds the programs into dist/: one bundled file each, so that they start fast. `npm ci` runs it (prepare).
 * The plugin and the library stand alone. The JavaScript of better-sqlite3 is inside, that of both its versions: to look for
 * its ten files costs 7 ms at every start; the native part stays where npm put it.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { build } from 'esbuild';
import { bothSqlites } from './both-sqlites.mjs';
import { buildLicences } from './build-licences.mjs';
import { buildManual } from './build-manual.mjs';
import { BUILT_FROM, sourceSum } from './built-from.mjs';
import { leftOut } from './left-out.mjs';
import { madeByBuild } from './made-by-build.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
/** CommonJS, because Node starts a module 25 ms slower than a script: half the time of a search. */
const HERE = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

const SHEBANG = '#!/usr/bin/env node';

/** name in dist → [entry, is a program, packages left outside] */
const PROGRAMS = {
  'find-text': ['search-cli/start.ts', true, []],
  'find-text-program': ['search-cli/main.ts', false, []],
  'find-text-thread': ['search-cli/live/ask/own-thread.ts', false, []],
  'find-text-live': ['search-cli/live/start-live.ts', false, []],
  'find-text-desktop': ['search-cli/desktop/start-desktop.ts', true, []],
  'find-textd': ['shared/start.ts', true, []],
  'find-textd-program': ['indexer/start.ts', false, ['koffi']],
  'writer-thread': ['indexer/writer/writer-thread.ts', false, []],
  'check-thread': ['indexer/writer/check-thread.ts', false, []],
  'inotify-thread': ['indexer/sources/inotify/inotify-thread.ts', false, ['koffi']],
  'query-thread': ['search-cli/serve/query-thread.ts', false, []],
  'page-thread': ['indexer/page/page-thread.ts', false, ['koffi']],
  'extract-worker': ['indexer/extract/worker.ts', false, ['koffi']],
  'shut-in': ['indexer/extract/own/shut-in.ts', false, ['koffi']],
  'notify-thread': ['indexer/notify/notify-thread.ts', false, ['koffi']],
  'redact-thread': ['indexer/notify/content/redact/redact-thread.ts', false, []],
  'find-text-audit': ['indexer/audit/plugin/main.ts', true, []],
  'after-install': ['indexer/after-install.ts', false, []],
  audit: ['indexer/audit/index.ts', false, []],
};

/** Where npm could not compile the one that this Node does not need, it is not there. */
const NOT_HERE = ['better-sqlite3', 'better-sqlite3-napi'].filter((name) => !existsSync(`node_modules/${name}`));

/** Replaces dist at the end, whole: a program that is started meanwhile finds the old one. */
const OUT = mkdtempSync('dist-');
process.on('exit', () => rmSync(OUT, { recursive: true, force: true }));
/** Before it is read: what is changed meanwhile is built again. */
const builtFrom = sourceSum(process.cwd());
writeFileSync(`${OUT}/package.json`, '{ "type": "commonjs" }\n');
const bundled = new Set();
for (const [name, [entry, isProgram, external]] of Object.entries(PROGRAMS)) {
  const outfile = `${OUT}/${name}.js`;
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    external: [...external, ...NOT_HERE],
    plugins: [madeByBuild, leftOut, bothSqlites],
    define: {
      'process.env.FIND_TEXT_VERSION': JSON.stringify(version),
      'process.env.FIND_TEXT_BUILD': JSON.stringify(builtFrom.slice(0, 16)),
      'import.meta.url': 'importMetaUrl',
    },
    ...around(name, isProgram),
    // Half the bytes to parse at every start; names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
    metafile: true,
  });
  for (const file of Object.keys(metafile.inputs)) bundled.add(file);
  escapeLetters(outfile);
  if (isProgram) chmodSync(outfile, 0o755);
}
await buildPage(`${OUT}/page`);
/** PDFium looks for it beside the program that it is in. */
copyFileSync('node_modules/@hyzyla/pdfium/dist/pdfium.wasm', `${OUT}/pdfium.wasm`);
chmodSync(`${OUT}/pdfium.wasm`, 0o644);
await buildManual(OUT, version);
buildLicences(OUT, [...bundled]);
/** For the Node of the machine on which the package is installed. */
copyFileSync('indexer/build-code-cache.mjs', `${OUT}/build-code-cache.mjs`);
execFileSync(process.execPath, ['indexer/build-code-cache.mjs', OUT], { stdio: ['ignore', 'ignore', 'pipe'] });
/** Not through npx: in `npm install -g .` that looks elsewhere. */
const tsc = ['node_modules/typescript/bin/tsc', '-p', 'indexer/audit/tsconfig.types.json', '--outDir', `${OUT}/types`];
execFileSync(process.execPath, tsc, { stdio: 'inherit' });
writeFileSync(`${OUT}/${BUILT_FROM}`, builtFrom);
chmodSync(OUT, 0o755);
const old = `${OUT}-old`;
try {
  renameSync('dist', old);
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
renameSync(OUT, 'dist');
rmSync(old, { recursive: true, force: true });

/** What the browser gets: one script, and files as they are. */
async function buildPage(folder) {
  mkdirSync(folder);
  for (const name of ['page.html', 'page.css', 'icon.svg']) {
    copyFileSync(`indexer/page/browser/${name}`, `${folder}/${name}`);
    chmodSync(`${folder}/${name}`, 0o644);
  }
  await build({
    entryPoints: ['indexer/page/browser/page.ts'],
    outfile: `${folder}/page.js`,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
}

/**
 * esbuild leaves letters in regular expressions as they are, and one beyond U+00FF makes V8 keep the whole program with
 * two bytes for each letter.
 */
function escapeLetters(file) {
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/[^\0-\x7f]/g, escaped));
}

/** What stands before and after a bundle. What run-program.ts runs is a function; what it is in has no place to know. */
function around(name, isProgram) {
  if (`${name}-program` in PROGRAMS) return { banner: { js: SHEBANG } };
  if (name.endsWith('-program'))
    return { banner: { js: `(function(require,__filename){${HERE}` }, footer: { js: '})' } };
  return { banner: { js: isProgram ? `${SHEBANG}\n${HERE}` : HERE } };
}
