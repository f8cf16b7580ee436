/**
 * The folder of the baseline in the index folder: `baseline-N.txt` with its signature `baseline-N.txt.minisig`, `current`
 * (which one counts), `waiting.txt` (made, and to be signed elsewhere), `key.pub`, `key.secret`, `history.jsonl`.
 */
import { closeSync, constants, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FindTextError, orUndefined, systemCode } from '../../shared/errors.js';
import { readOwnFile, replaceFile, requireOwnFile } from '../../shared/own-file.js';
import { checkFolder, makeFolder, type OwnFolder } from '../../shared/own-folder.js';
import { type Baseline, parseDocument } from './document.js';
import { sha256 } from './entry.js';
import { type PublicKey, parsePublicKey, verifySignature } from './sign/minisign.js';

export interface CurrentBaseline extends Baseline {
  readonly file: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  /** The comment that is signed with it. */
  readonly trusted: string;
}

/** One line of the history: what was done, or a check with its result. Kept also when nothing was found. */
export interface HistoryRecord {
  readonly at: string;
  readonly kind: 'created' | 'accepted' | 'imported' | 'waiting' | 'checked';
  /** Of the baseline. */
  readonly number: number | null;
  readonly hash: string | null;
  readonly by: string;
  readonly reason?: string;
  /** Of `checked`, and of what was accepted. */
  readonly counts?: { readonly added: number; readonly removed: number; readonly changed: number };
  readonly entries?: number;
  readonly errors?: number;
  /** Of `checked`. */
  readonly status?: number;
}

/** Node cannot hold more in one text. */
const MAX_BYTES = 400 * 2 ** 20;
const APPENDING =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const BASELINE = /^baseline-([1-9]\d*)\.txt$/;
/** As long as auditors ask for, and the newest in any case. */
export const KEPT = { count: 10, days: 400, ms: 400 * 86_400_000 } as const;
/** A check every hour for five years. */
const MAX_HISTORY_BYTES = 12 << 20;

export class BaselineStore {
  readonly folder: string;

  constructor(dataDirectory: string) {
    this.folder = join(dataDirectory, 'baseline');
  }

  /** @throws FindTextError FT_FOLDER_UNUSABLE */
  prepare(): void {
    makeFolder(this.#own);
  }

  /** @returns undefined when there is none. @throws FindTextError FT_STORE_CORRUPT when it was changed */
  current(): CurrentBaseline | undefined {
    const number = this.currentNumber();
    if (number === undefined) return undefined;
    const file = this.fileOf(number);
    const bytes = readBaseline(file);
    const signature = readOwnFile(`${file}.minisig`);
    const key = this.publicKey();
    if (signature === undefined || !key) throw changed(file, `its ${key ? 'signature' : 'public key'} is missing`);
    const verified = verifySignature(bytes, signature, key);
    if (!verified.isValid) throw changed(file, verified.why);
    const baseline = parseDocument(bytes.toString('latin1'));
    if (baseline.head.number !== number) throw changed(file, 'it is another one');
    return { ...baseline, file, hash: sha256(bytes), trusted: verified.trusted };
  }

  /** Whether it can be believed or not. */
  currentNumber(): number | undefined {
    if (!checkFolder(this.#own)) return undefined;
    const text = readOwnFile(join(this.folder, 'current'));
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,8}\n$/.test(text)) throw changed(join(this.folder, 'current'), 'it is no number');
    return Number(text);
  }

  /** From now on it counts. */
  put(number: number, text: string, signature: string): void {
    const file = this.fileOf(number);
    replaceFile(file, text, true);
    replaceFile(`${file}.minisig`, signature, true);
    replaceFile(join(this.folder, 'current'), `${number}\n`, true);
    rmSync(this.#waiting, { force: true });
  }

  /**
   * Baselines that are old go, but for the newest. What was accepted, when, by whom and its digest stay in the history.
   * @returns the numbers of those that went
   */
  prune(nowMs: number): readonly number[] {
    const numbers = readdirSync(this.folder)
      .flatMap((name) => BASELINE.exec(name)?.[1] ?? [])
      .map(Number);
    const isOld = (number: number) => nowMs - statSync(this.fileOf(number)).mtimeMs > KEPT.ms;
    const newestFirst = numbers.sort((one, other) => other - one);
    const current = this.currentNumber();
    const old = newestFirst.slice(KEPT.count).filter((number) => number !== current && isOld(number));
    for (const number of old)
      for (const file of [this.fileOf(number), `${this.fileOf(number)}.minisig`]) rmSync(file, { force: true });
    return old.reverse();
  }

  /** Until its signature comes. */
  putWaiting(text: string): void {
    replaceFile(this.#waiting, text, true);
  }

  waiting(): Buffer | undefined {
    return checkFolder(this.#own) ? tryRead(this.#waiting) : undefined;
  }

  publicKey(): PublicKey | undefined {
    const text = checkFolder(this.#own) ? readOwnFile(join(this.folder, 'key.pub')) : undefined;
    return text === undefined ? undefined : parsePublicKey(text);
  }

  /** undefined: baselines are signed elsewhere. */
  secretKey(): string | undefined {
    return readOwnFile(join(this.folder, 'key.secret'));
  }

  putKeys(publicKey: string, secretKey?: string): void {
    const secret = join(this.folder, 'key.secret');
    if (secretKey === undefined) rmSync(secret, { force: true });
    else replaceFile(secret, secretKey, true);
    replaceFile(join(this.folder, 'key.pub'), publicKey, true);
  }

  fileOf(number: number): string {
    return join(this.folder, `baseline-${number}.txt`);
  }

  /** In one write: two programs at a time do not mix their lines. */
  record(record: HistoryRecord): void {
    const text = this.#shortenedHistory();
    // A line that a full disk has cut takes this one not along.
    const begin = text === '' || text.endsWith('\n') ? '' : '\n';
    const fd = openSync(this.#history, APPENDING, 0o600);
    try {
      writeSync(fd, `${begin}${JSON.stringify(record)}\n`);
    } finally {
      closeSync(fd);
    }
  }

  /** Oldest first. A line that is damaged is left out. */
  history(): readonly HistoryRecord[] {
    if (!checkFolder(this.#own)) return [];
    return (readOwnFile(this.#history) ?? '').split('\n').flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as HistoryRecord];
      } catch {
        return [];
      }
    });
  }

  /** Another one after each record; '': there is none. */
  historyVersion(): string {
    const stats = orUndefined(() => statSync(this.#history, { bigint: true }));
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : '';
  }

  #shortenedHistory(): string {
    requireOwnFile(this.#history);
    const text = readOwnFile(this.#history) ?? '';
    if (text.length <= MAX_HISTORY_BYTES) return text;
    const newest = text.slice(text.indexOf('\n', text.length / 2) + 1);
    replaceFile(this.#history, newest);
    return newest;
  }

  get #own(): OwnFolder {
    return { path: this.folder, name: 'folder of the baseline', variable: 'XDG_DATA_HOME or HOME' };
  }

  get #waiting(): string {
    return join(this.folder, 'waiting.txt');
  }

  get #history(): string {
    return join(this.folder, 'history.jsonl');
  }
}

/** What was accepted and checked after what is known, oldest first: for whoever tells others of it. */
export function baselineNews(dataDirectory: string) {
  const store = new BaselineStore(dataDirectory);
  const isNews = ({ kind, number }: HistoryRecord, after: number) =>
    (kind === 'accepted' || kind === 'imported') && (number ?? 0) > after;
  return {
    after: (after: number) => store.history().filter((record) => isNews(record, after)),
    /** @param at  of the last check that is known. */
    checkedAfter: (at: string) => {
      const records = store.history();
      const known = records.findLastIndex((record) => record.kind === 'checked' && record.at === at);
      return records.slice(known + 1).filter(({ kind }) => kind === 'checked');
    },
    /** When the last check was made; '': never. */
    get checkedAt(): string {
      return store.history().findLast(({ kind }) => kind === 'checked')?.at ?? '';
    },
    /** Another one whenever something was recorded. */
    get version(): string {
      return store.historyVersion();
    },
    /** 0: none that can be believed. */
    get current(): number {
      return orUndefined(() => store.currentNumber()) ?? 0;
    },
  };
}

/** @throws FindTextError FT_STORE_CORRUPT when it is missing or not this user's */
function readBaseline(file: string): Buffer {
  const bytes = tryRead(file);
  if (!bytes) throw changed(file, 'it is missing');
  return bytes;
}

function tryRead(file: string): Buffer | undefined {
  requireOwnFile(file);
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES) throw changed(file, 'it is too large');
    return bytes;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function changed(file: string, why: string): FindTextError {
  return new FindTextError('FT_STORE_CORRUPT', `read the baseline ${file}: ${why}`, {
    hint: 'somebody has changed it, or the disk is damaged: compare it with a copy that you have exported',
  });
}
