/** Numbers of a question, which may be anything. */
import { FindTextError } from '../../../shared/errors.js';
import type { Question } from '../handlers.js';

/** @returns `otherwise` where there is none. @throws FindTextError FT_REQUEST_INVALID for what is no number from 0 on */
export function numberIn(question: Question, key: string, otherwise: number): number {
  const value = question[key] ?? otherwise;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  const hint = 'reload the page: it may be of another version than the daemon';
  throw new FindTextError('FT_REQUEST_INVALID', `read a question: \`${key}\` must be a number`, { hint });
}
