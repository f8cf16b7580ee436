/** First index, query time and what is found, for each size; for S also known items: names, titles, texts, mistyped words. */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { QUERIES } from '../../lib/queries.mjs';
import { evenly } from '../../lib/stats.mjs';
import { compareLists, filesWithWords } from '../brute-force.mjs';
import { pathsOf, timeQueries } from '../command.mjs';
import { openIndexed } from '../indexed.mjs';
import { placesOf, scoresBy } from '../places.mjs';

const QUERY_BUDGET_MS = 150_000;
const ITEMS_OF_A_GROUP = 30;
const WORDS = QUERIES.filter(({ kind }) => ['rare', 'common'].includes(kind)).map(({ q }) => q[0]);
const GROUPS = {
  name: 'names',
  name_words: 'names',
  name_prefix: 'names',
  name_words_rev: 'names',
  name_dir: 'names',
  name_typo: 'mistyped',
  title_typo: 'mistyped',
  title: 'titles',
  title_rare: 'titles',
  phrase: 'texts',
  phrase_q: 'texts',
  keywords: 'texts',
};

export async function sizes(context) {
  const results = [];
  for (const { size, folder, ...counts } of context.corpora) {
    const opened = await indexAll(size, folder, context);
    try {
      results.push({ size, ...counts, ...measure({ size, folder, opened, say: context.say }) });
      context.take(results);
    } finally {
      for (const { close } of opened) await close?.();
    }
  }
  return results;
}

/** One after the other; those that are not done in time, or fail, are closed at once. */
async function indexAll(size, folder, context) {
  const opened = [];
  for (const engine of context.engines) {
    context.say(`${size}: ${engine.name} indexes`);
    try {
      const one = { engine, ...(await openIndexed(engine, folder, context)) };
      opened.push(one);
      if (one.index.isDone) continue;
      await one.close();
      one.close = undefined;
    } catch (error) {
      context.say(`${size}: ${engine.name}: ${error.message}`);
      opened.push({ engine, error: error.message });
    }
  }
  return opened;
}

function measure({ size, folder, opened, say }) {
  const isOpen = ({ close }) => close !== undefined;
  say(`${size}: reading all files`);
  const right = filesWithWords(folder, WORDS);
  const items = size === 'S' ? itemsOf(folder) : [];
  say(`${size}: queries are timed`);
  const sessions = Object.fromEntries(opened.filter(isOpen).map(({ engine, session }) => [engine.name, session]));
  const queries = timeQueries(sessions, QUERIES, QUERY_BUDGET_MS);
  const queryLoad = Number(loadavg()[0].toFixed(1));
  say(`${size}: lists and places`);
  const engines = Object.fromEntries(
    opened.map(({ engine, session, index, error, close }) => [
      engine.name,
      close
        ? { index, queries: queries[engine.name], ...answersOf({ engine, session, right, items }) }
        : { index, error },
    ]),
  );
  return { queryLoad, engines };
}

function answersOf({ engine, session, right, items }) {
  return {
    ...(!engine.isNamesOnly && { lists: listsOf(session, right) }),
    ...(items.length > 0 && { items: scoresBy(placesOf(session, items), ({ group }) => group) }),
  };
}

/** The mean share of what is right, that of the worst word, and how many are listed for each that is right. */
function listsOf(session, right) {
  const each = WORDS.map((word) => {
    const listed = pathsOf(session.list({ kind: 'word', q: [word] }), session.services());
    return compareLists(right.get(word), listed);
  });
  const total = (key) => each.reduce((sum, one) => sum + one[key], 0);
  return {
    share: total('share') / each.length,
    least: Math.min(...each.map(({ share }) => share)),
    ratio: total('listed') / total('right'),
  };
}

function itemsOf(folder) {
  const file = join(import.meta.dirname, '../../known-items/S/queries.jsonl');
  const all = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map(({ kind, text, path }) => ({ group: GROUPS[kind], text, path: join(folder, path) }));
  const groups = [...new Set(Object.values(GROUPS))];
  return groups.flatMap((group) =>
    evenly(
      all.filter((item) => item.group === group),
      ITEMS_OF_A_GROUP,
    ),
  );
}
