/** The same documents in a bare FTS5 table and in MiniSearch. Both know the title and the text, and take any of the words. */
import MiniSearch from 'minisearch';
import Database from '../sqlite.mjs';
import { words } from './text.mjs';

const STOP_WORDS = new Set(
  `a about above after again all also am among an and any are as at be because been before being below between both but
   by can cannot could did do does doing down during each few for from further get got had has have having he her here
   him his how however i if in into is it its itself just like may me might more most must my no nor not of off often on
   only or other our out over own same she should so some such than that the their them then there these they this those
   through to too under until up upon us was we were what when where which while who whom why will with would you your`.split(
    /\s+/,
  ),
);

/** @returns search(query, limit) → ids of documents, best first. */
export function openFts5({ documents }) {
  const db = new Database(':memory:');
  db.exec(
    "CREATE VIRTUAL TABLE body USING fts5 (title, text, content = '', tokenize = 'porter unicode61 remove_diacritics 2')",
  );
  const insert = db.prepare('INSERT INTO body (rowid, title, text) VALUES (?, ?, ?)');
  db.transaction(() => {
    for (const [i, { title, text }] of documents.entries()) insert.run(i, title, text);
  })();
  const found = db.prepare('SELECT rowid FROM body WHERE body MATCH ? ORDER BY rank LIMIT ?').pluck();
  const search = (query, limit) => {
    const all = [...new Set(words(query))];
    const telling = all.filter((word) => !STOP_WORDS.has(word));
    const asked = telling.length > 0 ? telling : all;
    return found.all(asked.map((word) => `"${word}"`).join(' OR '), limit).map((i) => documents[i].id);
  };
  return { search, close: () => db.close() };
}

export function openMiniSearch({ documents }) {
  const index = new MiniSearch({ fields: ['title', 'text'] });
  index.addAll(documents);
  return {
    search: (query, limit) =>
      index
        .search(query)
        .slice(0, limit)
        .map(({ id }) => id),
    close: () => {},
  };
}
