/** Why no text is taken from a document of an office program before 2007. */
import { FindTextError } from '../../../shared/errors.js';

export function encrypted(): FindTextError {
  return failed('the document is encrypted with a password');
}

export function failed(reason: string): FindTextError {
  return new FindTextError('FT_EXTRACT_FAILED', reason);
}
