/** Where the notifier begins in the events of the index: where it was, if it is the same index, else by the time. */
import type { NotifierParts } from '../notifier-parts.js';
import type { Cursor } from './cursor.js';

export interface Beginning {
  /** Events up to here are done. */
  readonly sequence: number;
  /** Later ones are not kept any more: what they did is found by comparing only. */
  readonly isMissing: boolean;
}

type Index = NotifierParts['index'];

/** @param nowMs  milliseconds since 1970 */
export function begin(index: Index, cursor: Cursor, nowMs: number): Beginning {
  const place = cursor.place;
  const fresh = (sequence: number) => ({ file: index.name, sequence, eventId: null, atMs: nowMs });
  if (!place) {
    cursor.startAnew(fresh(index.last));
    return { sequence: index.last, isMissing: false };
  }
  const isSame =
    place.sequence <= index.last &&
    (place.file === index.name || index.idAt(place.sequence) === (place.eventId ?? undefined));
  if (!isSame) cursor.startAnew(fresh(sequenceAt(index, place.atMs)));
  const { sequence } = cursor.place ?? place;
  return { sequence, isMissing: (index.first ?? sequence + 1) > sequence + 1 };
}

/** Of another index: what happened since then. */
function sequenceAt(index: Index, ms: number): number {
  for (const { sequence, atMs } of index.after(0)) if (atMs >= ms) return sequence - 1;
  return index.last;
}
