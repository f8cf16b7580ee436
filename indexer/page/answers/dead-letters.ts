/** Messages that were given up, for the page: shown, and sent again. */
import { cleanText } from '../../../shared/path-text.js';
import { type DeadLetter, readDeadLetters, resend } from '../../notify/deliver/outbox.js';
import { withHistory } from '../../notify/history.js';
import { openNotifyForReading } from '../../notify/store.js';
import type { Handlers } from '../handlers.js';
import type { DeadPage, DeadWords } from '../words.js';
import { numberIn } from './number-in.js';

/** The newest; `find-textd notify dead` lists all. */
const SHOWN = 200;

export function deadLetterHandlers(dataDirectory: string): Handlers {
  return {
    dead: () => deadPage(dataDirectory),
    resend: (question) => ({
      count: sendAgain(dataDirectory, question.id === 'all' ? 'all' : numberIn(question, 'id', 0)),
    }),
  };
}

function deadPage(dataDirectory: string): DeadPage {
  const db = openNotifyForReading(dataDirectory);
  if (!db) return { letters: [] };
  try {
    return { letters: readDeadLetters(db).slice(-SHOWN).reverse().map(deadWords) };
  } finally {
    db.close();
  }
}

/** The daemon heeds it within seconds. */
function sendAgain(dataDirectory: string, id: number | 'all'): number {
  return withHistory(dataDirectory, 'send messages again', (db) => resend(db, id));
}

function deadWords({ id, endpoint, createdMs, deadMs, why, firstSequence, lastSequence }: DeadLetter): DeadWords {
  const entries = firstSequence === lastSequence ? String(lastSequence) : `${firstSequence} to ${lastSequence}`;
  return { id, endpoint: cleanText(endpoint), createdMs, deadMs, why: cleanText(why), entries };
}
