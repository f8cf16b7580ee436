/** After an attempt: what becomes of the message, and when its endpoint is tried again. Pure. */
import type { Answer, Failed } from './target.js';

export interface Attempt {
  /** Of this message, with this one. */
  readonly attempts: number;
  /** Of this endpoint in a row, with this one. */
  readonly failures: number;
  /** 0 to 1. */
  readonly random: number;
}

export type Verdict =
  | { readonly kind: 'delivered' }
  /** The same one again, after the wait; nothing else before. */
  | { readonly kind: 'again'; readonly waitMs: number }
  /** It is kept as a dead letter; the next one is tried. */
  | { readonly kind: 'dead' }
  /** Nothing more is sent there until the user says so. */
  | { readonly kind: 'off' };

const S = 1_000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
/** That of the Standard Webhooks specification, which begins with an attempt at once. */
export const SCHEDULE_MS: readonly number[] = [
  5 * S,
  5 * MIN,
  30 * MIN,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
export const MAX_WAIT_MS = 26.4 * HOUR;
/** One that is not wanted holds up the others no longer than needed. */
const REJECTED_MS: readonly number[] = [5 * S, 30 * S];
const REJECTED_ATTEMPTS = 3;
/** So many endpoints that failed together do not come back together. */
const JITTER = 0.1;

export function judge(answer: Answer, attempt: Attempt): Verdict {
  if (answer.kind === 'accepted') return { kind: 'delivered' };
  if (answer.how === 'gone') return { kind: 'off' };
  if (answer.how === 'rejected' && attempt.attempts >= REJECTED_ATTEMPTS) return { kind: 'dead' };
  return { kind: 'again', waitMs: Math.round(waitAfter(answer, attempt) * (1 + JITTER * attempt.random)) };
}

function waitAfter({ how, retryAfterMs }: Failed, { failures }: Attempt): number {
  const step = (schedule: readonly number[]) => schedule[failures - 1];
  const scheduled = step(SCHEDULE_MS) ?? (SCHEDULE_MS.at(-1) as number);
  if (how === 'rejected') return step(REJECTED_MS) ?? scheduled;
  // A receiver that says 0 again and again is not asked again and again.
  return retryAfterMs === undefined ? scheduled : Math.max(retryAfterMs, Math.min(failures, 60) * S);
}
