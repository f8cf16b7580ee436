/**
 * Documents that were read otherwise than their files are read from now on: they stay as they are until a comparison
 * finds them outdated. Called by the writer when a command of the configuration is new, and when a session begins.
 */
import { OLD_FORM } from './migrations.js';
import type { Db } from './open.js';

/** Which files a command reads. */
export interface FilesOfCommand {
  readonly endings: readonly string[];
  /** Media types; `image/*` is all of a kind. */
  readonly types: readonly string[];
}

/** Names alone are kept of these: they are not read. */
const UNREAD = 'name';

export function outdate(db: Db, { endings, types }: FilesOfCommand): void {
  const ofType = types.map(() => `type LIKE ? ESCAPE '\\'`);
  const ofName = endings.map(() => `CAST(file.name AS TEXT) LIKE ? ESCAPE '\\'`);
  const isOne = [...ofType, ...ofName].join(' OR ');
  if (isOne === '') return;
  const which = `SELECT part.id FROM part JOIN file ON file.id = part.file_id WHERE inner_path IS NULL AND (${isOne})`;
  const patterns = [...types.map(typePattern), ...endings.map((ending) => `%.${escaped(ending)}`)];
  db.prepare<unknown[]>(
    `UPDATE part SET extractor_version = ${OLD_FORM} WHERE extractor <> '${UNREAD}' AND id IN (${which})`,
  ).run(...patterns);
}

/** Files that hold a document read by an older version of its extractor. @param versions  of each extractor, now. */
export function outdateContainers(db: Db, versions: Readonly<Record<string, number>>): void {
  const holders = `SELECT file_id FROM part JOIN json_each(?) AS now ON now.key = extractor
                   WHERE inner_path IS NOT NULL AND extractor_version < now.value`;
  db.prepare<[string]>(
    `UPDATE part SET extractor_version = ${OLD_FORM} WHERE inner_path IS NULL AND id IN (${holders})`,
  ).run(JSON.stringify(versions));
}

function typePattern(type: string): string {
  return type.endsWith('/*') ? `${escaped(type.slice(0, -1))}%` : escaped(type);
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
