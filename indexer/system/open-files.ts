/** May this process have as many files open as a daemon needs? */
import { readFileSync } from 'node:fs';
import { FindTextError, orUndefined } from '../../shared/errors.js';

/** A daemon has some 50 open, its extractor gets up to 64 ahead; with 100 some of them do not come through. */
const LEAST = 128;

/**
 * Node has raised the limit as far as it goes.
 * @param limits  as in `/proc/self/limits`.
 * @throws FindTextError FT_STORE_FAILED
 */
export function requireOpenFiles(limits = orUndefined(() => readFileSync('/proc/self/limits', 'utf8')) ?? ''): void {
  const most = /^Max open files +(\d+)/m.exec(limits)?.[1];
  if (most === undefined || Number(most) >= LEAST) return;
  throw new FindTextError(
    'FT_STORE_FAILED',
    `work on the index: this process may have ${most} files open, and ${LEAST} are needed`,
    {
      hint:
        'where the shell has lowered it (`ulimit -n`), type it in another one; ' +
        'root raises it by `nofile` in /etc/security/limits.conf, or LimitNOFILE= of a unit',
    },
  );
}
