/**
 * `find-textd notify window`: a time in which changes are expected. They are recorded, and told in one digest with the
 * reason when it is over. The daemon sees it in notify.db, also one that is started later.
 */
import { FindTextError } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import { timeText } from '../../../shared/who-text.js';
import { parseDuration } from '../../budget/parse-duration.js';
import { Windows } from '../../notify/flood/windows.js';
import { withHistory } from '../../notify/history.js';
import type { Context } from '../context.js';
import { whoTypes } from '../who.js';

export interface WindowOptions {
  /** `1h` */
  readonly for?: string;
  readonly reason?: string;
  readonly end?: boolean;
}

const MAX_REASON = 500;

/** @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export function changeWindow({ locations, stdout }: Context, options: WindowOptions): void {
  const text = withHistory(locations.dataDirectory, 'open a change window', (db) =>
    db.transaction(() => (options.end ? end(new Windows(db)) : open(new Windows(db), options))).immediate(),
  );
  stdout.write(`${text}\n`);
}

function end(windows: Windows): string {
  return windows.end(Date.now()) === 0 ? 'no change window is open' : 'the change window is over: its digest is sent';
}

function open(windows: Windows, options: WindowOptions): string {
  const reason = options.reason?.trim() ?? '';
  if (reason === '' || reason.length > MAX_REASON)
    throw new FindTextError('FT_CONFIG_INVALID', `open a change window: --reason has ${reason.length} characters`, {
      hint: `say why, in at most ${MAX_REASON}: it stands in the digest`,
    });
  const fromMs = Date.now();
  const untilMs = fromMs + 1_000 * parseDuration(options.for ?? '1h', 'open a change window');
  windows.open({ fromMs, untilMs, reason, openedBy: whoTypes() });
  return `changes are told in one digest after ${timeText(untilMs)}: ${cleanText(reason)}\nend it sooner with \`find-textd notify window --end\``;
}
