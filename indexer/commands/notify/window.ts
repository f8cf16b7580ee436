/**
 * `find-textd notify window`: a time in which changes are expected. They are recorded, and told in one digest with the
 * reason when it is over. The daemon sees it in notify.db, also one that is started later.
 */
import type { Writable } from 'node:stream';
import { FindTextError } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import { timeText } from '../../../shared/who-text.js';
import { parseDuration } from '../../budget/parse-duration.js';
import { type ChangeWindow, Windows } from '../../notify/flood/windows.js';
import { withHistory } from '../../notify/history.js';
import type { Context } from '../context.js';
import { whoTypes } from '../who.js';

export interface WindowContext {
  readonly locations: Pick<Context['locations'], 'dataDirectory'>;
  readonly stdout: Writable;
}

export interface WindowOptions {
  /** `1h` */
  readonly for?: string;
  readonly reason?: string;
  readonly end?: boolean;
}

const MAX_REASON = 500;
const OPENING = "find-textd notify window --for 1h --reason 'CHG-123'";
const ENDING = 'end it sooner with `find-textd notify window --end`';

/** Without options: says what is open. @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export function changeWindow({ locations, stdout }: WindowContext, options: WindowOptions): void {
  const text = withHistory(locations.dataDirectory, 'open a change window', (db) =>
    db.transaction(() => done(new Windows(db), options)).immediate(),
  );
  stdout.write(`${text}\n`);
}

function done(windows: Windows, options: WindowOptions): string {
  if (options.end) return end(windows);
  const isAsking = options.for === undefined && options.reason === undefined;
  return isAsking ? said(windows.at(Date.now())) : open(windows, options);
}

function said(window: ChangeWindow | undefined): string {
  if (!window) return `no change window is open\nopen one with \`${OPENING}\``;
  const { untilMs, openedBy, reason } = window;
  return `a change window is open until ${timeText(untilMs)}, by ${cleanText(openedBy)}: ${cleanText(reason)}\n${ENDING}`;
}

function end(windows: Windows): string {
  return windows.end(Date.now()) === 0 ? 'no change window is open' : 'the change window is over: its digest is sent';
}

function open(windows: Windows, options: WindowOptions): string {
  const reason = options.reason?.trim() ?? '';
  if (options.reason === undefined)
    throw new FindTextError('FT_CONFIG_INVALID', 'open a change window: --reason is missing', {
      hint: `say why, as in \`${OPENING}\`: it stands in the digest`,
    });
  if (reason === '' || reason.length > MAX_REASON)
    throw new FindTextError('FT_CONFIG_INVALID', `open a change window: --reason has ${reason.length} characters`, {
      hint: `say why, in at most ${MAX_REASON}: it stands in the digest`,
    });
  const fromMs = Date.now();
  const untilMs = fromMs + 1_000 * parseDuration(options.for ?? '1h', 'open a change window');
  windows.open({ fromMs, untilMs, reason, openedBy: whoTypes() });
  return `changes are told in one digest after ${timeText(untilMs)}: ${cleanText(reason)}\n${ENDING}`;
}
