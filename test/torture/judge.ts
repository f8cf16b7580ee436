/** Compares the index under test with a fresh one of the same tree: everything a search or `status` can see must be equal. */
import { copyFileSync, rmSync } from 'node:fs';
import { pathKey } from '../../shared/path-key.js';
import { joinPath } from '../../shared/paths.js';
import { FULL_TEXT_TABLES } from '../../shared/store/cleanliness.js';
import { type Db, openForReading, openForWriting } from '../../shared/store/open.js';
import { asOwnerOf } from '../helpers/as-owner.js';
import { comparable, type Examined, examine, orphans, snapshot } from '../helpers/snapshot.js';

/** What differs at one path, in words. */
export interface Difference {
  readonly path: string;
  readonly what: string;
}

export function compareIndexes(live: string, fresh: string): Difference[] {
  const [one, other] = [open(live), open(fresh)];
  try {
    const examined = examine(one);
    return [
      ...compareMaps('document', ...comparable(examined.seen, snapshot(other))),
      ...compareMaps('folder', folders(one), folders(other)),
      ...compareMaps('failure', failures(one), failures(other)),
      ...orphaned(examined),
    ];
  } finally {
    one.close();
    other.close();
  }
}

export function documentCount(file: string): number {
  const db = open(file);
  const count = db.prepare<[], number>('SELECT count(*) FROM file').pluck().get() ?? 0;
  db.close();
  return count;
}

export function hasDocument(file: string, path: string): boolean {
  const db = open(file);
  const names = db.prepare<[], { directory: Buffer; name: Buffer }>(
    'SELECT dir.path AS directory, name FROM file JOIN dir ON dir.id = dir_id WHERE name = ?',
  );
  const name = Buffer.from(path.slice(path.lastIndexOf('/') + 1));
  const rows = names.all(...([name] as unknown as []));
  db.close();
  return rows.some((row) => joinPath(row.directory, row.name).toString() === path);
}

/**
 * Copies the files of an index that nobody writes to just now, and checks the copy: SQLite's own check, that of the full text,
 * and that rows and full text agree. This is what a power cut leaves. @throws Error with what is wrong.
 */
export function checkCopy(file: string, copy: string): void {
  for (const suffix of ['', '-wal']) copyIfThere(file + suffix, copy + suffix);
  const db = openForWriting(copy);
  try {
    const checked = db.pragma('integrity_check', { simple: true });
    if (checked !== 'ok') throw new Error(`integrity_check of ${copy}: ${checked}`);
    for (const table of FULL_TEXT_TABLES) db.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`);
    const left = orphaned(orphans(db));
    if (left.length > 0) throw new Error(`rows and full text of ${copy} disagree: ${JSON.stringify(left.slice(0, 5))}`);
  } finally {
    db.close();
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(copy + suffix, { force: true });
}

function open(file: string): Db {
  return asOwnerOf(file, () => openForReading(file));
}

function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    rmSync(to, { force: true });
  }
}

function orphaned({ withoutRow, withoutNames }: Omit<Examined, 'seen'>): Difference[] {
  return [
    ...withoutRow.map((id) => ({ path: '', what: `full text without a row: document ${id}` })),
    ...withoutNames.map((id) => ({ path: '', what: `row without full text: document ${id}` })),
  ];
}

function folders(db: Db): Map<string, object> {
  const rows = db.prepare<[], { path: Buffer; ino: number }>('SELECT path, ino FROM dir').all();
  return new Map(rows.map(({ path, ...seen }) => [pathKey(path), seen]));
}

function failures(db: Db): Map<string, object> {
  const rows = db.prepare<[], { path: Buffer; code: string }>('SELECT path, code FROM failure').all();
  return new Map(rows.map(({ path, ...seen }) => [pathKey(path), seen]));
}

function compareMaps(kind: string, live: Map<string, object>, fresh: Map<string, object>): Difference[] {
  const paths = [...new Set([...live.keys(), ...fresh.keys()])].sort();
  return paths.flatMap((path) => {
    const [have, want] = [live.get(path), fresh.get(path)];
    const what = have && want ? fieldsThatDiffer(have, want) : have ? 'should not be there' : 'is missing';
    return what === '' ? [] : [{ path, what: `${kind} ${what}` }];
  });
}

function fieldsThatDiffer(live: object, fresh: object): string {
  const want = Object.entries(fresh);
  const have = live as Record<string, unknown>;
  return want
    .filter(([field, value]) => have[field] !== value)
    .map(([field, value]) => `${field} is ${JSON.stringify(have[field])}, not ${JSON.stringify(value)}`)
    .join('; ');
}
