/**
 * Names by three letters in a row, folded: what stands in the middle of a name. The table has no positions, so a name that
 * is found must be looked at.
 */
import { pathText } from '../path-text.js';
import { splitPath } from '../paths.js';
import type { Db } from '../store/open.js';
import { foldText } from '../words/fold.js';

const TRIGRAM = 3;

/** The different trigrams of a text, folded; none when it is shorter. */
export function trigramsOf(text: string): string[] {
  const letters = Array.from(foldText(text).text);
  const trigrams = letters.slice(TRIGRAM - 1).map((_, i) => letters.slice(i, i + TRIGRAM).join(''));
  return [...new Set(trigrams)];
}

/**
 * Parts whose name holds these texts, one behind the other: the newest in the index first.
 * @param texts  of which one at least has three letters; else there are none.
 */
export function namesHolding(db: Db, texts: readonly string[], limit: number): number[] {
  const trigrams = trigramQuery(texts);
  if (trigrams === '') return [];
  const rows = db.prepare<[string], [id: number, inner: Buffer | null, name: Buffer]>(
    `SELECT part.id, inner_path, file.name FROM name_trigram AS found CROSS JOIN part ON part.id = found.rowid
     JOIN file ON file.id = file_id WHERE found.name_trigram MATCH ? ORDER BY found.rowid DESC`,
  );
  const folded = texts.map((text) => foldText(text).text);
  const ids: number[] = [];
  for (const [id, inner, name] of rows.raw().iterate(trigrams)) {
    if (ids.length === limit) break;
    const own = foldText(nameOf(inner, name)).text;
    if (holdsInOrder(own, folded)) ids.push(id);
  }
  return ids;
}

/** Of a beginning or an end that many names have, so many are looked at. */
const MOST_SHARING = 60;

/** Names that may share four letters in a row with a word, the newest in the index first. */
export function namesSharing(db: Db, word: string): string[] {
  const trigrams = trigramsOf(word);
  const newest = db
    .prepare<[string], number>(
      `SELECT rowid FROM name_trigram WHERE name_trigram MATCH ? ORDER BY rowid DESC LIMIT ${MOST_SHARING}`,
    )
    .pluck();
  const ids = trigrams
    .slice(1)
    .flatMap((trigram, i) => newest.all(`${quoted(trigrams[i] as string)} AND ${quoted(trigram)}`));
  const rows = db.prepare<[string], [inner: Buffer | null, name: Buffer]>(
    `SELECT inner_path, file.name FROM json_each(?) CROSS JOIN part ON part.id = value JOIN file ON file.id = file_id`,
  );
  const names = rows.raw().all(JSON.stringify([...new Set(ids)]));
  return [...new Set(names.map(([inner, name]) => nameOf(inner, name)))];
}

function nameOf(inner: Buffer | null, name: Buffer): string {
  return pathText(inner ? splitPath(inner).name : name);
}

/** For the table: names that have all trigrams of these texts; '' when there are none. */
export function trigramQuery(texts: readonly string[]): string {
  return texts.flatMap(trigramsOf).slice(0, MOST_TRIGRAMS).map(quoted).join(' AND ');
}

/** SQLite joins no more questions than 500. */
const MOST_TRIGRAMS = 60;

function quoted(trigram: string): string {
  return `"${trigram.replaceAll('"', '""')}"`;
}

function holdsInOrder(name: string, texts: readonly string[]): boolean {
  let from = 0;
  for (const text of texts) {
    const at = name.indexOf(text, from);
    if (at < 0) return false;
    from = at + text.length;
  }
  return true;
}
