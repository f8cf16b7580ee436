/**
 * How `find-textd forget` and `find-textd retry` reach the daemon that holds the index, from wherever they are run: two
 * small files in the index folder, which both know and nobody else may read. The daemon removes the request when it takes it, shows that
 * it is alive, and answers when all is done. The room for the answer is taken with the request, because the disk may be
 * full by then.
 */
import { lstatSync, lutimesSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, FindTextError, orUndefined } from '../../shared/errors.js';
import { readOwnJson, replaceFile, replaceOrOverwrite } from '../../shared/own-file.js';
import { toStoreError } from '../../shared/store/open.js';
import { inStep } from '../system/in-step.js';

interface Request {
  readonly id: string;
  readonly wish: Wish;
  /** Base64. */
  readonly paths: readonly string[];
}

export type Wish = 'forget' | 'retry';

/** What the daemon does, by wish, and gives back as JSON. */
export type Wishes = Readonly<Record<Wish, (paths: readonly Buffer[]) => Promise<unknown>>>;

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

type Answer = { readonly id: string } & ({ readonly done: unknown } | { readonly failure: Failure });

const LOOK_EVERY_MS = 500;
const LIFE_EVERY_MS = 1000;
const ANSWER_BYTES = 16_384;

/** The daemon's side. @returns a function that ends it. */
export function answerRequests(dataDirectory: string, wishes: Wishes): () => void {
  return inStep(LOOK_EVERY_MS, () => {
    const request = takeRequest(dataDirectory);
    if (request) void answer(dataDirectory, request, wishes);
  });
}

async function answer(dataDirectory: string, { id, wish, paths }: Request, wishes: Wishes): Promise<void> {
  const alive = setInterval(
    () => orUndefined(() => lutimesSync(answerFile(dataDirectory), new Date(), new Date())),
    LIFE_EVERY_MS,
  );
  try {
    const done = await wishes[wish](paths.map((path) => Buffer.from(path, 'base64')));
    tell(dataDirectory, { id, done });
  } catch (error) {
    const { code, message, hint } = toStoreError(wish, error);
    // If even this cannot be written, the waiting command notices the silence.
    orUndefined(() => tell(dataDirectory, { id, failure: { code, message, hint } }));
  } finally {
    clearInterval(alive);
  }
}

export interface Asked {
  readonly id: string;
  readonly wish: Wish;
  readonly paths: readonly Buffer[];
}

/** @throws a system error */
export function sendRequest(dataDirectory: string, asked: Asked): void {
  const { id, wish, paths } = asked;
  const request: Request = { id, wish, paths: paths.map((path) => path.toString('base64')) };
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

/**
 * @returns what its wish gives; undefined: not yet.
 * @throws FindTextError what went wrong in the daemon
 */
export function readAnswer<Done>(dataDirectory: string, id: string): Done | undefined {
  const answer = readOwnJson(answerFile(dataDirectory)) as Answer | undefined;
  if (answer?.id !== id) return undefined;
  if ('done' in answer) return answer.done as Done;
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
