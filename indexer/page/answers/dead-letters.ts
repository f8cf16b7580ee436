/** Messages that were given up, for the page: shown, and sent again. */
import { FindTextError } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import { type DeadLetter, readDeadLetters, resend } from '../../notify/deliver/outbox.js';
import { hasHistory, openNotify, openNotifyForReading } from '../../notify/store.js';
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
  if (!db) return { isKept: false, letters: [] };
  try {
    return { isKept: true, letters: readDeadLetters(db).slice(-SHOWN).reverse().map(deadWords) };
  } finally {
    db.close();
  }
}

/** The daemon heeds it within seconds. */
function sendAgain(dataDirectory: string, id: number | 'all'): number {
  if (!hasHistory(dataDirectory))
    throw new FindTextError('FT_CONFIG_INVALID', 'send again: integrity monitoring has never run');
  const db = openNotify(dataDirectory);
  try {
    return resend(db, id);
  } finally {
    db.close();
  }
}

function deadWords({ id, endpoint, createdMs, deadMs, why, firstSequence, lastSequence }: DeadLetter): DeadWords {
  const entries = firstSequence === lastSequence ? String(lastSequence) : `${firstSequence} to ${lastSequence}`;
  return { id, endpoint: cleanText(endpoint), createdMs, deadMs, why: cleanText(why), entries };
}
