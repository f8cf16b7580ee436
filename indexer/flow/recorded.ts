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

/** Names whose events are kept although they are left out of the index: somebody is told of them. */
export type IsWatched = (path: Uint8Array) => boolean;

/**
 * As far as it can be said without a look at a volume that may hang: of what lies there the path worker says the rest.
 */
export function leftOutBy(rules: Pick<Rules, 'isExcluded'>, isWatched: IsWatched = () => false): IsLeftOut {
  return (path, isFolder) => {
    if (isSilent(path) || mayHang(path) || isWatched(path)) return false;
    const kinds = isFolder === undefined ? [true, false] : [isFolder];
    return kinds.some((kind) => rules.isExcluded(path, kind));
  };
}

/** @returns undefined when nothing of it is kept. */
export function recorded(reported: ReportedEvent, isLeftOut: IsLeftOut): ReportedEvent | undefined {
  const { path, to } = reported.event;
  const isFolder = reported.isFolder ?? folderBy(reported.event.kind);
  const isOut = (each: Uint8Array) => isLeftOut(each, isFolder);
  const [isFromOut, isToOut] = [isOut(path), to !== undefined && isOut(to)];
  if (!isFromOut && !isToOut) return reported;
  if (to === undefined || (isFromOut && isToOut)) return undefined;
  const event = isFromOut ? arrived(reported.event, to, isFolder) : left(reported.event, isFolder);
  return event && { ...reported, event, paths: reported.paths.filter((each) => !isOut(each)) };
}

function folderBy(kind: EventKind): boolean | undefined {
  return OF_ANYTHING.includes(kind) ? undefined : OF_FOLDERS.includes(kind);
}

/** What comes from a name that is left out is new. */
function arrived({ to: _, kind, ...rest }: FileEvent, path: Uint8Array, isFolder: boolean | undefined): FileEvent {
  return { ...rest, kind: kind === 'link' ? kind : isFolder ? 'mkdir' : 'create', path };
}

/** What goes to one is gone, or has been exchanged for something new; a link elsewhere changes nothing here. */
function left({ to: _, kind, ...rest }: FileEvent, isFolder: boolean | undefined): FileEvent | undefined {
  if (kind === 'link') return undefined;
  if (kind === 'rename') return { ...rest, kind: isFolder ? 'rmdir' : 'delete' };
  return { ...rest, kind: isFolder ? 'mkdir' : 'create' };
}
