/**
 * What is started as find-text. Runs the program from the code cache that the build has made of it
 * (build-code-cache.mjs), which saves a tenth of a search. V8 refuses a cache of another version: then, as without one,
 * the program starts slower.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const program = fileURLToPath(new URL('find-text-program.js', import.meta.url));
// The bundle is ASCII, so that its text takes one byte a character.
const source = readFileSync(program, 'latin1');
new Script(source, { filename: program, cachedData: readCache(`${program}.cache`) }).runInThisContext()(
  createRequire(program),
  program,
);

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
