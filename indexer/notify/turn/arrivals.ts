/**
 * Folders that have come, and what is in them: it is looked at a portion at a time, so that memory has an end. What has
 * events of its own is told by them. In memory: after a crash the comparison at the start finds it.
 */
import { pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import { type NameState, type PickedEvent, READS } from '../net-change.js';
import type { LookParts } from './gather.js';
import { isSame } from './scan.js';

export interface ArrivalParts extends LookParts {
  /** Its own events will tell. */
  readonly isAtWork: (key: string) => boolean;
}

interface Arrival {
  readonly folder: Buffer;
  /** Of the folder, and of those above it. */
  readonly events: PickedEvent[];
  names?: AsyncGenerator<NameState>;
  isDone?: boolean;
}

export interface LookedThrough {
  readonly names: readonly NameState[];
  readonly events: readonly PickedEvent[];
}

const MAX_NAMES = 1_000;

export class Arrivals {
  #waiting: Arrival[] = [];

  constructor(private readonly parts: ArrivalParts) {}

  get isEmpty(): boolean {
    return this.#waiting.every(({ isDone }) => isDone);
  }

  /** Is it in a folder that is not looked through yet? */
  has(path: Uint8Array): boolean {
    return this.#waiting.some(({ folder }) => isWithin(path, folder));
  }

  /** @param events  those of each folder, and of those above it, are about what is in it. */
  add(folders: readonly Buffer[], events: readonly PickedEvent[]): void {
    const byName = new Map<string, PickedEvent[]>();
    for (const event of folders.length > 0 ? events : [])
      for (const path of event.kind in READS ? [] : [event.path, ...(event.to ? [event.to] : [])])
        byName.set(pathKey(path), [...(byName.get(pathKey(path)) ?? []), event]);
    for (const folder of folders) this.#add(folder, eventsAbove(pathKey(folder), byName));
  }

  #add(folder: Buffer, events: readonly PickedEvent[]): void {
    const above = this.#waiting.find((each) => !each.names && isWithin(folder, each.folder));
    if (above) return void above.events.push(...events);
    const isBelow = (each: Arrival) => !each.names && isWithin(each.folder, folder);
    const below = this.#waiting.filter(isBelow).flatMap((each) => each.events);
    this.#waiting = this.#waiting.filter((each) => !isBelow(each));
    this.#waiting.push({ folder, events: [...events, ...below] });
  }

  /** A portion of the names that nobody has told of. */
  async next(): Promise<LookedThrough> {
    const names: NameState[] = [];
    // Those of the last call are recorded by now.
    this.#waiting = this.#waiting.filter(({ isDone }) => !isDone);
    const [first] = this.#waiting;
    if (!first) return { names, events: [] };
    first.names ??= this.#below(first.folder);
    while (names.length < MAX_NAMES && !first.isDone) {
      const { value, done = false } = await first.names.next();
      if (done) first.isDone = true;
      else names.push(value);
    }
    return { names, events: first.events };
  }

  async *#below(folder: Buffer): AsyncGenerator<NameState> {
    const { watched, looker, known, newRules, isAtWork } = this.parts;
    if (!watched.mayContain(folder)) return;
    for (const path of await looker.list(folder)) {
      if (isAtWork(pathKey(path))) continue;
      await looker.breathe();
      const before = known.get(path);
      const looked = await looker.look(path, before);
      if (looked.kind !== 'there') continue;
      const { witness: after } = looked;
      const isFolder = after.type === 'folder';
      if ((before || watched.has(path, isFolder)) && !isSame(before, after))
        yield { path, before, after, isNew: newRules.isNew(path) };
      // What is known was looked through when it came.
      if (isFolder && before?.ino !== after.ino) yield* this.#below(path);
    }
  }
}

function eventsAbove(folder: string, byName: ReadonlyMap<string, PickedEvent[]>): PickedEvent[] {
  const events: PickedEvent[] = [];
  for (let end = folder.length; end > 0; end = folder.lastIndexOf('/', end - 1))
    events.push(...(byName.get(folder.slice(0, end)) ?? []));
  return events;
}
