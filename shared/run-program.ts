/**
 * Runs the program that this file is the start of in its bundle, from the code cache that the build has made of it
 * (build-code-cache.mjs): that saves a tenth of a search, and a quarter of `find-textd status`. V8 refuses a cache of
 * another version: then, as without one, the program starts slower.
 */
import { readFileSync } from 'node:fs';

export function runProgram(): void {
  const { Script } = process.getBuiltinModule('node:vm');
  // Both are what Node gives a script: node:module and node:url would have to be loaded for the same.
  const program = __filename.replace(/\.js$/, '-program.js');
  // The bundle is ASCII, so that its text takes one byte a character.
  const source = readFileSync(program, 'latin1');
  const cachedData = readCache(`${program}.cache`);
  new Script(source, { filename: program, cachedData }).runInThisContext()(require, program);
}

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
