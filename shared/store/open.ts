/**
 * Opens the SQLite file behind an index.
 * The writer opens it once (`openForWriting`), everybody else reads (`openForReading`): one writer, many readers, WAL.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { FindTextError, systemCode } from '../errors.js';
import { requireOwnFile } from '../own-file.js';
import { migrate, newerStore, SCHEMA_VERSION } from './migrations.js';
import { whyNotLoaded } from './native-sqlite.mjs';
import { connect, type Db } from './sqlite.js';

export type { Db, Statement } from './sqlite.js';

const BUSY_TIMEOUT_MS = 5000;
/** Measured on M: below 16 MB the merges of FTS5 read pages again, above 64 MB nothing more is won. */
const WRITER_CACHE_KIB = 32 * 1024;
const READER_CACHE_KIB = 16 * 1024;
const BESIDE_CACHE_KIB = 4 * 1024;
/** 16 MB. Most pages are written again and again, so a checkpoint writes the fewer the rarer it is. */
const WAL_PAGES = 4000;
/** Of `PRAGMA auto_vacuum`. */
const INCREMENTAL = 2;

/**
 * Creates the file and its schema when missing; raises an older schema.
 * @param onRaised  called with the version that the file had.
 * @throws FindTextError FT_STORE_…
 */
export function openForWriting(file: string, onRaised: (from: number) => void = () => {}): Db {
  return guard(`open the index ${file} for writing`, () => {
    requireOwnFiles(file);
    const db = connect(file, { timeout: BUSY_TIMEOUT_MS });
    return closeOnError(db, () => {
      // Heard by a new file only: what is free in it can be given back piece by piece. It costs neither time nor size
      // that could be measured.
      db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma(`cache_size = -${WRITER_CACHE_KIB}`);
      letGiveBackSpace(db);
      db.pragma('temp_store = MEMORY');
      db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
      const found = migrate(db, file);
      if (found > 0 && found < SCHEMA_VERSION) onRaised(found);
    });
  });
}

/**
 * A file from before space was given back is written anew, once: about 1 s per 100 MB. Without room for that it stays
 * as it is until the next start.
 */
function letGiveBackSpace(db: Db): void {
  if (db.pragma('auto_vacuum', { simple: true }) === INCREMENTAL) return;
  try {
    db.pragma('auto_vacuum = INCREMENTAL');
    db.exec('VACUUM');
  } catch (error) {
    if (toStoreError('', error).code !== 'FT_STORE_FULL') throw error;
  }
}

/**
 * Moves everything from the write-ahead log into the file and empties the log.
 * @returns false while a search reads what is in it.
 */
export function emptyLog(db: Db): boolean {
  db.pragma('busy_timeout = 0');
  try {
    const [outcome] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return outcome?.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

/** Needs no daemon. The file must exist and have this program's schema. @throws FindTextError FT_STORE_… */
export function openForReading(file: string): Db {
  return guard(`open the index ${file}`, () => {
    requireOwnFiles(file);
    const isAlone = isOnReadOnlyDisk(file) && !existsSync(`${file}-shm`);
    const options = { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS };
    const db = connect(isAlone ? readWhole(file) : file, options);
    return closeOnError(db, () => {
      db.pragma(`cache_size = -${READER_CACHE_KIB}`);
      requireVersion(db, file);
    });
  });
}

function isOnReadOnlyDisk(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return false;
  } catch (error) {
    return systemCode(error) === 'EROFS';
  }
}

/**
 * SQLite cannot open a file in WAL mode where it can make no -shm beside it; in memory it can, once the file format
 * versions in the header say that there is no WAL. After a clean end there is none. 300 MB take 0.2 s.
 * @see https://sqlite.org/fileformat2.html#file_format_version_numbers
 */
function readWhole(file: string): Buffer {
  const bytes = readFileSync(file);
  return bytes.fill(1, 18, 20);
}

/**
 * A file without schema or WAL, for locks.
 * @param isReadOnly  it must exist, and may be on a disk that is read-only here.
 */
export function openPlain(file: string, timeoutMs: number, isReadOnly = false): Db {
  return guard(`open ${file}`, () => {
    requireOwnFiles(file);
    return connect(file, { timeout: timeoutMs, readonly: isReadOnly });
  });
}

/** Of a file beside the index that has a schema of its own. */
export interface Schema {
  /** What it is, for messages. */
  readonly name: string;
  /** SQL that raises it from the version before; `user_version` counts them. */
  readonly steps: readonly string[];
}

/**
 * A file beside the index, in WAL mode. Whatever is committed outlives also a power cut: others have been told of it.
 * @throws FindTextError FT_STORE_…
 */
export function openBeside(file: string, schema: Schema): Db {
  return guard(`open ${schema.name} ${file}`, () => {
    requireOwnFiles(file);
    const db = connect(file, { timeout: BUSY_TIMEOUT_MS });
    return closeOnError(db, () => {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma(`cache_size = -${BESIDE_CACHE_KIB}`);
      db.transaction(() => raise(db, file, schema)).immediate();
    });
  });
}

/**
 * The same, to be read only; it must be of this version.
 * @returns undefined while it is being made: there is nothing in it yet.
 */
export function openBesideForReading(file: string, schema: Schema): Db | undefined {
  return guard(`open ${schema.name} ${file}`, () => {
    requireOwnFiles(file);
    const db = connect(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    let version = 0;
    closeOnError(db, () => {
      version = versionOf(db);
      if (version !== 0 && version !== schema.steps.length) throw otherVersion(file, schema, version);
    });
    if (version > 0) return db;
    db.close();
    return undefined;
  });
}

function raise(db: Db, file: string, schema: Schema): void {
  const version = versionOf(db);
  if (version > schema.steps.length) throw otherVersion(file, schema, version);
  for (const step of schema.steps.slice(version)) db.exec(step);
  db.pragma(`user_version = ${schema.steps.length}`);
}

function versionOf(db: Db): number {
  return db.pragma('user_version', { simple: true }) as number;
}

function otherVersion(file: string, { name, steps }: Schema, version: number): FindTextError {
  const isNewer = version > steps.length;
  return new FindTextError(
    isNewer ? 'FT_STORE_NEWER' : 'FT_STORE_OLDER',
    `open ${name} ${file}: it has version ${version}, this find-text knows version ${steps.length}`,
    { hint: isNewer ? 'update find-text' : 'start `find-textd run`: it raises it to this version' },
  );
}

/** SQLite would follow a symlink, and make what it leads to. */
function requireOwnFiles(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) requireOwnFile(file + suffix);
}

/** Runs `action` and turns what SQLite throws into a FindTextError that says what to do. */
export function guard<T>(doing: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw toStoreError(doing, error);
  }
}

/** What SQLite has thrown, as toStoreError says it; anything else as it is. */
export function asStoreError(doing: string, error: unknown): unknown {
  return systemCode(error)?.startsWith('SQLITE_') ? toStoreError(doing, error) : error;
}

export function toStoreError(doing: string, error: unknown): FindTextError {
  if (error instanceof FindTextError) return error;
  const code = systemCode(error) ?? '';
  const why = error instanceof Error ? error.message : String(error);
  if (/^(ERR_DLOPEN_FAILED|MODULE_NOT_FOUND)$/.test(code) || /did not self-register/.test(why)) {
    const library = whyNotLoaded(error);
    return new FindTextError('FT_STORE_FAILED', `${doing}: ${library.why}`, { cause: error, hint: library.hint });
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    const hint = 'run `find-textd rebuild` to build a new index; the damaged file is kept beside it';
    return new FindTextError('FT_STORE_CORRUPT', `${doing}: ${why}`, { cause: error, hint });
  }
  // SHMSIZE: there was no room for the index of a WAL that has grown.
  if (/^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/.test(code)) {
    const hint = 'free some space on that disk; the work goes on by itself';
    return new FindTextError('FT_STORE_FULL', `${doing}: ${why}`, { cause: error, hint });
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const hint = 'another process is using it; try again in a moment';
    return new FindTextError('FT_STORE_BUSY', `${doing}: ${why}`, { cause: error, hint });
  }
  if (/^(SQLITE_READONLY|EROFS)/.test(code)) {
    const hint = 'its disk is read-only now; searches go on, the daemon can begin when it is writable again';
    return new FindTextError('FT_STORE_FAILED', `${doing}: ${why}`, { cause: error, hint });
  }
  const hint = 'check that the folder exists and that you may read and write it';
  return new FindTextError('FT_STORE_FAILED', `${doing}: ${why}`, { cause: error, hint });
}

function requireVersion(db: Db, file: string): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version === SCHEMA_VERSION) return;
  if (version > SCHEMA_VERSION) throw newerStore(file, version);
  const hint = 'start `find-textd run`: it raises the index to this version';
  throw new FindTextError(
    'FT_STORE_OLDER',
    `open the index ${file}: it has version ${version}, this find-text reads version ${SCHEMA_VERSION}`,
    { hint },
  );
}

function closeOnError(db: Db, prepare: () => void): Db {
  try {
    prepare();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
