/**
 * May this request be answered at all? What comes from another site, under a name of another machine (DNS rebinding), or
 * could be sent by a form, is refused before anything of it is read. Pure.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface Refusal {
  readonly status: 403 | 405 | 415;
  readonly why: string;
}

/** Whose script has sent it: the header of a key that no form and no other site can set without being asked for leave. */
export const KEY_HEADER = 'x-find-text-key';

const ANSWERS = '/api/';
/** The port may be another one: of a tunnel. */
const HOST = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/;

/** Whatever is asked of the daemon is a POST: reading, too. */
export function isQuestion(url: string | undefined): boolean {
  return url?.startsWith(ANSWERS) === true;
}

/** `/api/status` → `status` */
export function questionOf(url: string): string {
  return url.slice(ANSWERS.length);
}

/** @returns undefined: nothing speaks against it. */
export function refusalOf(asked: Asked): Refusal | undefined {
  const { headers, url } = asked;
  if (!HOST.test(headers.host ?? '')) return no(403, 'this page answers as 127.0.0.1 and localhost only');
  return isQuestion(url) ? refusalOfQuestion(asked) : refusalOfFile(asked);
}

function refusalOfQuestion({ method, headers }: Asked): Refusal | undefined {
  if (method !== 'POST') return no(405, 'questions are asked with POST');
  if (headers.origin !== `http://${headers.host}`) return no(403, 'this was sent by another site');
  if (!isFrom(headers, 'same-origin')) return no(403, 'this was sent by another site');
  if (headers['content-type'] !== 'application/json') return no(415, 'a question is JSON');
  return undefined;
}

/** Files hold nothing of the user; another site still learns nothing of them, not even that they are there. */
function refusalOfFile({ method, headers }: Asked): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') return no(405, 'files are asked for with GET');
  if (!isFrom(headers, 'same-origin', 'none')) return no(403, 'this was asked for by another site');
  return undefined;
}

/** Old browsers do not say where from. */
function isFrom(headers: IncomingHttpHeaders, ...sites: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || sites.includes(String(site));
}

function no(status: Refusal['status'], why: string): Refusal {
  return { status, why };
}
