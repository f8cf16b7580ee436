/** Opens the index that answers now, and reads what the daemon says of it. */
import { existsSync } from 'node:fs';
import { type DaemonState, STATE_KEY } from '../shared/daemon-state.js';
import { FindTextError } from '../shared/errors.js';
import { FRESHNESS_KEY, type Freshness, parseFreshness } from '../shared/freshness.js';
import { locate } from '../shared/locations.js';
import { currentIndexFile } from '../shared/store/generation.js';
import { Meta } from '../shared/store/meta.js';
import { type Db, openForReading } from '../shared/store/open.js';
import { checkSeal } from '../shared/store/seal.js';

export interface OpenIndex {
  readonly db: Db;
  readonly file: string;
  /** The file is not as it was written: any answer may be wrong. */
  readonly isDamaged: boolean;
}

/** All questions see the index as it is now. @throws FindTextError FT_STORE_MISSING, one line that says what to run; other FT_STORE_… */
export function openIndex(env: NodeJS.ProcessEnv): OpenIndex {
  const { dataDirectory } = locate(env);
  const file = indexFile(dataDirectory);
  try {
    return openSnapshot(file);
  } catch (error) {
    // A rebuild may have put a new file in place since `current` was read.
    const newer = indexFile(dataDirectory);
    if (newer === file) throw error;
    return openSnapshot(newer);
  }
}

function openSnapshot(file: string): OpenIndex {
  const isDamaged = checkSeal(file, false) === 'damaged';
  try {
    const db = openForReading(file);
    db.exec('BEGIN');
    return { db, file, isDamaged };
  } catch (error) {
    if (!isDamaged) throw error;
    throw new FindTextError('FT_STORE_CORRUPT', `open the index ${file}: it ${damagedText}`, { cause: error });
  }
}

export const damagedText = 'is damaged; `find-textd run` keeps it aside and builds a new one';

/** What is known to be missing; undefined when no daemon has said so yet. */
export function readFreshness(db: Db): Freshness | undefined {
  return parseFreshness(new Meta(db).get(FRESHNESS_KEY));
}

export function readState(db: Db): DaemonState | undefined {
  return new Meta(db).get(STATE_KEY) as DaemonState | undefined;
}

/** Changes that are known of and not worked on. */
export function countWaiting(db: Db): number {
  return db.prepare<[], number>('SELECT count(*) FROM queue').pluck().get() ?? 0;
}

function indexFile(dataDirectory: string): string {
  const file = currentIndexFile(dataDirectory);
  if (file && existsSync(file)) return file;
  throw new FindTextError('FT_STORE_MISSING', 'there is no index yet: make one with `find-textd run DIR`');
}
