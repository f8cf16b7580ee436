/**
 * Makes V8's code cache of find-text (see search-cli/start.ts): runs the program on a small index, so that the functions a
 * search needs are compiled, and keeps what V8 has made of them. Started by build.mjs: `build-code-cache.mjs DIST`, and when
 * the package is installed, as another Node refuses what this one has made.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';

const FILES = {
  'notes/report.md': '# Yearly report\n\nwords of a text, and some more words about numbers',
  'notes/page.html': '<title>A page</title><p>words that are kept in the index, because the file has tags',
  'words.txt': 'a file that has its words in the name',
};
const QUERIES = [['words'], ['-n', '5', 'report', 'numbers'], ['"some more words"'], ['wrods'], ['-l', 'text']];

const dist = resolve(process.argv[2]);
const home = mkdtempSync(join(tmpdir(), 'find-text-build-'));
try {
  for (const [variable, folder] of [
    ['XDG_DATA_HOME', 'data'],
    ['XDG_STATE_HOME', 'state'],
    ['XDG_CONFIG_HOME', 'config'],
    ['XDG_RUNTIME_DIR', 'run'],
  ])
    process.env[variable] = join(home, folder);
  const tree = join(home, 'tree');
  mkdirSync(join(tree, 'notes'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(tree, name), text);
  execFileSync(process.execPath, [join(dist, 'find-textd.js'), 'rebuild', tree], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  writeFileSync(join(dist, 'find-text-program.js.cache'), codeCache(join(dist, 'find-text-program.js')));
} finally {
  rmSync(home, { recursive: true, force: true });
}

function codeCache(program) {
  const script = new Script(readFileSync(program, 'latin1'), { filename: program });
  const run = script.runInThisContext();
  for (const query of QUERIES) {
    process.argv = [process.execPath, program, ...query];
    run(createRequire(program), program);
    if (process.exitCode !== 0) throw new Error(`find-text ${query.join(' ')} ended with status ${process.exitCode}`);
  }
  return script.createCachedData();
}
