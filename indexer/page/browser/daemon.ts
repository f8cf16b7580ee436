/** Asks the daemon. A pass has two halves: a cookie that this script cannot read, and a key that it keeps. */
import type { FailureWords, LoginAnswer } from '../words.js';

const KEY = 'find-text-key';
const LINK = /^#([\w-]{43})$/;

/** Takes the link that the page was opened with out of the address, and exchanges it for a pass. */
export async function takeLink(): Promise<void> {
  const [, secret] = LINK.exec(location.hash) ?? [];
  if (secret === undefined) return;
  history.replaceState(null, '', '/#search');
  const { key } = await ask<LoginAnswer>('login', { secret });
  localStorage.setItem(KEY, key);
}

/** @throws Error that says what is wrong and what to do; DOMException when it is not wanted any more */
export async function ask<Answer>(name: string, question: object, signal?: AbortSignal): Promise<Answer> {
  const response = await send(name, question, signal);
  if (response.ok) return (await response.json()) as Answer;
  throw new Error(await whyNot(response));
}

function send(name: string, question: object, signal: AbortSignal | undefined): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'X-Find-Text-Key': localStorage.getItem(KEY) ?? '' };
  const body = JSON.stringify(question);
  const options: RequestInit = { method: 'POST', headers, body, redirect: 'error', ...(signal && { signal }) };
  return fetch(`/api/${name}`, options).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Error('The daemon does not answer. Start it, then open the page with `find-textd page`.');
  });
}

async function whyNot(response: Response): Promise<string> {
  const text = await response.text();
  if (response.headers.get('Content-Type') !== 'application/json') return text.trim();
  const { message, hint } = (JSON.parse(text) as FailureWords).error;
  return hint === undefined ? message : `${message}\n${hint}`;
}

/** What was asked for is not wanted any more. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
