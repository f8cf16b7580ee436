/**
 * A request as a line of JSON → the answer as one. Never throws: whatever goes wrong is an answer, too. Works in a thread of the daemon,
 * and in one of `find-text -i`.
 */
import { answer, queryOptions } from '../answer/answer.js';
import { hitJson, searchedInstead } from '../answer/hit-json.js';
import type { KeptIndex } from '../answer/kept-index.js';
import { withLastChanges } from '../answer/last-change.js';
import type { OpenIndex } from '../answer/open-index.js';
import { type ReasonJson, toReasonJson } from '../answer/reason-json.js';
import { FindTextError } from '../errors.js';
import type { CanLook } from '../search/document-text.js';
import { type Preview, preview } from '../search/preview.js';
import type { Correction } from '../search/repair.js';
import { toStoreError } from '../store/open.js';
import type { Command, CommandAnswer } from './command.js';
import {
  type CommandRequest,
  type HitsRequest,
  type PreviewRequest,
  parseRequest,
  type Request,
  type RequestId,
  tryId,
} from './request.js';

/** What stays the same from request to request. */
export interface Answering {
  readonly index: KeptIndex;
  readonly canLook: CanLook;
  /** For requests that name none. */
  readonly home: string | undefined;
  readonly now: () => number;
  /** Only the daemon does. @throws FindTextError */
  readonly runCommand?: (command: Command) => CommandAnswer;
}

export interface HitsAnswer {
  readonly id?: RequestId;
  /** The index that answered. */
  readonly index: string;
  /** As `find-text --json` prints them. */
  readonly hits: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
  /** False: there are at least so many. */
  readonly isTotalExact: boolean;
  /** The query that was searched instead, its words repaired. */
  readonly searched?: string;
  readonly corrected?: readonly Correction[];
  /** Words that some of the hits do not have. */
  readonly missing?: readonly string[];
  /** What may be meant, though every word as typed stands in some document. */
  readonly offered?: string;
  /** Why the answer may lack changes, as in `find-textd status --json`. */
  readonly reasons: readonly ReasonJson[];
}

export interface PreviewAnswer {
  readonly id?: RequestId;
  /** null: there is no text to show, or the file is gone. */
  readonly preview: Preview | null;
}

export interface FailureAnswer {
  readonly id?: RequestId;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

export type AnyAnswer = HitsAnswer | PreviewAnswer | CommandAnswer | FailureAnswer;

/** @returns one line, with its line feed. */
export function answerLine(line: string, answering: Answering): string {
  return `${JSON.stringify(answerTo(line, answering))}\n`;
}

export function answerTo(line: string, answering: Answering): AnyAnswer {
  try {
    const request = parseRequest(line);
    const { id } = request;
    return { ...(id !== undefined && { id }), ...answerOf(request, answering) };
  } catch (error) {
    return failure(tryId(line), error);
  }
}

function answerOf(request: Request, answering: Answering): HitsAnswer | PreviewAnswer | CommandAnswer {
  if (request.wants === 'command') return commandOf(request, answering);
  return answering.index.ask((index) =>
    request.wants === 'hits' ? hitsOf(index, request, answering) : previewOf(index, request, answering),
  );
}

function commandOf({ command }: CommandRequest, { runCommand }: Answering): CommandAnswer {
  if (runCommand) return runCommand(command);
  throw new FindTextError('FT_REQUEST_INVALID', 'run a command: only the daemon does');
}

export function failure(id: RequestId | undefined, error: unknown): FailureAnswer {
  const { code, message, hint } = error instanceof FindTextError ? error : toStoreError('search the index', error);
  return { ...(id !== undefined && { id }), error: { code, message, ...(hint !== undefined && { hint }) } };
}

function hitsOf(index: OpenIndex, request: HitsRequest, answering: Answering): HitsAnswer {
  const { query, limit } = request;
  const { found, reasons } = answer(index, { query, wants: 'hits', limit }, asker(request, answering));
  if (found.kind !== 'best hits') throw new Error('a question with a limit has best hits');
  const { hits, total, isTotalExact, corrections, offered } = found.result;
  const searched = searchedInstead(found.result);
  const missing = [...new Set(hits.flatMap((hit) => hit.missing ?? []))];
  return {
    index: index.file,
    hits: [...withLastChanges(index.db, hits)].map((hit) => hitJson(hit, found.result)),
    total,
    isTotalExact,
    ...(searched !== undefined && { searched, corrected: corrections }),
    ...(missing.length > 0 && { missing }),
    ...(offered !== undefined && { offered }),
    reasons: reasons().map(toReasonJson),
  };
}

function previewOf(index: OpenIndex, request: PreviewRequest, answering: Answering): PreviewAnswer {
  const options = queryOptions(index, asker(request, answering));
  return { preview: preview(index.db, request, { ...options, lines: request.lines }) ?? null };
}

function asker({ home, cwd }: Request, answering: Answering) {
  const { canLook, now } = answering;
  return { nowMs: now(), home: home ?? answering.home, cwd: cwd ?? '/', canLook };
}
