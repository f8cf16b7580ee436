/** The records of a presentation of PowerPoint before 2007: containers with records in them, each as long as it says. Pure. */

export interface Atom {
  readonly type: number;
  readonly instance: number;
  readonly isContainer: boolean;
  /** Where what is in it begins and ends. */
  readonly begin: number;
  readonly end: number;
  /** Type of the container that it is in; -1: none is known. */
  readonly parent: number;
}

const HEAD_BYTES = 8;
const CONTAINER = 0xf;
const MAX_DEPTH = 30;

/** One after the other, as far as they are whole. */
export function* atomsIn(stream: Buffer, from: number, to: number, parent = -1): Generator<Atom> {
  let at = from;
  while (at + HEAD_BYTES <= to) {
    const head = stream.readUInt16LE(at);
    const begin = at + HEAD_BYTES;
    const end = begin + stream.readUInt32LE(at + 4);
    if (end > to) return;
    const isContainer = (head & CONTAINER) === CONTAINER;
    yield { type: stream.readUInt16LE(at + 2), instance: head >> 4, isContainer, begin, end, parent };
    at = end;
  }
}

/** Those in a container, in the containers in it, and so on. */
export function* atomsOf(stream: Buffer, { type, begin, end }: Atom, depth = 0): Generator<Atom> {
  for (const atom of atomsIn(stream, begin, end, type)) {
    if (!atom.isContainer) yield atom;
    else if (depth < MAX_DEPTH) yield* atomsOf(stream, atom, depth + 1);
  }
}

export interface Places {
  /** Number of the document among them. */
  readonly document: number;
  /** Number of a part → where its newest version stands. */
  readonly at: ReadonlyMap<number, number>;
}

const EDIT = 4085;
const PLACES = 6002;
const MAX_EDITS = 1000;
const MAX_PARTS = 100_000;

/**
 * Each time it was saved there came a list of the parts that are new, and where the list before it stands.
 * @returns undefined when there is none.
 */
export function places(stream: Buffer, user: Buffer): Places | undefined {
  const at = new Map<number, number>();
  let document: number | undefined;
  let next = user.length >= 20 ? user.readUInt32LE(16) : 0;
  const seen = new Set<number>();
  while (next > 0 && !seen.has(next) && seen.size < MAX_EDITS) {
    seen.add(next);
    const edit: Atom | undefined = atomsIn(stream, next, stream.length).next().value;
    if (edit?.type !== EDIT || edit.end - edit.begin < 20) break;
    document ??= stream.readUInt32LE(edit.begin + 16);
    addPlaces(stream, stream.readUInt32LE(edit.begin + 12), at);
    next = stream.readUInt32LE(edit.begin + 8);
  }
  return document === undefined ? undefined : { document, at };
}

/** Runs of parts: the number of the first and how many there are, then their places. The newest list comes first. */
function addPlaces(stream: Buffer, from: number, at: Map<number, number>): void {
  const list: Atom | undefined = atomsIn(stream, from, stream.length).next().value;
  if (list?.type !== PLACES) return;
  for (let place = list.begin; place + 4 <= list.end; ) {
    const run = stream.readUInt32LE(place);
    place += 4;
    for (let i = 0; i < run >>> 20 && place + 4 <= list.end && at.size < MAX_PARTS; i++, place += 4)
      if (!at.has((run & 0xfffff) + i)) at.set((run & 0xfffff) + i, stream.readUInt32LE(place));
  }
}
