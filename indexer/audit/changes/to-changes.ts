/**
 * AuditEvent → FileChange[]: which change, which file, which path. A function of the records alone; it touches no disk.
 * Nametypes and inodes decide, never the order of the items, which differs between kernels and call paths.
 * Nothing comes of a call that failed, but where reads are asked for; and no path of a name the records do not determine (event-paths.ts).
 */
import type { AuditEvent } from '../events/audit-event.js';
import type { CallHead } from '../records/call-head.js';
import { MACHINES } from '../records/machines.js';
import { type Call, callNamed, callOf, ringCall, UNLISTED } from './calls.js';
import { EventNames } from './event-names.js';
import { type ChangeKind, type FileChange, NOWHERE } from './file-change.js';
import { toLostMoves, toMoves } from './moves.js';
import { openFlagsOf } from './open-flags.js';
import { fileId, isDirectory, isSameFile, isSymlink, type PathItem, readItems, readOpenHow } from './path-items.js';
import { isOfReads } from './read-key.js';

type OpenCall = Call & { does: 'open' };

const O_ACCMODE = 3;
const NOTHING: readonly FileChange[] = [];
/** What comes of an event that changed something, or may have, of a kernel that does not say what happened to which name. */
export const UNTOLD: readonly FileChange[] = [];

export function toChanges(event: AuditEvent): readonly FileChange[] {
  if (!hasSucceeded(event)) return event.head?.isDenied && isOfReads(event.keys) ? toDenied(event) : NOTHING;
  const names = namesOf(event);
  if (!names || names.items.length === 0) return NOTHING;
  if (names.items[0]?.nameType === 'UNTOLD' && isUntold(names)) return UNTOLD;
  if (names.call === UNLISTED && mayWriteUnseen(names)) return UNTOLD;
  const { call } = names;
  switch (call.does) {
    case 'open':
      return toOpened(names, call.flags);
    case 'write':
      return names.ofType('NORMAL').map((item) => names.change('write', item, call.at));
    case 'attrib':
      return names.ofType('NORMAL').map((item) => names.change('attrib', item, call.at, call.attribute));
    case 'make':
      return names.ofType('CREATE').map((item) => names.change(kindOfNew(item), item, call.at));
    case 'remove':
      return names.ofType('DELETE').map((item) => names.change(kindOfGone(item), item, call.at));
    case 'link':
      return names.ofType('CREATE').map((item) => toLink(names, item, call));
    case 'move':
      return toMoved(names, call);
    case 'unlisted':
      return toUnlisted(names);
  }
}

function isUntold({ items, event, head, call }: EventNames): boolean {
  if (event.isPartial || items.some(({ nameType }) => nameType !== 'UNTOLD')) return false;
  if (call.does !== 'open') return call.does !== 'unlisted';
  const { truncates } = openFlagsOf(head.arch);
  return ((flagsOf(event, head, call.flags) ?? truncates) & (O_ACCMODE | truncates)) !== 0;
}

/** Of a machine that no table knows every call may have written to what was there before. */
function mayWriteUnseen({ event, head, items }: EventNames): boolean {
  if (event.ringHeads.length > 0 || MACHINES.has(head.arch)) return false;
  return items.every(({ nameType }) => nameType === 'NORMAL' || nameType === 'PARENT' || nameType === 'UNTOLD');
}

/** The names of an event, also of one that failed; undefined without a SYSCALL or URINGOP record. */
export function namesOf(event: AuditEvent): EventNames | undefined {
  const { head } = event;
  return head && new EventNames(event, head, callOfEvent(event, head), readItems(event));
}

/** Operations of io_uring have a result of their own, beside that of the io_uring_enter call they may have run in. */
function hasSucceeded(event: AuditEvent): boolean {
  return event.ringHeads.length === 0
    ? event.head?.isSuccess === true
    : event.ringHeads.some(({ isSuccess }) => isSuccess);
}

function callOfEvent(event: AuditEvent, head: CallHead): Call {
  const ring = event.ringHeads[0];
  if (!ring) return callOfHead(head);
  return event.ringHeads.every(({ call }) => call === ring.call) ? ringCall(ring.call) : UNLISTED;
}

function callOfHead(head: CallHead): Call {
  const call = callOf(head.arch, head.call);
  return call === UNLISTED ? callNamed(head.enrichedCall) : call;
}

/**
 * The PATH of an anonymous file (O_TMPFILE) names the directory: it says nothing of a name until a link gives it one.
 */
function toOpened(names: EventNames, argument: OpenCall['flags']): readonly FileChange[] {
  const { truncates, isTemporary } = openFlagsOf(names.head.arch);
  const flags = flagsOf(names.event, names.head, argument) ?? truncates;
  if ((flags & isTemporary) !== 0) return NOTHING;
  const created = createdItems(names).map((item) => names.change('create', item, names.call.at));
  if ((flags & (O_ACCMODE | truncates)) === 0) {
    const isRead = created.length === 0 && isOfReads(names.event.keys);
    return isRead ? filesOf(names, 'NORMAL').map((item) => names.change('open', item, names.call.at)) : created;
  }
  const written = names.ofType('NORMAL').map((item) => names.change('write', item, names.call.at));
  return created.length === 0 ? written : [...created, ...written];
}

/**
 * A file that is not there, and may not be made, has a name alone (UNKNOWN). Nothing comes of a file in a folder that may
 * not be entered: no audit rule matches there.
 */
function toDenied(event: AuditEvent): readonly FileChange[] {
  const names = namesOf(event);
  if (names?.call.does !== 'open') return NOTHING;
  const items = [...filesOf(names, 'NORMAL'), ...filesOf(names, 'UNKNOWN')].slice(0, 1);
  return items.map((item) => names.change('denied', item, names.call.at));
}

/** To list a folder is not to read it. */
function filesOf(names: EventNames, type: 'NORMAL' | 'UNKNOWN'): readonly PathItem[] {
  return names.ofType(type).filter((item) => !isDirectory(item));
}

/** undefined when it may write for all that is known. */
function flagsOf(event: AuditEvent, head: CallHead, argument: OpenCall['flags']): number | undefined {
  if (argument === 'write') return undefined;
  return argument === 'record' ? readOpenHow(event)?.flags : head.arg(argument);
}

/** On its way through a dangling symlink an open leaves a CREATE of no file behind: it makes one file at the most. */
function createdItems(names: EventNames): readonly PathItem[] {
  const items = names.ofType('CREATE');
  if (items.length < 2) return items;
  const made = items.filter((item) => fileId(item) !== null);
  return made.length > 0 ? made : items;
}

/** A link to a file without a name (from O_TMPFILE, or by its descriptor) is how that file comes to be. */
function toLink(names: EventNames, item: PathItem, call: Call & { does: 'link' }): FileChange {
  const source = names.ofType('NORMAL').find((other) => isSameFile(other, item));
  if (source && names.isNameless(source)) return names.change('create', item, call.to);
  const from = source ? { ...names.place(source, call.at), parent: null } : NOWHERE;
  return names.moved('link', fileId(item), { from, to: names.place(item, call.to) });
}

function toMoved(names: EventNames, call: Call & { does: 'move' }): readonly FileChange[] {
  const moves = toMoves(names, call.at, call.to);
  return moves.length > 0 ? moves : toLostMoves(names);
}

function toUnlisted(names: EventNames): readonly FileChange[] {
  const moved = toMoves(names, 'unknown', 'unknown');
  if (moved.length > 0) return moved;
  return [
    ...names.ofType('CREATE').map((item) => names.change(kindOfNew(item), item, 'unknown')),
    ...names.ofType('DELETE').map((item) => names.change(kindOfGone(item), item, 'unknown')),
  ];
}

function kindOfNew(item: PathItem): ChangeKind {
  if (isDirectory(item)) return 'mkdir';
  return isSymlink(item) ? 'symlink' : 'create';
}

function kindOfGone(item: PathItem): ChangeKind {
  return isDirectory(item) ? 'rmdir' : 'delete';
}
