/** Opens the index that answers now: all that is asked of it sees one state. */
import { existsSync, statSync } from 'node:fs';
import { FindTextError } from '../errors.js';
import { settledSign } from '../settled-file.js';
import { currentIndexFile, pointerFile } from '../store/generation.js';
import { type Db, openForReading } from '../store/open.js';
import { checkSeal } from '../store/seal.js';
import { troubleText } from '../troubles.js';
import { type DaemonFacts, readDaemon } from './daemon.js';

export interface OpenIndex {
  readonly dataDirectory: string;
  readonly db: Db;
  readonly file: string;
  /** Tells the file from another one of that name, also on another volume. */
  readonly identity: string;
  /** Of the file that names it, as settledSign has it. */
  readonly pointer: string | undefined;
  /** The file is not as it was written: any answer may be wrong. */
  readonly isDamaged: boolean;
  /** Before the state that is seen, so that no trouble of its daemon ends unseen in between. */
  readonly daemon: DaemonFacts;
}

/** @throws FindTextError FT_STORE_MISSING, one line that says what to run; other FT_STORE_… */
export function openIndex(dataDirectory: string): OpenIndex {
  const pointer = settledSign(pointerFile(dataDirectory));
  const file = indexFile(dataDirectory);
  try {
    return { ...openSnapshot(dataDirectory, file), pointer };
  } catch (error) {
    // A rebuild may have put a new file in place since `current` was read.
    const newer = indexFile(dataDirectory);
    if (newer === file) throw error;
    return { ...openSnapshot(dataDirectory, newer), pointer: undefined };
  }
}

/**
 * The next state of an index whose last one is over.
 * @returns undefined: another file answers now, or this one may not be trusted
 */
export function reopenIndex({ dataDirectory, db, file, identity, pointer: last }: OpenIndex): OpenIndex | undefined {
  const pointer = settledSign(pointerFile(dataDirectory));
  const isNamed = pointer !== undefined && pointer === last;
  if (!(isNamed || indexFile(dataDirectory) === file) || identityOf(file) !== identity) return undefined;
  if (checkSeal(file, false) === 'damaged') return undefined;
  const daemon = readDaemon(dataDirectory);
  db.exec('BEGIN');
  return { dataDirectory, db, file, identity, pointer, isDamaged: false, daemon };
}

function openSnapshot(dataDirectory: string, file: string): Omit<OpenIndex, 'pointer'> {
  const identity = identityOf(file);
  const isDamaged = checkSeal(file, false) === 'damaged';
  const daemon = readDaemon(dataDirectory);
  try {
    const db = openForReading(file);
    db.exec('BEGIN');
    return { dataDirectory, db, file, identity, isDamaged, daemon };
  } catch (error) {
    if (!isDamaged) throw withAdvice(error, daemon);
    throw new FindTextError('FT_STORE_CORRUPT', `open the index ${file}: it ${damagedText}`, { cause: error });
  }
}

/** An older index is raised by the daemon: what keeps it from that, when one runs? */
function withAdvice(error: unknown, { identity, troubles }: DaemonFacts): unknown {
  if (!(error instanceof FindTextError) || error.code !== 'FT_STORE_OLDER' || !identity) return error;
  const daemon = `\`find-textd run\` (process ${identity.pid})`;
  const trouble = troubles.find(({ kind }) => kind === 'disk');
  const hint = trouble
    ? `${daemon} cannot raise it yet: ${troubleText(trouble)}`
    : `${daemon} raises it in a moment; if it is of the older version, stop it, then start \`find-textd run\` of this one`;
  return new FindTextError(error.code, error.message, { cause: error, hint });
}

export const damagedText = 'is damaged; `find-textd run` keeps it aside and builds a new one';

function identityOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.dev} ${stat.ino}` : '';
}

function indexFile(dataDirectory: string): string {
  const file = currentIndexFile(dataDirectory);
  if (file && existsSync(file)) return file;
  throw new FindTextError('FT_STORE_MISSING', 'there is no index yet: make one with `find-textd run DIR`');
}
