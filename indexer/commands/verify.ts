/**
 * `find-textd verify`: is each history of integrity monitoring whole, that of `run` and those of `watch`, and is a digest
 * that was received earlier in one of them?
 */
import type { Writable } from 'node:stream';
import { FindTextError } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { Ledger } from '../notify/ledger/ledger.js';
import { type Verdict, verifyLedger } from '../notify/ledger/verify.js';
import { openNotifyForReading } from '../notify/store.js';
import { type History, historiesIn } from './histories.js';

export interface VerifyIo {
  readonly dataDirectory: string;
  readonly stdout: Writable;
}

const DIGEST = /^[0-9a-f]{8,64}$/;

/** @returns the exit status: 1 when one is not whole, or the digest is in none. @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export function runVerify(head: string | undefined, { dataDirectory, stdout }: VerifyIo): 0 | 1 {
  const noted = head?.toLowerCase();
  if (noted !== undefined && !DIGEST.test(noted))
    throw new FindTextError('FT_CONFIG_INVALID', 'verify the history: --head is no digest', {
      hint: 'it is `chain.hash` of a message: 64 hexadecimal digits, or the first 8 or more of them',
    });
  const histories = historiesIn(dataDirectory);
  if (histories.length === 0)
    throw new FindTextError('FT_STORE_MISSING', `verify the history in ${dataDirectory}: there is none`, {
      hint: 'it begins when `find-textd run` finds a [[notify]] rule in the configuration, or with `find-textd watch`',
    });
  const results = histories.map((history) => verified(history, noted));
  for (const { text } of results) stdout.write(text);
  if (noted === undefined) stdout.write(HINT);
  const areWhole = results.every(({ isWhole }) => isWhole);
  if (noted === undefined || !areWhole) return areWhole ? 0 : 1;
  const isFound = results.some(({ hasNoted }) => hasNoted);
  stdout.write(isFound ? 'the digest that was noted is in it\n' : (results[0]?.notFound ?? ''));
  return isFound ? 0 : 1;
}

const HINT = 'it proves nothing by itself: compare with a digest that was received elsewhere, by --head\n';

interface Result {
  readonly text: string;
  readonly isWhole: boolean;
  readonly hasNoted: boolean;
  /** Of a whole one that does not have the digest. */
  readonly notFound?: string;
}

function verified({ dataDirectory, isOfWatch, watched }: History, noted: string | undefined): Result {
  const db = openNotifyForReading(dataDirectory);
  if (!db) return { text: '', isWhole: true, hasNoted: false };
  try {
    const ledger = new Ledger(db);
    const sought = verifyLedger(ledger, noted);
    const verdict = sought.isWhole || noted === undefined ? sought : verifyLedger(ledger);
    const folder = watched ? displayPath(watched) : 'a folder that is not known';
    const text = textOf(isOfWatch ? `the history of \`find-textd watch ${folder}\`` : 'the history', verdict);
    const notFound = verdict.isWhole && !sought.isWhole ? `${sought.why}\n` : undefined;
    return { text, isWhole: verdict.isWhole, hasNoted: sought.isWhole, ...(notFound && { notFound }) };
  } finally {
    db.close();
  }
}

function textOf(what: string, verdict: Verdict): string {
  if (!verdict.isWhole) return `${what} is not whole, at entry ${verdict.sequence}: ${verdict.why}\n`;
  const { count, from, head } = verdict;
  const range = count === 0 ? 'it has no entries yet' : `entries ${from.sequence + 1} to ${head.sequence}`;
  return `${what} is whole: ${range}\nhead ${head.hash}\n`;
}
