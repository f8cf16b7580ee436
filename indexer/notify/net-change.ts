/**
 * What has become of some names: their events, what was known of them and what is there now → changes. Pure. The disk
 * is the truth: an event says that something happened and who did it, not what is there. What came and went meanwhile
 * is no change, a temporary file renamed to a name is one change of that name.
 */
import type { EventOrigin } from '../../shared/file-event.js';
import { pathKey } from '../../shared/path-key.js';
import { isWithin } from '../../shared/path-within.js';
import { changedAttributes, isOtherContent } from '../witness/compare.js';
import type { Witness } from '../witness/witness.js';
import { countDoers } from './doers.js';
import { type Doer, type NetChange, type NetKind, SECURITY_ATTRIBUTES } from './words.js';

/** An event of the index, as far as it matters here. */
export interface PickedEvent {
  readonly sequence: number;
  readonly id: string;
  readonly atMs: number;
  /** One of the event kinds, or of `READS`. */
  readonly kind: string;
  readonly path: Buffer;
  readonly to: Buffer | null;
  readonly origin: EventOrigin;
  readonly doer: Doer | null;
  readonly isWithheld: boolean;
}

/** A watched name. null: nothing was, or is, there. */
export interface NameState {
  readonly path: Buffer;
  readonly before: Witness | null;
  readonly after: Witness | null;
  /** What was there before is not known: its rule is new, and has not been looked at yet. */
  readonly isNew?: boolean;
}

export interface Scene {
  /** In the order they were told. None: a comparison has found it. */
  readonly events: readonly PickedEvent[];
  readonly names: readonly NameState[];
  /** When it was looked at. */
  readonly nowMs: number;
}

/** What leaves a file as it is, by kind of event. */
export const READS: Readonly<Record<string, NetKind>> = {
  open: 'opened',
  close: 'closed_no_write',
  denied: 'denied',
};
const MAKING: readonly string[] = ['create', 'mkdir', 'symlink', 'link'];
const TAKING: readonly string[] = ['delete', 'rmdir'];
const WRITING: readonly string[] = ['create', 'write'];

/** In the order in which they ended. */
export function netChanges(scene: Scene): readonly NetChange[] {
  return new Netting(scene).changes();
}

type Move = { readonly from: NameState; readonly to: NameState };

class Netting {
  readonly #byKey: ReadonlyMap<string, NameState>;
  readonly #writes: readonly PickedEvent[];
  readonly #eventsOf = new Map<string, PickedEvent[]>();
  /** Only where the names that a file had on its way are asked for. */
  readonly #renames: readonly PickedEvent[];

  constructor(private readonly scene: Scene) {
    this.#byKey = new Map(scene.names.map((name) => [pathKey(name.path), name]));
    this.#writes = scene.events.filter(({ kind }) => !(kind in READS));
    this.#renames = this.#writes.filter(({ kind }) => kind === 'rename' || kind === 'exchange');
    for (const event of this.#writes)
      for (const path of [event.path, ...(event.to ? [event.to] : [])]) {
        const others = this.#eventsOf.get(pathKey(path));
        if (others) others.push(event);
        else this.#eventsOf.set(pathKey(path), [event]);
      }
  }

  changes(): readonly NetChange[] {
    const moves = this.#moves();
    const taken = new Set(moves.map(({ from }) => from));
    const arrived = new Map(moves.map((move) => [move.to, move]));
    const found = this.scene.names.flatMap((name) => {
      const move = arrived.get(name);
      if (move) return this.#moved(move);
      return taken.has(name) ? [] : this.#changed(name);
    });
    return [...found, ...this.#reads()].sort((one, other) => order(one) - order(other) || depth(one) - depth(other));
  }

  /** Names that lost their file, and those that it has now. */
  #moves(): readonly Move[] {
    const left = new Map<string, NameState>();
    for (const name of this.scene.names) if (name.before && !name.after) left.set(inodeOf(name.before), name);
    const moves: Move[] = [];
    for (const to of left.size === 0 ? [] : this.scene.names) {
      if (!to.after || (to.before && inodeOf(to.before) === inodeOf(to.after))) continue;
      const from = left.get(inodeOf(to.after));
      if (!from || !this.#isMove(from, to)) continue;
      left.delete(inodeOf(to.after));
      moves.push({ from, to });
    }
    return moves;
  }

  /** An inode may be given again at once, so that it alone is no proof. */
  #isMove(from: NameState, to: NameState): boolean {
    const [before, after] = [from.before as Witness, to.after as Witness];
    if (before.type !== after.type) return false;
    if (this.#leadsTo(from.path, to.path)) return true;
    const isTold = this.#relevant(to.path).some(({ kind, origin }) => origin !== 'comparison' && MAKING.includes(kind));
    return !isTold && (before.type === 'folder' || (before.mtimeMs === after.mtimeMs && before.size === after.size));
  }

  /** By renames of it, or of folders above it. */
  #leadsTo(from: Buffer, to: Buffer): boolean {
    let at: Buffer | undefined = from;
    for (const { path, to: next, kind } of this.#renames) {
      if (!next || !at) continue;
      if (isWithin(at, path)) at = Buffer.concat([next, at.subarray(path.length)]);
      else if (kind === 'exchange' && isWithin(at, next)) at = Buffer.concat([path, at.subarray(next.length)]);
    }
    return at.equals(to);
  }

  #moved({ from, to }: Move): NetChange[] {
    const [before, after] = [from.before as Witness, to.after as Witness];
    const events = this.#together([from.path, to.path]);
    const move = this.#make('moved', from, { events, before, after, to: to.path });
    // Whoever asks for changes of content, or of the name that was overwritten, hears of them.
    if (to.before) return [move, ...this.#replaced(to, from.path, events)];
    return isOtherContent(before, after) ? [move, this.#make('modified', to, { events, before, after })] : [move];
  }

  #replaced(name: NameState, via: Buffer, events: readonly PickedEvent[]): NetChange[] {
    const [before, after] = [name.before as Witness, name.after as Witness];
    if (isOtherContent(before, after)) return [this.#make('modified', name, { events, before, after, via })];
    const isAttributes = changedAttributes(before, after).some((each) => SECURITY_ATTRIBUTES.includes(each));
    return isAttributes ? [this.#make('attrib', name, { events, before, after, via })] : [];
  }

  #changed(name: NameState): NetChange[] {
    const via = this.#viaOf(name);
    // That a temporary name was found gone is nobody's deed.
    const isDeed = ({ origin, kind, path }: PickedEvent) =>
      origin !== 'comparison' || kind !== 'delete' || !via.some((each) => each.equals(path));
    const events = this.#together([name.path, ...via]).filter(isDeed);
    const kind = kindOf(name, this.#eventsOf.get(pathKey(name.path)) ?? []);
    if (kind === undefined) return [];
    const { before, after } = name;
    const shownVia = kind === 'modified' ? via[0] : undefined;
    const change = this.#make(kind, name, { events, before, after, ...(shownVia && { via: shownVia }) });
    const isAtRest = after?.type === 'file' && events.some((event) => WRITING.includes(event.kind));
    return isAtRest ? [change, this.#make('closed', name, { events, before, after })] : [change];
  }

  /** Names that the file had before, which nobody knew: the first one first. */
  #viaOf({ path, after }: NameState): readonly Buffer[] {
    const way: Buffer[] = [];
    let at = path;
    for (const event of after ? this.#renames.toReversed() : []) {
      if (event.kind !== 'rename' || !event.to?.equals(at)) continue;
      const source = this.#byKey.get(pathKey(event.path));
      if (source?.before || source?.after) break;
      at = event.path;
      way.unshift(at);
    }
    return way;
  }

  #reads(): NetChange[] {
    const groups = new Map<string, PickedEvent[]>();
    for (const event of this.scene.events) {
      if (!(event.kind in READS)) continue;
      const key = `${event.kind} ${pathKey(event.path)}`;
      const group = groups.get(key);
      if (group) group.push(event);
      else groups.set(key, [event]);
    }
    return [...groups.values()].map((events) => {
      const { kind, path } = events[0] as PickedEvent;
      const { before = null, after = null } = this.#byKey.get(pathKey(path)) ?? {};
      const state = after ?? before;
      const name = { path, before: state, after: state };
      return this.#make(READS[kind] as NetKind, name, { events, before: state, after: state });
    });
  }

  /** Events of these names; where there are none those of the nearest folder above. Each once, in order. */
  #together(paths: readonly Buffer[]): readonly PickedEvent[] {
    const all = new Set(paths.flatMap((path) => this.#relevant(path)));
    return [...all].sort((one, other) => one.sequence - other.sequence);
  }

  #relevant(path: Buffer): readonly PickedEvent[] {
    const own = this.#eventsOf.get(pathKey(path));
    if (own || this.#eventsOf.size === 0) return own ?? [];
    const key = pathKey(path);
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      const above = this.#eventsOf.get(key.slice(0, end));
      if (above) return above;
    }
    return [];
  }

  #make(kind: NetKind, { path }: NameState, parts: Parts): NetChange {
    const { events, before, after, to, via } = parts;
    const isOwn = events.some((event) => [event.path, event.to].some((name) => name?.equals(path)));
    const origin = originOf(events);
    const times = events.map(({ atMs }) => atMs);
    return {
      kind,
      path,
      ...(to && { to }),
      ...(via && { via }),
      isFolder: (after ?? before)?.type === 'folder',
      isSynthetic: !isOwn || origin === 'comparison',
      origin,
      doers: countDoers(events.map(({ doer }) => doer)),
      isWithheld: events.some(({ isWithheld }) => isWithheld),
      before,
      after,
      changed: before && after ? changedAttributes(before, after) : [],
      count: Math.max(1, events.length),
      firstMs: times.reduce((first, each) => Math.min(first, each), times[0] ?? this.scene.nowMs),
      lastMs: times.reduce((last, each) => Math.max(last, each), times[0] ?? this.scene.nowMs),
      eventIds: events.map(({ id }) => id),
    };
  }
}

interface Parts {
  readonly events: readonly PickedEvent[];
  readonly before: Witness | null;
  readonly after: Witness | null;
  readonly to?: Buffer;
  readonly via?: Buffer;
}

function kindOf(name: NameState, events: readonly PickedEvent[]): NetKind | undefined {
  const { path, before, after, isNew = false } = name;
  if (before && after) return betweenStates(before, after);
  if (!before && !after) return isNew && isEndOfSomethingOld(path, events) ? 'deleted' : undefined;
  if (!after) return 'deleted';
  if (!isNew || events.length === 0 || events.some((event) => makes(event, path))) return 'created';
  return events.some(({ kind }) => kind === 'write') ? 'modified' : 'attrib';
}

function betweenStates(before: Witness, after: Witness): NetKind | undefined {
  const changed = changedAttributes(before, after);
  if (isOtherContent(before, after)) return 'modified';
  if (changed.some((each) => SECURITY_ATTRIBUTES.includes(each))) return 'attrib';
  if (after.type === 'folder') return changed.includes('inode') ? 'modified' : undefined;
  return changed.length > 0 ? 'touched' : undefined;
}

function isEndOfSomethingOld(path: Buffer, events: readonly PickedEvent[]): boolean {
  const [first] = events;
  return first !== undefined && !makes(first, path) && events.some((event) => takes(event, path));
}

function makes({ kind, path, to }: PickedEvent, name: Buffer): boolean {
  if (kind === 'link' || kind === 'rename') return to?.equals(name) === true;
  return kind === 'exchange' || (MAKING.includes(kind) && path.equals(name));
}

function takes({ kind, path }: PickedEvent, name: Buffer): boolean {
  return (TAKING.includes(kind) || kind === 'rename') && path.equals(name);
}

function originOf(events: readonly PickedEvent[]): EventOrigin {
  const origins = events.map(({ origin }) => origin);
  return (['audit', 'inotify'] as const).find((origin) => origins.includes(origin)) ?? 'comparison';
}

function inodeOf({ dev, ino }: Witness): string {
  return `${dev} ${ino}`;
}

function order({ lastMs }: NetChange): number {
  return lastMs;
}

/** A folder before what is in it. */
function depth({ path, to }: NetChange): number {
  return (to ?? path).length;
}
