/**
 * The schema and how an older file is raised to it. `user_version` counts the steps; a newer file is refused.
 *
 * A file is what is compared, renamed and removed; a part is what is searched: the document that the file is, or one
 * within it. A part's content (title, text) and its place (name, path) are in two full-text tables, so that renaming a
 * folder rewrites only the small one. Both are contentless: the text itself is in the file, or deflated in
 * `stored_text`.
 */
import { FindTextError } from '../errors.js';
import { beginClean } from './cleanliness.js';
import type { Db } from './open.js';

const FIRST = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Every folder that was crawled. Paths are bytes. dev and ino are REAL: an inode may exceed what INTEGER holds.
  CREATE TABLE dir (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    dev REAL NOT NULL,
    ino REAL NOT NULL,
    mtime_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX dir_inode ON dir (ino, dev);

  CREATE TABLE doc (
    id INTEGER PRIMARY KEY,
    dir_id INTEGER NOT NULL REFERENCES dir (id),
    name BLOB NOT NULL,
    dev REAL NOT NULL,
    ino REAL NOT NULL,
    size REAL NOT NULL,
    mtime_ms REAL NOT NULL,
    ctime_ms REAL NOT NULL,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    extractor TEXT NOT NULL,
    extractor_version INTEGER NOT NULL,
    is_truncated INTEGER NOT NULL,
    UNIQUE (dir_id, name)
  ) STRICT;
  CREATE INDEX doc_inode ON doc (ino, dev);

  -- The text of documents whose file is not plain text itself, deflated, for snippets.
  CREATE TABLE stored_text (doc_id INTEGER PRIMARY KEY, deflated BLOB NOT NULL) STRICT;

  CREATE VIRTUAL TABLE body USING fts5 (
    title, text, markup, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
  );
  -- A third index, for three letters, took 1 % of M, and saved such a beginning less than a millisecond there.
  CREATE VIRTUAL TABLE names USING fts5 (
    name, path, title, content = '', contentless_delete = 1, prefix = '1 2',
    tokenize = 'porter unicode61 remove_diacritics 2'
  );

  -- Terms of the full-text tables that may replace a mistyped word; brought up to date in idle time (vocabulary.ts).
  CREATE TABLE word (term TEXT PRIMARY KEY, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- At most one entry per path. taken: 0 waits, 1 is being worked on, 2 is being worked on and changed again meanwhile.
  CREATE TABLE queue (
    path BLOB PRIMARY KEY,
    scope TEXT NOT NULL CHECK (scope IN ('path', 'tree')),
    priority INTEGER NOT NULL,
    first_ms REAL NOT NULL,
    due_ms REAL NOT NULL,
    attempt INTEGER NOT NULL,
    taken INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_due ON queue (taken, priority, due_ms);

  CREATE TABLE failure (
    path BLOB PRIMARY KEY,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    at_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * is_recheck: 1 a comparison with the disk found this entry, or is it; 2 one did while the entry was being worked on.
 * Folders to compare and paths to read are taken apart, so the order of what is due needs the scope.
 */
const RECHECKS = `
  ALTER TABLE queue ADD COLUMN is_recheck INTEGER NOT NULL DEFAULT 0;
  UPDATE queue SET is_recheck = 1 WHERE priority > 0;
  DROP INDEX queue_due;
  CREATE INDEX queue_due ON queue (taken, priority, scope, due_ms);
  CREATE INDEX queue_recheck ON queue (path) WHERE is_recheck > 0;
`;

/** renamed_from: as in ChangeHint; null when anything else was told. */
const RENAMES = 'ALTER TABLE queue ADD COLUMN renamed_from BLOB';

/** As isAttributes in ChangeHint: 1 while nothing else was told. */
const ATTRIBUTES = 'ALTER TABLE queue ADD COLUMN is_attributes INTEGER NOT NULL DEFAULT 0';

/** Documents that are known in their first part only: few, and read by each search that finds nothing. */
const PARTIAL = 'CREATE INDEX doc_partial ON doc (size DESC) WHERE is_truncated = 1';

/**
 * input, output: as in Extraction; null: not known. What was appended to a large file since its text was taken as a
 * whole stands in parts of its own: `appended_text` has the rowids of `appended`, and a document holds what its row in
 * `body` and these hold together.
 */
const CONTENT = `
  ALTER TABLE doc ADD COLUMN input TEXT;
  ALTER TABLE doc ADD COLUMN output TEXT;

  CREATE TABLE appended (
    id INTEGER PRIMARY KEY,
    doc_id INTEGER NOT NULL REFERENCES doc (id),
    from_byte INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX appended_doc ON appended (doc_id, from_byte);
  CREATE VIRTUAL TABLE appended_text USING fts5 (
    title, text, markup, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
  );
`;

/**
 * What happened to files, and who did it (shared/file-event.ts). The writer gives no id twice, so that a reader knows
 * what is new. actor: one row for each process. open_event: where an event is not claimed yet by the change it caused.
 */
const EVENTS = `
  CREATE TABLE actor (
    id INTEGER PRIMARY KEY,
    auid INTEGER,
    uid INTEGER,
    pid INTEGER,
    ppid INTEGER,
    exe TEXT,
    comm TEXT
  ) STRICT;
  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    source_id TEXT,
    at_ms REAL NOT NULL,
    kind TEXT NOT NULL,
    path BLOB NOT NULL,
    to_path BLOB,
    origin TEXT NOT NULL,
    actor_id INTEGER,
    is_withheld INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX event_source ON event (source_id) WHERE source_id IS NOT NULL;
  CREATE TABLE open_event (
    path BLOB NOT NULL,
    event_id INTEGER NOT NULL,
    PRIMARY KEY (path, event_id)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * A part's id is its rowid in the full-text tables. The document that the file is has the file's id and no inner path.
 * The ids of files and parts come from one sequence, so `doc` becomes both without a change of the full text.
 * `part.file_id` is no foreign key: that would need an index of all parts, and nearly all of them are their file.
 * property: what a part says of itself. words: of a text, folded, with blanks around; '' of a number.
 */
const PARTS = `
  CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    dir_id INTEGER NOT NULL REFERENCES dir (id),
    name BLOB NOT NULL,
    dev REAL NOT NULL,
    ino REAL NOT NULL,
    size REAL NOT NULL,
    mtime_ms REAL NOT NULL,
    ctime_ms REAL NOT NULL,
    input TEXT,
    output TEXT,
    UNIQUE (dir_id, name)
  ) STRICT;
  INSERT INTO file SELECT id, dir_id, name, dev, ino, size, mtime_ms, ctime_ms, input, output FROM doc ORDER BY id;
  CREATE INDEX file_inode ON file (ino, dev);

  CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL,
    inner_path BLOB,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    extractor TEXT NOT NULL,
    extractor_version INTEGER NOT NULL,
    is_truncated INTEGER NOT NULL
  ) STRICT;
  INSERT INTO part SELECT id, id, NULL, type, title, extractor, extractor_version, is_truncated FROM doc ORDER BY id;
  CREATE INDEX part_inner ON part (file_id) WHERE inner_path IS NOT NULL;
  CREATE INDEX part_partial ON part (file_id) WHERE is_truncated = 1;

  CREATE TABLE property (
    part_id INTEGER NOT NULL REFERENCES part (id),
    field TEXT NOT NULL,
    value ANY NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (part_id, field, value)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX property_value ON property (field, value, words);

  ALTER TABLE appended RENAME TO old_appended;
  DROP INDEX appended_doc;
  CREATE TABLE appended (
    id INTEGER PRIMARY KEY,
    part_id INTEGER NOT NULL REFERENCES part (id),
    from_byte INTEGER NOT NULL
  ) STRICT;
  INSERT INTO appended SELECT id, doc_id, from_byte FROM old_appended;
  CREATE INDEX appended_part ON appended (part_id, from_byte);
  DROP TABLE old_appended;
  ALTER TABLE stored_text RENAME COLUMN doc_id TO part_id;
  DROP TABLE doc;
`;

/** What rules of integrity monitoring ask of who did it. parents: JSON; null: it was not looked up. */
const DOERS = `
  ALTER TABLE actor ADD COLUMN gid INTEGER;
  ALTER TABLE actor ADD COLUMN euid INTEGER;
  ALTER TABLE actor ADD COLUMN session INTEGER;
  ALTER TABLE actor ADD COLUMN parents TEXT;
  ALTER TABLE actor ADD COLUMN is_parents_cut INTEGER;
  ALTER TABLE actor ADD COLUMN unit TEXT;
`;

/** What is being worked on is in no order: taken and finished it costs half. */
const WAITING = `
  DROP INDEX queue_due;
  CREATE INDEX queue_due ON queue (priority, scope, due_ms) WHERE taken = 0;
`;

/**
 * Words have one form, which the writer makes (shared/words): SQLite only parts them. What is in the tables stays, and
 * is found by words of ASCII; documents of no version are read again, and get the new form then.
 */
function giveOneForm(db: Db): void {
  // The tokenizer of a table stands in its SQL only.
  db.unsafeMode(true);
  try {
    db.pragma('writable_schema = ON');
    db.exec(`UPDATE sqlite_schema SET sql = replace(sql, 'porter unicode61 remove_diacritics 2', 'porter ascii')
             WHERE name IN ('body', 'names', 'appended_text')`);
    db.pragma('writable_schema = RESET');
  } finally {
    db.unsafeMode(false);
  }
  readAgain(db);
}

/** All documents, with their names, in the background. */
function readAgain(db: Db): void {
  db.exec(`UPDATE part SET extractor_version = ${OLD_FORM}; UPDATE file SET input = NULL, output = NULL`);
}

/**
 * Three letters in a row of each name, folded, for what stands in the middle of one. No positions: 1.1 MB for 20,000
 * names.
 */
const NAME_TRIGRAMS = `
  CREATE VIRTUAL TABLE name_trigram USING fts5 (
    name, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
`;

/**
 * A million documents. born_ms: null where the file system does not tell. ending: what follows the last dot of a name, or
 * the whole name when it has none, so that `ext:makefile` works too. digest: of the content of a document within a file.
 * met: limits that the reading of a file has met, with commas. kills: how often reading the file has ended its extractor,
 * since it changed last. The last three are the champion lists (champions.ts), made in idle time.
 */
const MILLION = `
  ALTER TABLE file ADD COLUMN born_ms REAL;
  ALTER TABLE file ADD COLUMN ending TEXT GENERATED ALWAYS AS (${endingOf('name')}) VIRTUAL;
  CREATE INDEX file_ending ON file (ending, mtime_ms);
  CREATE INDEX file_modified ON file (mtime_ms);
  ALTER TABLE part ADD COLUMN digest TEXT;
  ALTER TABLE part ADD COLUMN met TEXT NOT NULL DEFAULT '';
  ALTER TABLE failure ADD COLUMN kills INTEGER NOT NULL DEFAULT 0;
  DROP INDEX part_inner;
  CREATE INDEX part_inner ON part (file_id, inner_path) WHERE inner_path IS NOT NULL;
  CREATE TABLE champion (
    source TEXT NOT NULL,
    term TEXT NOT NULL,
    holders INTEGER NOT NULL,
    best BLOB,
    UNIQUE (source, term)
  ) STRICT;
  CREATE INDEX champion_wished ON champion (source) WHERE best IS NULL;
  CREATE TABLE listed (last_id INTEGER NOT NULL) STRICT;
  CREATE TABLE rewritten (id INTEGER PRIMARY KEY) STRICT;
  -- So many segments of a size are merged at a time: with 4, the default, M is 0.4 % larger.
  INSERT INTO body (body, rank) VALUES ('automerge', 8);
`;

/**
 * Finds the events of a name: by how long it is and how it ends, which tells most names apart. The index of whole names
 * would cost an event four times as much as the rest of it.
 */
const EVENT_NAMES = `
  CREATE INDEX event_path ON event (length(path), substr(path, -12));
  CREATE INDEX event_to_path ON event (length(to_path), substr(to_path, -12)) WHERE to_path IS NOT NULL;
  -- What events take is kept as a sum: each takes 25 bytes more than before.
  UPDATE meta SET value = json_set(value, '$.bytes', value ->> '$.bytes' + 25 * (value ->> '$.count'))
    WHERE key = 'events';
`;

/** As an expression of SQL. */
export function endingOf(name: string): string {
  const text = `CAST(${name} AS TEXT)`;
  return `lower(substr(${text}, length(rtrim(${text}, replace(${text}, '.', ''))) + 1))`;
}

/** The `extractor_version` of a document whose words are still in the form of an older index. */
export const OLD_FORM = 0;

const STEPS: readonly ((db: Db) => void)[] = [
  (db) => {
    db.exec(FIRST);
    // Fewer, larger segments while many documents come in: 4.6 -> 4.0 CPU s on M; more than 4 MB gains nothing.
    db.exec(`INSERT INTO body (body, rank) VALUES ('hashsize', ${4 << 20})`);
  },
  (db) => db.exec(RECHECKS),
  (db) => db.exec(RENAMES),
  (db) => db.exec(PARTIAL),
  (db) => db.exec(CONTENT),
  (db) => db.exec(ATTRIBUTES),
  (db) => db.exec(EVENTS),
  (db) => db.exec(PARTS),
  (db) => db.exec(DOERS),
  (db) => db.exec(WAITING),
  giveOneForm,
  (db) => {
    db.exec(NAME_TRIGRAMS + MILLION);
    readAgain(db);
  },
  (db) => db.exec(EVENT_NAMES),
];

export const SCHEMA_VERSION = STEPS.length;

/** @returns the version that the file had; 0: it is new. */
export function migrate(db: Db, file: string): number {
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > SCHEMA_VERSION) throw newerStore(file, found);
  for (let version = found; version < SCHEMA_VERSION; version++) {
    db.transaction(() => {
      STEPS[version]?.(db);
      if (version === 0) beginClean(db);
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
  return found;
}

export function newerStore(file: string, version: number): FindTextError {
  return new FindTextError(
    'FT_STORE_NEWER',
    `open the index ${file}: it has version ${version}, this find-text knows versions up to ${SCHEMA_VERSION}`,
    { hint: 'use the newer find-text that wrote it, or run `find-textd rebuild` with this one' },
  );
}
