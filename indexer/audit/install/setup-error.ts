/** What cannot be set up: one place for the code, message = what was being done + why. */
import { FindTextError } from '../../../shared/errors.js';

export function setupError(doing: string, why: string, hint?: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `${doing}: ${why}`, hint === undefined ? {} : { hint });
}
