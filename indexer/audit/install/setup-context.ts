/** What the audit commands need of find-textd: where to print, and where this user's daemon keeps its things. */
import type { Locations } from '../../../shared/locations.js';

export interface SetupContext {
  readonly locations: Locations;
  readonly stdout: Pick<NodeJS.WritableStream, 'write'>;
}
