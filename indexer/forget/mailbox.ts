/**
 * How `find-textd forget` reaches the daemon that holds the index, from wherever it is run: two small files in the
 * index folder, which both know and nobody else may read. The daemon removes the request when it takes it, shows that
 * it is alive, and answers when all is done. The room for the answer is taken with the request, because the disk may be
 * full by then.
 */
import { lstatSync, lutimesSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, FindTextError, orUndefined } from '../../shared/errors.js';
import { readOwnJson, replaceFile, replaceOrOverwrite } from '../../shared/own-file.js';
import { toStoreError } from '../../shared/store/open.js';
import type { Forgotten } from './forget.js';

interface Request {
  readonly id: string;
  /** Base64. */
  readonly paths: readonly string[];
}

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

type Answer = { readonly id: string } & ({ readonly forgotten: Forgotten } | { readonly failure: Failure });

const LOOK_EVERY_MS = 500;
const LIFE_EVERY_MS = 1000;
const ANSWER_BYTES = 16_384;

/** The daemon's side. @returns a function that ends it. */
export function answerForgetting(
  dataDirectory: string,
  forget: (paths: readonly Buffer[]) => Promise<Forgotten>,
): () => void {
  const timer = setInterval(() => {
    const request = takeRequest(dataDirectory);
    if (request) void answer(dataDirectory, request, forget);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

async function answer(
  dataDirectory: string,
  { id, paths }: Request,
  forget: (paths: readonly Buffer[]) => Promise<Forgotten>,
): Promise<void> {
  const alive = setInterval(
    () => orUndefined(() => lutimesSync(answerFile(dataDirectory), new Date(), new Date())),
    LIFE_EVERY_MS,
  );
  try {
    const forgotten = await forget(paths.map((path) => Buffer.from(path, 'base64')));
    tell(dataDirectory, { id, forgotten });
  } catch (error) {
    const { code, message, hint } = toStoreError('forget', error);
    // If even this cannot be written, the waiting command notices the silence.
    orUndefined(() => tell(dataDirectory, { id, failure: { code, message, hint } }));
  } finally {
    clearInterval(alive);
  }
}

/** @throws a system error */
export function sendRequest(dataDirectory: string, id: string, paths: readonly Buffer[]): void {
  const request: Request = { id, paths: paths.map((path) => path.toString('base64')) };
  replaceFile(answerFile(dataDirectory), ' '.repeat(ANSWER_BYTES));
  replaceFile(requestFile(dataDirectory), JSON.stringify(request));
}

/** Becomes another when the daemon takes the request, and while it works on it. */
export function signOfLife(dataDirectory: string): string {
  const answer = lstatSync(answerFile(dataDirectory), { throwIfNoEntry: false });
  return `${isRequestWaiting(dataDirectory)} ${answer?.mtimeMs}`;
}

function isRequestWaiting(dataDirectory: string): boolean {
  return lstatSync(requestFile(dataDirectory), { throwIfNoEntry: false }) !== undefined;
}

/** @throws FindTextError what went wrong in the daemon */
export function readAnswer(dataDirectory: string, id: string): Forgotten | undefined {
  const answer = readOwnJson(answerFile(dataDirectory)) as Answer | undefined;
  if (answer?.id !== id) return undefined;
  if ('forgotten' in answer) return answer.forgotten;
  const { code, message, hint } = answer.failure;
  throw new FindTextError(code, message, hint === undefined ? {} : { hint });
}

export function clearMailbox(dataDirectory: string): void {
  for (const file of [requestFile(dataDirectory), answerFile(dataDirectory)])
    orUndefined(() => rmSync(file, { force: true }));
}

/** The folder, or one above it, may be closed for a moment. */
function takeRequest(dataDirectory: string): Request | undefined {
  let request: Request | undefined;
  orUndefined(() => {
    if (!isRequestWaiting(dataDirectory)) return;
    request = readOwnJson(requestFile(dataDirectory)) as Request | undefined;
    rmSync(requestFile(dataDirectory), { force: true });
  });
  return request;
}

function tell(dataDirectory: string, answer: Answer): void {
  replaceOrOverwrite(answerFile(dataDirectory), JSON.stringify(answer));
}

function requestFile(dataDirectory: string): string {
  return join(dataDirectory, 'forget-request.json');
}

function answerFile(dataDirectory: string): string {
  return join(dataDirectory, 'forget-answer.json');
}
