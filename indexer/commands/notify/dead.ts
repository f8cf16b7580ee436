/** Messages that were given up: lists them, sends them again; switches an endpoint on again that said it is gone. */
import type { Writable } from 'node:stream';
import { counted } from '../../../shared/counted.js';
import { FindTextError } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import type { Db } from '../../../shared/store/open.js';
import { readHealth } from '../../notify/deliver/health.js';
import { type DeadLetter, enable, readDeadLetters, resend } from '../../notify/deliver/outbox.js';

/** The daemon heeds what is changed here within seconds. @throws FindTextError FT_CONFIG_INVALID */
export function deadLetters(db: Db, again: string | undefined, stdout: Writable): void {
  if (again === undefined) stdout.write(listed(readDeadLetters(db)));
  else stdout.write(sentAgain(db, idOf(again)));
}

/** @throws FindTextError FT_CONFIG_INVALID when there is no such endpoint */
export function enableEndpoint(db: Db, name: string, stdout: Writable): void {
  if (!enable(db, name)) {
    const names = db.prepare<[], string>('SELECT endpoint FROM lane ORDER BY endpoint').pluck().all();
    const hint = names.length === 0 ? 'the daemon has not sent anything yet' : `what there is: ${names.join(', ')}`;
    throw new FindTextError('FT_CONFIG_INVALID', `switch on the endpoint ${cleanText(name)}: there is none`, { hint });
  }
  stdout.write(`${name} is tried again at once\n`);
}

/** That it will not be at once is said: the daemon that runs, or ran last, may have other endpoints. */
function sentAgain(db: Db, id: number | 'all'): string {
  const count = resend(db, id);
  if (count === 0 && id !== 'all')
    throw new FindTextError('FT_CONFIG_INVALID', `send again ${id}: no message with that number was given up`, {
      hint: '`find-textd notify dead` lists those that were',
    });
  const text = `${counted(count, 'message')} will be sent again\n`;
  const waiting = readHealth(db).filter(({ state, waiting }) => state === 'removed' && waiting > 0);
  const later = waiting.map(({ name, waiting }) => `${counted(waiting, 'message')} for ${cleanText(name)}`).join(', ');
  return later === '' ? text : `${text}${later}: when a daemon has an endpoint of that name\n`;
}

function listed(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'no message was given up\n';
  return letters.map(lineOf).join('');
}

/** `17  2026-11-29T10:00:00.000Z  ops  41 to 52: the receiver has a problem (HTTP 500)` */
function lineOf({ id, createdMs, endpoint, firstSequence, lastSequence, why }: DeadLetter): string {
  const range = firstSequence === lastSequence ? String(lastSequence) : `${firstSequence} to ${lastSequence}`;
  return `${id}  ${new Date(createdMs).toISOString()}  ${cleanText(endpoint)}  ${range}: ${cleanText(why)}\n`;
}

function idOf(text: string): number | 'all' {
  if (text === 'all' || /^\d{1,15}$/.test(text)) return text === 'all' ? 'all' : Number(text);
  throw new FindTextError('FT_CONFIG_INVALID', `send again ${cleanText(text)}: it is not the number of a message`, {
    hint: 'the first column of the list has the numbers; `all` takes each of them',
  });
}
