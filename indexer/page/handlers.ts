/** What the page may ask, by name. A handler reads what it is given as something hostile. */
import { failure } from '../../shared/ask/answer-line.js';
import type { FailureWords } from './words.js';

export type Question = Readonly<Record<string, unknown>>;

/** @throws FindTextError: it says what is wrong with the question, or with the index */
export type Handler = (question: Question) => unknown;

export type Handlers = Readonly<Record<string, Handler>>;

export function failureOf(error: unknown): FailureWords {
  return { error: failure(undefined, error).error };
}
