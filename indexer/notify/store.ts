/**
 * notify.db: what integrity monitoring remembers, in the index folder. The tables are those of its parts. Made when a
 * rule asks for it; the notifier writes it, commands write single rows.
 */
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FindTextError } from '../../shared/errors.js';
import { type Db, guard, openBeside, openBesideForReading, type Schema } from '../../shared/store/open.js';
import { LOG_MARK_SCHEMA } from './content/log-marks.js';
import { SHADOW_SCHEMA } from './content/shadow.js';
import { OUTBOX_SCHEMA } from './deliver/outbox.js';
import { BURST_SCHEMA } from './flood/bursts.js';
import { WINDOW_SCHEMA } from './flood/windows.js';
import { KNOWN_SCHEMA } from './known.js';
import { LEDGER_SCHEMA } from './ledger/ledger.js';
import { PACKAGED_SCHEMA } from './packages/packaged-names.js';
import { CURSOR_SCHEMA } from './turn/cursor.js';

const NOTES_SCHEMA = 'CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;';

const PARTS = [
  ...[CURSOR_SCHEMA, KNOWN_SCHEMA, LEDGER_SCHEMA, BURST_SCHEMA, WINDOW_SCHEMA, NOTES_SCHEMA],
  ...[OUTBOX_SCHEMA, SHADOW_SCHEMA, LOG_MARK_SCHEMA, PACKAGED_SCHEMA],
];

/** The first step is what version 1 made: files of users have it. Whoever changes a table adds a step. */
const SCHEMA: Schema = {
  name: 'the history of integrity monitoring',
  steps: [PARTS.join('\n')],
};

function notifyFile(dataDirectory: string): string {
  return join(dataDirectory, 'notify.db');
}

/** @throws FindTextError FT_STORE_… */
export function openNotify(dataDirectory: string): Db {
  return openBeside(notifyFile(dataDirectory), SCHEMA);
}

/** Has a rule ever asked for it? */
export function hasHistory(dataDirectory: string): boolean {
  return existsSync(notifyFile(dataDirectory));
}

/** @returns undefined when no rule has ever asked for it, or just now. @throws FindTextError FT_STORE_… */
export function openNotifyForReading(dataDirectory: string): Db | undefined {
  if (!hasHistory(dataDirectory)) return undefined;
  try {
    return openBesideForReading(notifyFile(dataDirectory), SCHEMA);
  } catch (error) {
    throw error instanceof FindTextError && error.code === 'FT_STORE_CORRUPT' ? damaged(error) : error;
  }
}

/** @returns says whether notify.db still is the file that it is now. */
export function watchPlace(dataDirectory: string): () => boolean {
  const place = () => {
    const { dev, ino } = statSync(notifyFile(dataDirectory), { throwIfNoEntry: false }) ?? {};
    return `${dev}:${ino}`;
  };
  const now = place();
  return () => place() === now;
}

function damaged({ code, message, cause }: FindTextError): FindTextError {
  const hint = 'a daemon with rules keeps it as notify.db.damaged-… and begins anew: start `find-textd run`';
  return new FindTextError(code, message, { cause, hint });
}

const SET_ASIDE = /^notify\.db\.damaged-[0-9TZ-]+$/;

/** One that SQLite cannot read is kept under another name: the next one that opens it begins anew. */
export function setAsideIfDamaged(dataDirectory: string): void {
  const file = notifyFile(dataDirectory);
  if (!existsSync(file) || !isDamaged(file)) return;
  const kept = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  for (const suffix of ['-wal', '-shm', '']) if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
}

/** Name of the newest one. */
export function newestSetAside(dataDirectory: string): string | undefined {
  return readdirSync(dataDirectory)
    .filter((name) => SET_ASIDE.test(name))
    .sort()
    .at(-1);
}

function isDamaged(file: string): boolean {
  try {
    const db = openBeside(file, SCHEMA);
    try {
      return guard(`check ${file}`, () => db.pragma('quick_check(1)', { simple: true })) !== 'ok';
    } finally {
      db.close();
    }
  } catch (error) {
    return (error as { code?: unknown }).code === 'FT_STORE_CORRUPT';
  }
}

/** Small facts, JSON by key. */
export class Notes {
  readonly #get;
  readonly #set;

  constructor(db: Db) {
    this.#get = db.prepare<[string], string>('SELECT value FROM note WHERE key = ?').pluck();
    this.#set = db.prepare<[string, string]>('INSERT OR REPLACE INTO note VALUES (?, ?)');
  }

  get(key: string): unknown {
    const text = this.#get.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  set(key: string, value: unknown): void {
    this.#set.run(key, JSON.stringify(value));
  }
}
