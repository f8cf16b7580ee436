/** What happened to files, and what was told of it with its diff: for the page, in words. */

import { userNames } from '../../../shared/accounts.js';
import type { KeptIndex } from '../../../shared/answer/kept-index.js';
import { CLOSED_GAPS_KEY, parseClosed } from '../../../shared/closed-gaps.js';
import { FRESHNESS_KEY, GAP_REASONS, type Gap, parseFreshness } from '../../../shared/freshness.js';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { Meta } from '../../../shared/store/meta.js';
import { countEventsBy, type KeptEvent, readEventsBefore } from '../../../shared/store/read-events.js';
import { actionText, doerText, sourceText, type UserNames } from '../../../shared/who-text.js';
import { Ledger } from '../../notify/ledger/ledger.js';
import { openNotifyForReading } from '../../notify/store.js';
import type { Handlers, Question } from '../handlers.js';
import type { EventsWords, EventWords, TimelineWords, ToldPage } from '../words.js';
import { numberIn } from './number-in.js';
import { toldWords } from './told-words.js';

const EVENTS = 100;
const ENTRIES = 30;
const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;
/** Looked for only where slashes begin: a text of slashes alone is read once. */
const SLASHES_AT_END = /(?<=[^/]|^\/)\/+$/;

export interface Histories {
  readonly index: KeptIndex;
  readonly dataDirectory: string;
  readonly now: () => number;
}

export function historyHandlers(histories: Histories): Handlers {
  return {
    events: (question) => eventsWords(question, histories),
    told: (question) => toldPage(question, histories),
    timeline: () => timelineWords(histories),
  };
}

function eventsWords(question: Question, { index }: Histories): EventsWords {
  const before = numberIn(question, 'before', Number.MAX_SAFE_INTEGER);
  const users = userNames();
  return index.ask(({ db }) => {
    const page = readEventsBefore(db, { before, most: EVENTS, path: pathIn(question) });
    return { events: page.events.map((event) => eventWords(event, users)), before: page.before };
  });
}

function pathIn({ path, pathHex }: Question): Buffer | undefined {
  if (typeof pathHex === 'string') return Buffer.from(pathHex, 'hex');
  return typeof path === 'string' && path !== '' ? Buffer.from(path.replace(SLASHES_AT_END, '')) : undefined;
}

function eventWords(event: KeptEvent, users: UserNames): EventWords {
  const { sequence, atMs, kind, path, to } = event;
  return {
    sequence,
    atMs,
    action: actionText(kind),
    path: displayPath(path),
    ...(to && { to: displayPath(to) }),
    who: doerText(event, users),
    source: sourceText(event),
  };
}

function toldPage(question: Question, { dataDirectory }: Histories): ToldPage {
  const before = numberIn(question, 'before', Number.MAX_SAFE_INTEGER);
  const db = openNotifyForReading(dataDirectory);
  if (!db) return { isKept: false, entries: [], before: null };
  try {
    const entries = new Ledger(db).entriesBefore(before, ENTRIES);
    const last = entries.length === ENTRIES ? entries.at(-1)?.sequence : undefined;
    return { isKept: true, entries: entries.map(toldWords), before: last ?? null };
  } finally {
    db.close();
  }
}

function timelineWords({ index, now }: Histories): TimelineWords {
  const sinceMs = (Math.floor(now() / HOUR_MS) + 1 - HOURS) * HOUR_MS;
  return index.ask(({ db }) => {
    const counts = countEventsBy(db, HOUR_MS, sinceMs);
    const meta = new Meta(db);
    const open = parseFreshness(meta.get(FRESHNESS_KEY))?.roots.flatMap(({ gaps }) => gaps) ?? [];
    const closed = parseClosed(meta.get(CLOSED_GAPS_KEY)).last;
    const gaps = [...open.map((gap) => gapWords(gap, true)), ...closed.map((gap) => gapWords(gap, false))];
    return {
      sinceMs,
      hours: Array.from({ length: HOURS }, (_, at) => counts.get(at) ?? 0),
      gaps: gaps.sort((one, other) => other.sinceMs - one.sinceMs),
    };
  });
}

function gapWords({ reason, sinceMs, scope }: Gap, isOpen: boolean): TimelineWords['gaps'][number] {
  const { why } = GAP_REASONS[reason];
  const text = isOpen ? `may lack changes because ${why}` : `${why}; it was compared with the disk since then`;
  return { sinceMs, isOpen, text: cleanText(`${displayPath(scope)}: ${text}`) };
}
