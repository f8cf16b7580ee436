/** What is known of the logs of `append-only` rules: a table of the notifier's database. */
import type { Db } from '../../../shared/store/open.js';
import { type LogLook, type LogMark, lookAtLog, markLog } from './append-only.js';

export const LOG_MARK_SCHEMA = `
CREATE TABLE log_mark (
  path BLOB PRIMARY KEY, dev INTEGER NOT NULL, ino INTEGER NOT NULL, size INTEGER NOT NULL, turn INTEGER NOT NULL,
  digests BLOB NOT NULL
);
`;

export interface LogVerdict {
  /** `new`: nothing was known of it. */
  readonly kind: LogLook['kind'] | 'new';
  /** Something else than growing or a rotation. */
  readonly isAlert: boolean;
  /** In words; '' for what is no alert. */
  readonly text: string;
  /** In the transaction that tells of the change. */
  readonly keep: () => void;
}

const TEXTS: Readonly<Record<LogVerdict['kind'], string>> = {
  new: '',
  same: '',
  grown: '',
  rotated: '',
  unreadable: '',
  truncated: 'the log became shorter',
  rewritten: 'what was in the log already is changed',
  replaced: 'another file stands in the place of the log, and the old one is not beside it, or is changed',
  gone: 'the log is gone',
  'no-file': 'the log is no file any more',
};

type Row = LogMark & { readonly turn: number };

export class LogMarks {
  readonly #get;
  readonly #put;
  readonly #drop;

  constructor(db: Db) {
    this.#get = db.prepare<[Uint8Array], Row>('SELECT dev, ino, size, turn, digests FROM log_mark WHERE path = ?');
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO log_mark (path, dev, ino, size, turn, digests) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#drop = db.prepare('DELETE FROM log_mark WHERE path = ?');
  }

  /** @param isWhole  reads all of it, as a comparison does. */
  look(path: Uint8Array, isWhole = false): LogVerdict {
    const row = this.#get.get(path);
    const turn = (row?.turn ?? -1) + 1;
    if (!row) return this.#verdict('new', () => this.#keep(path, markLog(path), turn));
    const look = lookAtLog(path, row, isWhole ? undefined : turn);
    if ('mark' in look) return this.#verdict(look.kind, () => this.#keep(path, look.mark, turn));
    return this.#verdict(look.kind, () => look.kind !== 'unreadable' && this.#drop.run(path));
  }

  #verdict(kind: LogVerdict['kind'], keep: () => void): LogVerdict {
    return { kind, isAlert: TEXTS[kind] !== '', text: TEXTS[kind], keep };
  }

  #keep(path: Uint8Array, mark: LogMark | undefined, turn: number): void {
    if (mark) this.#put.run(path, mark.dev, mark.ino, mark.size, turn, mark.digests);
  }
}
