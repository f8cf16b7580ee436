/**
 * Operations on their way to the writer thread. A flood brings many small ones. Their paths and numbers are sent in a
 * row: to send an object for each costs several times what it costs to make it anew. All others are sent as they are.
 * Pure.
 */
import { EVENT_KINDS, type FileEvent, type ReportedEvent } from '../../shared/file-event.js';
import type { ChangeHint, FileStat, Priority } from '../../shared/types.js';
import type { WriteOp } from '../words.js';
import { type PathBytes, PathReader, packPaths } from './path-bytes.js';

export interface PackedOps {
  /** A letter for each operation, by FORMS. */
  readonly forms: string;
  /** Of those that are packed, in order. */
  readonly paths: PathBytes;
  readonly numbers: Float64Array;
  /** All others, in order. */
  readonly others: readonly WriteOp[];
}

const FORMS = { other: 'o', finish: 'f', touch: 't', enqueue: 'q', event: 'e', attributes: 'a' } as const;
const TREE = 1;
const FRESH = 2;
const ATTRIBUTES = 4;
const FOLDERS = [undefined, false, true] as const;

export function packOps(ops: readonly WriteOp[]): PackedOps {
  const paths: Uint8Array[] = [];
  const numbers: number[] = [];
  const others: WriteOp[] = [];
  let forms = '';
  for (const op of ops) {
    const form = isPackable(op) ? pack(op, numbers) : FORMS.other;
    forms += form;
    if (form === FORMS.other) others.push(op);
    else paths.push(pathOf(op as Packable));
  }
  return { forms, paths: packPaths(paths), numbers: Float64Array.from(numbers), others };
}

export function unpackOps({ forms, paths, numbers, others }: PackedOps): WriteOp[] {
  const reader = new OpReader(new PathReader(paths), numbers);
  let nextOther = 0;
  return Array.from(forms, (form) => (form === FORMS.other ? (others[nextOther++] as WriteOp) : reader.next(form)));
}

type Packable = Extract<WriteOp, { kind: 'finish' | 'touch' | 'attributes' | 'enqueue' | 'event' }>;

function isPackable(op: WriteOp): op is Packable {
  switch (op.kind) {
    case 'finish':
    case 'touch':
    case 'attributes':
      return true;
    case 'enqueue':
      return !isMoreThanPacked(op.hint);
    case 'event':
      return isPackableEvent(op);
    default:
      return false;
  }
}

function isPackableEvent({ event, paths }: ReportedEvent): boolean {
  const [path] = paths;
  if (event.origin !== 'inotify' || paths.length !== 1 || !path) return false;
  return !isMoreThanPackedEvent(event) && Buffer.compare(path, event.path) === 0;
}

/** A key that is neither packed nor here does not compile; nor in the next one. */
function isMoreThanPacked({ renamedFrom }: ChangeHint): boolean {
  const others = { renamedFrom } satisfies Others<
    ChangeHint,
    'path' | 'scope' | 'priority' | 'isFresh' | 'isAttributes'
  >;
  return others.renamedFrom !== undefined;
}

function isMoreThanPackedEvent({ id, to, actor, isWithheld }: FileEvent): boolean {
  const others = { id, to, actor, isWithheld } satisfies Others<FileEvent, 'atMs' | 'kind' | 'path' | 'origin'>;
  return (others.id ?? others.to ?? others.actor ?? others.isWithheld) !== undefined;
}

type Others<Shape, Packed extends keyof Shape> = Readonly<Record<Exclude<keyof Shape, Packed>, unknown>>;

function pathOf(op: Packable): Uint8Array {
  if (op.kind === 'enqueue') return op.hint.path;
  return op.kind === 'event' ? op.event.path : op.path;
}

/** @returns its letter. */
function pack(op: Packable, numbers: number[]): string {
  if (op.kind === 'touch') packStat(op.stat, numbers);
  if (op.kind === 'attributes') {
    packStat(op.stat, numbers);
    numbers.push(op.id, op.atMs);
  }
  if (op.kind === 'enqueue') numbers.push(op.hint.priority, traitsOf(op.hint));
  if (op.kind === 'event')
    numbers.push(EVENT_KINDS.indexOf(op.event.kind), op.event.atMs, FOLDERS.indexOf(op.isFolder as boolean));
  return FORMS[op.kind];
}

function packStat({ dev, ino, size, mtimeMs, ctimeMs }: FileStat, numbers: number[]): void {
  numbers.push(dev, ino, size, mtimeMs, ctimeMs);
}

function traitsOf({ scope, isFresh, isAttributes }: ChangeHint): number {
  return (scope === 'tree' ? TREE : 0) | (isFresh ? FRESH : 0) | (isAttributes ? ATTRIBUTES : 0);
}

class OpReader {
  #at = 0;

  constructor(
    private readonly paths: PathReader,
    private readonly numbers: Float64Array,
  ) {}

  next(form: string): WriteOp {
    const path = this.paths.next();
    switch (form) {
      case FORMS.finish:
        return { kind: 'finish', path };
      case FORMS.touch:
        return { kind: 'touch', path, stat: this.#stat() };
      case FORMS.attributes:
        return this.#attributes(path);
      case FORMS.enqueue:
        return { kind: 'enqueue', hint: this.#hint(path) };
      default:
        return { kind: 'event', ...this.#event(path) };
    }
  }

  #attributes(path: Buffer): WriteOp {
    return { kind: 'attributes', path, stat: this.#stat(), id: this.#number(), atMs: this.#number() };
  }

  #stat(): FileStat {
    return {
      dev: this.#number(),
      ino: this.#number(),
      size: this.#number(),
      mtimeMs: this.#number(),
      ctimeMs: this.#number(),
    };
  }

  #hint(path: Buffer): ChangeHint {
    const priority = this.#number() as Priority;
    const traits = this.#number();
    const scope = traits & TREE ? 'tree' : 'path';
    return {
      path,
      scope,
      priority,
      ...(traits & FRESH && { isFresh: true }),
      ...(traits & ATTRIBUTES && { isAttributes: true }),
    };
  }

  #event(path: Buffer): ReportedEvent {
    const kind = EVENT_KINDS[this.#number()] as FileEvent['kind'];
    const event: FileEvent = { atMs: this.#number(), kind, path, origin: 'inotify' };
    const isFolder = FOLDERS[this.#number()];
    return isFolder === undefined ? { event, paths: [path] } : { event, paths: [path], isFolder };
  }

  #number(): number {
    return this.numbers[this.#at++] as number;
  }
}
