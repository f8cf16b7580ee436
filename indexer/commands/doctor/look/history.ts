/** The history of integrity monitoring: how it is, and whether it is whole. */
import { Ledger } from '../../../notify/ledger/ledger.js';
import { verifyLedger } from '../../../notify/ledger/verify.js';
import { openNotifyForReading } from '../../../notify/store.js';
import { type IntegrityStatus, readIntegrity } from '../../integrity-status.js';
import type { Place } from '../place.js';

export interface HistoryFacts {
  /** null: no rule has ever asked for it. */
  readonly status: IntegrityStatus | null;
  /** Where its chain is broken. */
  readonly fault: string | undefined;
  /** It is too long to be computed again now. */
  readonly isUnchecked: boolean;
}

/** A second or two. */
const MOST_ENTRIES = 200_000;

export function lookAtHistory({ locations: { dataDirectory } }: Place): HistoryFacts {
  const status = readIntegrity(dataDirectory);
  const isUnchecked = (status?.sequence ?? 0) > MOST_ENTRIES;
  const canCheck = status?.problem === null && !isUnchecked;
  return { status, isUnchecked, fault: canCheck ? faultIn(dataDirectory) : undefined };
}

function faultIn(dataDirectory: string): string | undefined {
  const db = openNotifyForReading(dataDirectory);
  if (!db) return undefined;
  try {
    const verdict = verifyLedger(new Ledger(db));
    return verdict.isWhole ? undefined : `at entry ${verdict.sequence}: ${verdict.why}`;
  } finally {
    db.close();
  }
}
