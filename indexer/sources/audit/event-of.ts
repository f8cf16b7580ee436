/**
 * FileChange with the paths it was resolved to → the event that is kept of it. Pure; called by the audit source for
 * each change. Of a change between here and elsewhere the event says what is left of it here, as the change log does.
 */
import { type Actor, type FileEvent, isRead, type ReportedEvent } from '../../../shared/file-event.js';
import { pathKey } from '../../../shared/path-key.js';
import { splitPath } from '../../../shared/paths.js';
import type { ChangeKind, FileChange, Place } from '../../audit/changes/file-change.js';
import type { Ancestry } from './ancestors.js';
import { ENDING } from './resolve.js';

/** A change, and what was above its process when it was read. */
export interface ReadChange extends FileChange {
  readonly ancestry?: Ancestry;
}

const ARRIVING: Partial<Record<ChangeKind, ChangeKind>> = { rename: 'create', exchange: 'create' };
const LEAVING: Partial<Record<ChangeKind, ChangeKind>> = { rename: 'delete', exchange: 'create' };

/** @param paths  as resolve.ts gives them: the names of the change first. @returns undefined when it has none here. */
export function eventOf(change: ReadChange, paths: readonly Buffer[]): ReportedEvent | undefined {
  const names = namesOf(change, paths);
  if (!names) return undefined;
  const event: FileEvent = {
    id: idOf(change),
    atMs: change.timestampMs,
    ...names,
    origin: 'audit',
    ...actorOf(change),
  };
  return isRead(event.kind) ? { event, paths: [], isFolder: false } : { event, paths };
}

/** A file that was opened a while ago has been written to since: by whom else it is not told. */
export function writtenLater(opening: ReadChange, path: Buffer, atMs: number): ReportedEvent {
  const id = `${idOf(opening)}+${atMs}`;
  return { event: { id, atMs, kind: 'write', path, origin: 'audit', ...actorOf(opening) }, paths: [path] };
}

/** Several changes of one audit event differ in their kind or their file. */
function idOf({ node, timestampMs, serial, kind, file }: FileChange): string {
  return `${node}:${timestampMs}:${serial}:${kind}${file ? `-${file.inode}` : ''}`;
}

/** Every process has a number: where nothing is told of it, the plugin keeps back who it was. */
function actorOf({ who, ancestry }: ReadChange): Pick<FileEvent, 'actor' | 'isWithheld'> {
  const { auid, uid, pid, ppid, exe, comm }: Actor = who;
  const isWithheld = [auid, uid, pid, ppid, exe, comm].every((part) => part === null);
  return isWithheld ? { isWithheld } : { actor: ancestry ? { ...who, ...ancestry } : who };
}

function namesOf(
  { kind, from, to }: FileChange,
  paths: readonly Buffer[],
): Pick<FileEvent, 'kind' | 'path' | 'to'> | undefined {
  const [first] = paths;
  if (!first) return undefined;
  // Another name of a file that was written to is as right; another one than that which went is wrong.
  const instead = ENDING.has(kind) && (from.path || from.name) ? undefined : first;
  if (!to) return withPath(kind, pathNamed(from, paths) ?? instead);
  const path = pathNamed(from, paths);
  const toPath = pathNamed(to, path ? paths.filter((each) => !each.equals(path)) : paths);
  if (path && toPath) return { kind, path, to: toPath };
  if (toPath) return { kind: ARRIVING[kind] ?? kind, path: toPath };
  return { kind: LEAVING[kind] ?? kind, path: path ?? first };
}

function withPath(kind: ChangeKind, path: Buffer | undefined): Pick<FileEvent, 'kind' | 'path'> | undefined {
  return path && { kind, path };
}

/** The first that ends as the place does: folders may be spelled in another way. */
export function pathNamed(place: Place, paths: readonly Buffer[]): Buffer | undefined {
  const name = place.path ? splitPath(place.path).name : place.name;
  if (!name) return undefined;
  const key = pathKey(splitPath(Buffer.concat([Buffer.from('/'), name])).name);
  const isSame = (path: Buffer) => pathKey(splitPath(path).name) === key;
  return paths.find((path) => place.path?.equals(path)) ?? paths.find(isSame);
}
