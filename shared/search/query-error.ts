/** What makes a query one that has no answer, and where in it that stands. */
import { FindTextError } from '../errors.js';

/** Thrown while a query is read, which alone knows its text. */
export class QueryFault extends Error {
  /** @param at  in UTF-16 units of the query. */
  constructor(
    readonly at: number,
    readonly why: string,
    readonly hint: string,
  ) {
    super(why);
  }
}

/** @throws FindTextError FT_QUERY_SYNTAX for a fault. */
export function withPlaces<Result>(text: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    const { at, why, hint } = error;
    const message = `understand the query at character ${at + 1}: ${why}`;
    throw new FindTextError('FT_QUERY_SYNTAX', message, { hint, place: { text, at } });
  }
}
