/**
 * The names of one event, and the FileChanges made of them: knows what relative names are relative to and which
 * directory holds which name. A helper of to-changes.ts, made anew for every event that changed something.
 */
import type { AuditEvent } from '../events/audit-event.js';
import type { CallHead } from '../records/call-head.js';
import type { Attribute, Base, Call } from './calls.js';
import { isOfProcess, lastPart, type NameBase, NO_BASE, pathOf, ROOT_ONLY } from './event-paths.js';
import { type ChangeKind, certaintyOf, type FileChange, type FileId, type Place } from './file-change.js';
import { hasItsParent, parentOf } from './parents.js';
import { fileId, type NameType, type PathItem, readOpenHow, readWorkingDirectory } from './path-items.js';

const AT_FDCWD = -100;
const RESOLVE_IN_ROOT = 0x10;
const NONE: readonly FileId[] = [];

/** Where a change took a file from and to. */
export interface Route {
  readonly from: Place;
  readonly to: Place | null;
  /** The two directories, when it is not known which of them is whose. */
  readonly either?: readonly FileId[];
}

export class EventNames {
  readonly parents: readonly PathItem[];
  /** As recorded, which may be of no use. */
  readonly cwd: Buffer | null;
  readonly #cwdBase: NameBase;

  constructor(
    readonly event: AuditEvent,
    readonly head: CallHead,
    readonly call: Call,
    readonly items: readonly PathItem[],
  ) {
    this.parents = this.ofType('PARENT');
    const { path, base } = readWorkingDirectory(event);
    this.cwd = path;
    this.#cwdBase = isTold(event, call) ? base : NO_BASE;
  }

  ofType(nameType: NameType): readonly PathItem[] {
    return this.items.filter((item) => item.nameType === nameType);
  }

  /** True for a file that was reached by its descriptor instead of a name. */
  isNameless(item: PathItem): boolean {
    return item.name === null || item.name.length === 0 || isOfProcess(item.name);
  }

  place(item: PathItem, at: Base): Place {
    const { name } = item;
    const parent = parentOf(name, this.parents, this.cwd);
    const path = pathOf(name, this.#base(at));
    const isTrusted = path !== null && (item.nameType === 'NORMAL' || hasItsParent(name, this.parents, this.cwd));
    return isTrusted ? { path, parent, name: null } : { path: null, parent, name: lastPart(name) };
  }

  /** The name of any item joined with the working directory, for showing it; null when it cannot be told. */
  absolute(item: PathItem): Buffer | null {
    const { call } = this;
    const isPlain = this.isOfCwd(call.at) && (!('to' in call) || this.isOfCwd(call.to));
    return item.nameType === 'UNKNOWN' || item.nameType === 'UNTOLD'
      ? null
      : pathOf(item.name, isPlain ? this.#cwdBase : ROOT_ONLY);
  }

  change(kind: ChangeKind, item: PathItem, at: Base, attribute: Attribute | null = null): FileChange {
    return this.moved(kind, fileId(item), { from: this.place(item, at), to: null }, attribute);
  }

  moved(
    kind: ChangeKind,
    file: FileId | null,
    { from, to, either = NONE }: Route,
    attribute: Attribute | null = null,
  ): FileChange {
    const certainty = certaintyOf(from, to);
    const { node, serial, timestampMs, keys } = this.event;
    return {
      node,
      serial,
      timestampMs,
      kind,
      attribute,
      certainty,
      from: certainty === 'exact' || from.path === null ? from : { ...from, path: null, name: lastPart(from.path) },
      to,
      eitherParent: either,
      file,
      who: this.head.who,
      keys,
    };
  }

  /** True when names with this base are relative to the working directory. */
  isOfCwd(at: Base): boolean {
    return at === 'cwd' || (at !== 'unknown' && this.head.arg(at) === AT_FDCWD);
  }

  #base(at: Base): NameBase {
    return this.isOfCwd(at) || this.#cwdBase === NO_BASE ? this.#cwdBase : ROOT_ONLY;
  }
}

/** False when even absolute names of the event may mislead. */
function isTold(event: AuditEvent, call: Call): boolean {
  if (call.does === 'open' && call.flags === 'record') {
    const how = readOpenHow(event);
    return how !== undefined && (how.resolve & RESOLVE_IN_ROOT) === 0;
  }
  if (call.does === 'move' && event.isPartial) return false;
  return event.ringHeads.every(({ isSuccess }) => isSuccess);
}
