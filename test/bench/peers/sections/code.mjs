/** What people look for in source code, of packages that were not looked at while the search of find-text was made. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeQueries } from '../../lib/code-queries.mjs';
import { filesBelow, unpackPackages } from '../../lib/corpus-pool.mjs';
import { HELD_OUT } from '../../quality/code.mjs';
import { eachEngine } from '../indexed.mjs';
import { placesOf, scoreOf, scoresBy } from '../places.mjs';

/** Queries of each kind. */
const COUNT = 6;

export async function code(context) {
  const { debs, cache } = context.folders;
  const folder = join(cache, 'peers-code');
  mkdirSync(debs, { recursive: true });
  if (!existsSync(folder)) unpackPackages(HELD_OUT, debs, folder);
  const paths = filesBelow(folder).filter(isText).sort();
  const queries = codeQueries(paths, () => 'all', COUNT);
  const engines = context.engines.filter(({ isNamesOnly }) => !isNamesOnly);
  return eachEngine(engines, folder, context, (session) => {
    const placed = placesOf(session, queries);
    return { ...scoreOf(placed), kinds: scoresBy(placed, ({ kind }) => kind) };
  });
}

function isText(path) {
  return !readFileSync(path).subarray(0, 4096).includes(0);
}
