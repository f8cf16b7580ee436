/** What `find-textd status` says of integrity monitoring: read from notify.db, with or without a daemon. */
import { timeText } from '../../shared/activity.js';
import { counted, grouped } from '../../shared/counted.js';
import { cleanText } from '../../shared/path-text.js';
import { type EndpointHealth, readHealth } from '../notify/deliver/health.js';
import { Windows } from '../notify/flood/windows.js';
import { Known } from '../notify/known.js';
import { Ledger } from '../notify/ledger/ledger.js';
import { MISSED_READS_NOTE, WHY_MISSED } from '../notify/missed-reads.js';
import { Notes, openNotifyForReading } from '../notify/store.js';

export interface IntegrityStatus {
  /** Why nothing else is known; null: it is. */
  readonly problem: string | null;
  /** Rules of the last daemon with reads that they ask for, and that the audit rules do not tell of. */
  readonly missedReads: readonly string[];
  /** Names of the rules that the last daemon had. */
  readonly rules: readonly string[];
  /** Files and folders whose state is known. */
  readonly watched: number;
  /** Of the newest entry of the history; 0: there is none. */
  readonly sequence: number;
  /** Digest of the whole history: `find-textd verify`. */
  readonly head: string;
  /** Changes that wait for a digest. */
  readonly waiting: number;
  readonly window: { readonly untilMs: number; readonly reason: string } | null;
  readonly endpoints: readonly EndpointHealth[];
}

/** @returns null: no rule has ever asked for it */
export function readIntegrity(dataDirectory: string): IntegrityStatus | null {
  try {
    return readHistory(dataDirectory);
  } catch (error) {
    return { ...NOTHING_KNOWN, problem: (error as Error).message };
  }
}

const NOTHING_KNOWN = {
  missedReads: [],
  rules: [],
  watched: 0,
  sequence: 0,
  head: '',
  waiting: 0,
  window: null,
  endpoints: [],
};

function readHistory(dataDirectory: string): IntegrityStatus | null {
  const db = openNotifyForReading(dataDirectory);
  if (!db) return null;
  try {
    const [ledger, window] = [new Ledger(db), new Windows(db).at(Date.now())];
    const { sequence, hash } = ledger.head;
    return {
      problem: null,
      missedReads: (new Notes(db).get(MISSED_READS_NOTE) as readonly string[] | undefined) ?? [],
      rules: (new Notes(db).get('ruleNames') as readonly string[] | undefined) ?? [],
      watched: new Known(db).count,
      sequence,
      head: hash,
      waiting: ledger.waitingCount,
      window: window ? { untilMs: window.untilMs, reason: window.reason } : null,
      endpoints: readHealth(db),
    };
  } finally {
    db.close();
  }
}

export function integrityLines(status: IntegrityStatus | null): readonly string[] {
  if (!status) return [];
  if (status.problem !== null) return [`integrity nothing is known: ${cleanText(status.problem)}`];
  const { missedReads, rules, watched, sequence, head, waiting, window, endpoints } = status;
  const waits = waiting === 0 ? '' : `, ${counted(waiting, 'change')} waiting for a digest`;
  return [
    `integrity ${counted(rules.length, 'rule')} (${rules.map(cleanText).join(', ')}), ${counted(watched, 'name')} watched${waits}`,
    ...missedReads.map((text) => `reads     ${cleanText(text)}: ${WHY_MISSED}`),
    `history   ${grouped(sequence)} ${sequence === 1 ? 'entry' : 'entries'}, head ${head.slice(0, 16)}: \`find-textd verify\``,
    ...(window ? [`window    until ${timeText(window.untilMs, Date.now())}: ${cleanText(window.reason)}`] : []),
    ...endpoints.map((endpoint, at) => `${at === 0 ? 'endpoints' : ''.padEnd(9)} ${endpointText(endpoint)}`),
  ];
}

function endpointText({ name, place, state, waiting, dead, problem }: EndpointHealth): string {
  const facts = [
    state === 'removed' ? 'not configured any more' : state,
    ...(waiting > 0 ? [`${grouped(waiting)} waiting`] : []),
    ...(dead > 0 ? [`${counted(dead, 'dead letter')}: \`find-textd notify dead\``] : []),
    ...(state !== 'works' && state !== 'removed' && problem ? [problem] : []),
  ];
  return cleanText(`${name}${place && ` (${place})`}: ${facts.join(', ')}`);
}
