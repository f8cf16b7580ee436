/** Words of translated texts in seventeen languages, cut by ICU: which share of the files that hold a word is listed for it? */
import { join } from 'node:path';
import { writeCatalogues } from '../../lib/catalogues.mjs';
import { sampleWords } from '../../lib/language-words.mjs';
import { pathsOf } from '../command.mjs';
import { eachEngine } from '../indexed.mjs';

const WORDS = 15;

export async function languages(context) {
  const { debs, cache } = context.folders;
  const folder = join(context.work, 'languages');
  const texts = writeCatalogues(debs, join(cache, 'catalogues'), folder);
  const words = [...texts].map(([language, documents]) => [language, sampleWords(language, documents, WORDS)]);
  const engines = context.engines.filter(({ isNamesOnly }) => !isNamesOnly);
  return eachEngine(engines, folder, context, (session) =>
    Object.fromEntries(
      words.map(([language, chosen]) => [language, recallOf(session, join(folder, language), chosen)]),
    ),
  );
}

function recallOf(session, folder, words) {
  const shares = words.map(([word, paths]) => {
    const listed = pathsOf(session.list({ kind: 'word', q: [word] }), session.services());
    const own = new Set(listed.filter((path) => path.startsWith(`${folder}/`)));
    return [...paths].filter((path) => own.has(path)).length / paths.size;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
