/** Of what the programs in dist/ were built: so that nobody builds them twice, or starts old ones. Used by build.mjs and set-up.mjs. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = ['package.json', 'package-lock.json', 'tsconfig.json', 'shared', 'indexer', 'search-cli'];

/** Stands in dist/. */
export const BUILT_FROM = 'built-from';

/** A sum of everything the build reads. The code cache in dist/ is V8's, so Node counts, too. @param top  the checkout */
export function sourceSum(top) {
  const sum = createHash('sha256').update(process.version);
  for (const file of PARTS.flatMap((part) => filesOf(top, part)).sort())
    sum.update(`\0${file}\0`).update(readFileSync(join(top, file)));
  return sum.digest('hex');
}

export function isBuilt(top) {
  try {
    return readFileSync(join(top, 'dist', BUILT_FROM), 'utf8') === sourceSum(top);
  } catch {
    return false;
  }
}

function filesOf(top, part) {
  if (part.includes('.')) return [part];
  const entries = readdirSync(join(top, part), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(top.length + 1));
}
