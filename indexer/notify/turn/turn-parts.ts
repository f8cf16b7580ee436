/** What the steps of a turn share. Nothing here runs, but for the look at the disk that two of them take. */
import { fromPathKey } from '../../../shared/path-key.js';
import type { Known } from '../known.js';
import type { NotifierParts } from '../notifier-parts.js';
import type { Arrivals } from './arrivals.js';
import { Gather, type Gathered } from './gather.js';
import type { Incoming } from './incoming.js';
import type { Recording } from './recording.js';

export interface TurnParts {
  readonly notifier: NotifierParts;
  readonly known: Known;
  readonly incoming: Incoming;
  readonly arrivals: Arrivals;
  readonly recording: Recording;
  /** A turn decides on this name, or will. */
  readonly isAtWork: (key: string) => boolean;
}

export interface Looked extends Gathered {
  /** Names of which the index had not looked at the last event when they were looked at. */
  readonly goingOn: ReadonlySet<string>;
}

/** How long events of what happened before a look may be on their way. */
export const GRACE_MS = 200;

export async function lookAt(
  keys: readonly string[],
  { notifier: { watched, looker, newRules, index }, known }: TurnParts,
): Promise<Looked> {
  // Before the look: what begins after it has an event of its own.
  const goingOn = new Set(keys.filter((key) => index.isGoingOn(fromPathKey(key))));
  const gathered = await new Gather({ watched, looker, newRules, known }).of(keys);
  return { ...gathered, goingOn };
}
