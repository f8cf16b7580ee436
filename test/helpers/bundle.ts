/** Bundles an entry the way the build does, once per test file, for tests that start it as a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { tempFolder } from './temp.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const KOFFI = join(TOP, 'node_modules/koffi/index.js');
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** @param entry  relative to the top of the project. @returns the path of the bundle; it is removed after the tests of the file. */
export function bundle(entry: string): string {
  const outfile = join(tempFolder(), 'bundle.mjs');
  buildSync({
    entryPoints: [join(TOP, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // It has a native part, and the bundle lies in a folder without packages.
    alias: { koffi: KOFFI },
    external: [KOFFI],
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  return outfile;
}
