/**
 * Which events are kept, and what of them: nothing of names that the rules leave out. Used by the intake for each
 * event.
 */

import type { EventKind, FileEvent, ReportedEvent } from '../../shared/file-event.js';
import { isSilent, mayHang } from '../disk/looks.js';
import type { Rules } from '../parts.js';

/** @param isFolder  undefined: it may be either. */
export type IsLeftOut = (path: Uint8Array, isFolder: boolean | undefined) => boolean;

const OF_FOLDERS: readonly EventKind[] = ['mkdir', 'rmdir'];
const OF_ANYTHING: readonly EventKind[] = ['rename', 'exchange', 'attrib'];

/**
 * As far as it can be said without a look at a volume that may hang: of what lies there the path worker says the rest.
 */
export function leftOutBy(rules: Pick<Rules, 'isExcluded'>): IsLeftOut {
  return (path, isFolder) => {
    if (isSilent(path) || mayHang(path)) return false;
    const kinds = isFolder === undefined ? [true, false] : [isFolder];
    return kinds.some((kind) => rules.isExcluded(path, kind));
  };
}

/** @returns undefined when nothing of it is kept. */
export function recorded(reported: ReportedEvent, isLeftOut: IsLeftOut): ReportedEvent | undefined {
  const { path, to, kind } = reported.event;
  const isFolder = OF_ANYTHING.includes(kind) ? undefined : OF_FOLDERS.includes(kind);
  const isOut = (each: Uint8Array) => isLeftOut(each, isFolder);
  const [isFromOut, isToOut] = [isOut(path), to !== undefined && isOut(to)];
  if (!isFromOut && !isToOut) return reported;
  const event = to === undefined ? undefined : half(reported.event, to, isFromOut, isToOut);
  return event && { event, paths: reported.paths.filter((each) => !isOut(each)) };
}

/** What comes from a name that is left out is new, what goes to one is gone. */
function half(event: FileEvent, to: Uint8Array, isFromOut: boolean, isToOut: boolean): FileEvent | undefined {
  const { to: _, ...rest } = event;
  if (isFromOut && isToOut) return undefined;
  if (isFromOut) return { ...rest, kind: event.kind === 'link' ? 'link' : 'create', path: to };
  if (event.kind === 'link') return undefined;
  return { ...rest, kind: event.kind === 'rename' ? 'delete' : 'create' };
}
