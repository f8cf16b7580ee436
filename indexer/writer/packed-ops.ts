/**
 * Operations on their way to the writer thread. A flood brings many small ones. Their paths and numbers are sent in a
 * row: to send an object for each costs several times what it costs to make it anew. All others are sent as they are.
 * Pure.
 */
import { EVENT_KINDS, type FileEvent, type ReportedEvent } from '../../shared/file-event.js';
import type { ChangeHint, Extraction, FileStat, Priority } from '../../shared/types.js';
import type { WriteOp } from '../words.js';
import { type PathBytes, PathReader, packPaths } from './path-bytes.js';

export interface PackedOps {
  /** A letter for each operation, by FORMS. */
  readonly forms: string;
  /** Of those that are packed, in order. */
  readonly paths: PathBytes;
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
  /** Text and markup of documents. */
  readonly bodies: PathBytes;
  /** All others, in order. */
  readonly others: readonly WriteOp[];
}

const FORMS = {
  other: 'o',
  finish: 'f',
  succeeded: 's',
  touch: 't',
  enqueue: 'q',
  event: 'e',
  attributes: 'a',
  put: 'p',
} as const;
/** A larger one is not copied once more. */
const MAX_BODY_BYTES = 64 * 1024;
const TRUNCATED = 1;
const FILE_TEXT = 2;
const TREE = 1;
const FRESH = 2;
const ATTRIBUTES = 4;
const FOLDERS = [undefined, false, true] as const;

export function packOps(ops: readonly WriteOp[]): PackedOps {
  const pack = new Pack();
  const others: WriteOp[] = [];
  let forms = '';
  for (const op of ops) {
    const isPacked = isPackable(op);
    forms += isPacked ? FORMS[op.kind] : FORMS.other;
    if (isPacked) pack.add(op);
    else others.push(op);
  }
  return { forms, ...pack.packed(), others };
}

export function unpackOps({ forms, others, ...packed }: PackedOps): WriteOp[] {
  const reader = new OpReader(packed);
  let nextOther = 0;
  return Array.from(forms, (form) => (form === FORMS.other ? (others[nextOther++] as WriteOp) : reader.next(form)));
}

type Packable = Extract<WriteOp, { kind: Exclude<keyof typeof FORMS, 'other'> }>;
type Put = Extract<WriteOp, { kind: 'put' }>;

function isPackable(op: WriteOp): op is Packable {
  switch (op.kind) {
    case 'finish':
    case 'succeeded':
    case 'touch':
    case 'attributes':
      return true;
    case 'put':
      return isPackablePut(op);
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

function isPackablePut({ from, extraction }: Put): boolean {
  if (from || extraction.text.length + extraction.markup.length > MAX_BODY_BYTES) return false;
  return !isMoreThanPackedContent(extraction);
}

/** A key that is neither packed nor here does not compile; nor in the next ones. */
function isMoreThanPackedContent({ children, properties, met, piece, cutBytes }: Extraction): boolean {
  const others = { children, properties, met, piece, cutBytes } satisfies Others<
    Extraction,
    | 'type'
    | 'title'
    | 'text'
    | 'markup'
    | 'isTruncated'
    | 'extractor'
    | 'extractorVersion'
    | 'isFileText'
    | 'input'
    | 'output'
  >;
  return (others.children ?? others.properties ?? others.met ?? others.piece ?? others.cutBytes) !== undefined;
}

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

class Pack {
  readonly #paths: Uint8Array[] = [];
  readonly #numbers: number[] = [];
  readonly #texts: string[] = [];
  readonly #bodies: Uint8Array[] = [];

  add(op: Packable): void {
    this.#paths.push(pathOf(op));
    if (op.kind === 'put') this.#addPut(op);
    else if (op.kind === 'touch') this.#addStat(op.stat);
    else if (op.kind === 'attributes') {
      this.#addStat(op.stat);
      this.#numbers.push(op.id, op.atMs);
    } else if (op.kind === 'enqueue') this.#numbers.push(op.hint.priority, traitsOf(op.hint));
    else if (op.kind === 'event')
      this.#numbers.push(EVENT_KINDS.indexOf(op.event.kind), op.event.atMs, FOLDERS.indexOf(op.isFolder as boolean));
  }

  packed(): Omit<PackedOps, 'forms' | 'others'> {
    const numbers = Float64Array.from(this.#numbers);
    return { paths: packPaths(this.#paths), numbers, texts: this.#texts, bodies: packPaths(this.#bodies) };
  }

  /** '' and NaN: missing. */
  #addPut({ stat, extraction }: Put): void {
    const { type, title, text, markup, isTruncated, extractor, extractorVersion, isFileText } = extraction;
    const { input = '', output = '' } = extraction;
    this.#addStat(stat);
    const traits = (isTruncated ? TRUNCATED : 0) | (isFileText ? FILE_TEXT : 0);
    this.#numbers.push(stat.birthtimeMs ?? Number.NaN, extractorVersion, traits);
    this.#texts.push(type, title, extractor, input, output);
    this.#bodies.push(text, markup);
  }

  #addStat({ dev, ino, size, mtimeMs, ctimeMs }: FileStat): void {
    this.#numbers.push(dev, ino, size, mtimeMs, ctimeMs);
  }
}

function traitsOf({ scope, isFresh, isAttributes }: ChangeHint): number {
  return (scope === 'tree' ? TREE : 0) | (isFresh ? FRESH : 0) | (isAttributes ? ATTRIBUTES : 0);
}

class OpReader {
  readonly #paths: PathReader;
  readonly #bodies: PathReader;
  readonly #numbers: Float64Array;
  readonly #texts: readonly string[];
  #nextNumber = 0;
  #nextText = 0;

  constructor({ paths, numbers, texts, bodies }: Omit<PackedOps, 'forms' | 'others'>) {
    this.#paths = new PathReader(paths);
    this.#bodies = new PathReader(bodies);
    this.#numbers = numbers;
    this.#texts = texts;
  }

  next(form: string): WriteOp {
    const path = this.#paths.next();
    switch (form) {
      case FORMS.finish:
        return { kind: 'finish', path };
      case FORMS.succeeded:
        return { kind: 'succeeded', path };
      case FORMS.touch:
        return { kind: 'touch', path, stat: this.#stat() };
      case FORMS.attributes:
        return this.#attributes(path);
      case FORMS.enqueue:
        return { kind: 'enqueue', hint: this.#hint(path) };
      case FORMS.put:
        return this.#put(path);
      default:
        return { kind: 'event', ...this.#event(path) };
    }
  }

  #put(path: Buffer): WriteOp {
    const stat = this.#stat();
    const [birthtimeMs, extractorVersion, traits] = [this.#number(), this.#number(), this.#number()];
    const [type, title, extractor, input, output] = [
      this.#text(),
      this.#text(),
      this.#text(),
      this.#text(),
      this.#text(),
    ];
    return {
      kind: 'put',
      path,
      stat: Number.isNaN(birthtimeMs) ? stat : { ...stat, birthtimeMs },
      extraction: {
        type,
        title,
        text: this.#bodies.next(),
        markup: this.#bodies.next(),
        isTruncated: (traits & TRUNCATED) !== 0,
        extractor,
        extractorVersion,
        isFileText: (traits & FILE_TEXT) !== 0,
        ...(input !== '' && { input }),
        ...(output !== '' && { output }),
      },
    };
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
    return this.#numbers[this.#nextNumber++] as number;
  }

  #text(): string {
    return this.#texts[this.#nextText++] as string;
  }
}
