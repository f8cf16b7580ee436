/** Of the clock: against the program's own age, and against what the index has. Pure. */
import { timeText } from '../../../../shared/activity.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';

/** Clocks of machines that share a disk may differ by so much. */
const TOLERANCE_MS = 10 * 60_000;
const ADVICE = '`timedatectl` shows the clock, and `timedatectl set-ntp true` has it set from the network';

export function checkClock({ index, programs, me: { nowMs } }: Facts): readonly Finding[] {
  const builtMs = programs?.builtMs ?? 0;
  if (builtMs > nowMs + TOLERANCE_MS) {
    const text = `the clock says ${when(nowMs)}, and this program was built ${when(builtMs)}`;
    return [{ finding: 'clock wrong', text, advice: ADVICE }];
  }
  const newestMs = index?.kind === 'open' ? Math.max(index.newestEventMs, savedMs(index)) : 0;
  if (newestMs <= nowMs + TOLERANCE_MS) return [];
  const text = `the clock says ${when(nowMs)}, and the index has changes of ${when(newestMs)}`;
  return [{ finding: 'times to come', text, advice: `${ADVICE}; if it is right now, nothing is to be done` }];
}

function savedMs({ known }: Extract<NonNullable<Facts['index']>, { kind: 'open' }>): number {
  return known.freshness?.savedMs ?? 0;
}

/** With the day. */
function when(ms: number): string {
  return timeText(ms, 0);
}
