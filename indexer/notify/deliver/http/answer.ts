/** What an answer means for the message, and for those after it. Pure. */
import { cleanText } from '../../../../shared/path-text.js';
import { reasonOf, reasonOfStatus } from '../reasons.js';
import type { Answer, Failed } from '../target.js';
import { parseRetryAfter } from './retry-after.js';

const REJECTED: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 415, 422]);
const THROTTLED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const GONE = 410;
const MAX_TEXT = 300;

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** @param hide  takes the secrets out of what came back: a receiver may repeat them. */
export function toAnswer({ status, headers, text }: Response, hide: (text: string) => string, nowMs: number): Answer {
  const code = `HTTP ${status}`;
  const shown = beginning(hide(text));
  if (status >= 200 && status < 300) return { kind: 'accepted', code, ...(shown && { text: shown }) };
  const date = Date.parse(String(headers.date ?? ''));
  const retryAfterMs = parseRetryAfter(one(headers['retry-after']), Number.isNaN(date) ? nowMs : date);
  return {
    kind: 'failed',
    how: howOf(status),
    code,
    ...reasonOfStatus(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(shown && { text: shown }),
  };
}

export function toFailure(error: unknown): Failed {
  const { code, name } = error as { code?: unknown; name?: string };
  const known =
    name === 'AbortError' || name === 'TimeoutError' ? 'ETIMEDOUT' : typeof code === 'string' ? code : 'UNKNOWN';
  return { kind: 'failed', how: 'later', code: known, ...reasonOf(known) };
}

function howOf(status: number): Failed['how'] {
  if (status === GONE) return 'gone';
  if (REJECTED.has(status)) return 'rejected';
  return THROTTLED.has(status) ? 'throttled' : 'later';
}

function beginning(text: string): string {
  const clean = cleanText(text.trim().replace(/\s+/g, ' '));
  return clean.length <= MAX_TEXT ? clean : `${clean.slice(0, MAX_TEXT)}…`;
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
