/** `find-textd verify`: is the history of integrity monitoring whole, and is a digest that was received earlier in it? */
import type { Writable } from 'node:stream';
import { FindTextError } from '../../shared/errors.js';
import { Ledger } from '../notify/ledger/ledger.js';
import { type Verdict, verifyLedger } from '../notify/ledger/verify.js';
import { openNotifyForReading } from '../notify/store.js';

export interface VerifyIo {
  readonly dataDirectory: string;
  readonly stdout: Writable;
}

const DIGEST = /^[0-9a-f]{8,64}$/;

/** @returns the exit status: 1 when it is not whole. @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export function runVerify(head: string | undefined, { dataDirectory, stdout }: VerifyIo): 0 | 1 {
  const noted = head?.toLowerCase();
  if (noted !== undefined && !DIGEST.test(noted))
    throw new FindTextError('FT_CONFIG_INVALID', 'verify the history: --head is no digest', {
      hint: 'it is `chain.hash` of a message: 64 hexadecimal digits, or the first 8 or more of them',
    });
  const db = openNotifyForReading(dataDirectory);
  if (!db)
    throw new FindTextError('FT_STORE_MISSING', `verify the history in ${dataDirectory}: there is none`, {
      hint: 'it begins when `find-textd run` finds a [[notify]] rule in the configuration',
    });
  try {
    const verdict = verifyLedger(new Ledger(db), noted);
    stdout.write(textOf(verdict, noted));
    return verdict.isWhole ? 0 : 1;
  } finally {
    db.close();
  }
}

function textOf(verdict: Verdict, noted: string | undefined): string {
  if (!verdict.isWhole) return `the history is not whole, at entry ${verdict.sequence}: ${verdict.why}\n`;
  const { count, from, head } = verdict;
  const range = count === 0 ? 'it has no entries yet' : `entries ${from.sequence + 1} to ${head.sequence}`;
  const hint = 'it proves nothing by itself: compare with a digest that was received elsewhere, by --head';
  return `the history is whole: ${range}\nhead ${head.hash}\n${noted === undefined ? `${hint}\n` : 'the digest that was noted is in it\n'}`;
}
