/**
 * Makes V8's code caches of find-text and find-textd (see shared/run-program.ts): runs the programs on a small index, so
 * that the functions they need are compiled, and keeps what V8 has made of them. Started by build.mjs:
 * `build-code-cache.mjs DIST`, and when the package is installed, as another Node refuses what this one has made.
 * find-textd ends its process: a process of its own is given what to do, `build-code-cache.mjs DIST rebuild DIR`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const FILES = {
  'notes/report.md': '# Yearly report\n\nwords of a text, and some more words about numbers',
  'notes/page.html': '<title>A page</title><p>words that are kept in the index, because the file has tags',
  'words.txt': 'a file that has its words in the name',
};
const QUERIES = [['words'], ['-n', '5', 'report', 'numbers'], ['"some more words"'], ['wrods'], ['-l', 'text']];

const [, self, dist, ...daemonArgs] = process.argv;
if (daemonArgs.length > 0) runDaemonProgram(resolve(dist, 'find-textd-program.js'), daemonArgs);
else makeCaches(resolve(dist));

function makeCaches(folder) {
  const home = mkdtempSync(join(tmpdir(), 'find-text-build-'));
  try {
    for (const [variable, name] of [
      ['XDG_DATA_HOME', 'data'],
      ['XDG_STATE_HOME', 'state'],
      ['XDG_CONFIG_HOME', 'config'],
      ['XDG_RUNTIME_DIR', 'run'],
    ])
      process.env[variable] = join(home, name);
    const tree = join(home, 'tree');
    mkdirSync(join(tree, 'notes'), { recursive: true });
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(tree, name), text);
    execFileSync(process.execPath, [self, folder, 'rebuild', tree], { stdio: ['ignore', 'ignore', 'pipe'] });
    runSearches(join(folder, 'find-text-program.js'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function runDaemonProgram(program, args) {
  const { run, keep } = load(program);
  process.on('exit', (code) => code === 0 && keep());
  run(...args);
}

function runSearches(program) {
  const { run, keep } = load(program);
  for (const query of QUERIES) {
    run(...query);
    if (process.exitCode !== 0) throw new Error(`find-text ${query.join(' ')} ended with status ${process.exitCode}`);
  }
  keep();
}

function load(program) {
  const script = new Script(readFileSync(program, 'latin1'), { filename: program });
  const main = script.runInThisContext();
  const run = (...args) => {
    process.argv = [process.execPath, program, ...args];
    main(createRequire(program), program);
  };
  const keep = () => {
    // What a rebuild sets (system/heap-growth.ts) is not set yet where the cache is used, and V8 would refuse it.
    setFlagsFromString('--heap-growing-percent=0');
    writeFileSync(`${program}.cache`, script.createCachedData());
    // find-textd makes its files for their owner alone.
    chmodSync(`${program}.cache`, 0o644);
  };
  return { run, keep };
}
