/**
 * Reads files for the path worker: hands them to the extractors in groups that fit one write, and writes what comes of
 * it. decide-read.ts says what that is.
 */
import { type DocumentRow, pathOf } from '../../shared/store/documents.js';
import { type FileStat, PRIORITY } from '../../shared/types.js';
import { canGrow, type KnownContent } from '../extract/known-content.js';
import type { ExtractJob, ExtractOutcome } from '../extract/messages.js';
import type { Extractors, IndexView, Outlet, Rules } from '../parts.js';
import type { Restless } from '../queue/restless.js';
import type { LostName, QueueEntry, WriteOp } from '../words.js';
import { isSameFile, type Versions } from './compare.js';
import { decideRead, hasMore, isClosed, type ReadDecision, readOps } from './decide-read.js';
import type { LookedFile } from './look.js';
import { findLostName } from './moves.js';
import { nameOnly } from './name-only.js';
import { ToldNames } from './told-names.js';
import { type Secrecy, type Wish, wishFor } from './wish.js';

export interface FileReaderParts {
  readonly index: Pick<IndexView, 'atOnce' | 'documents' | 'killsOf'>;
  readonly rules: Pick<Rules, 'verdict'>;
  readonly secrecy?: Secrecy | undefined;
  readonly extractors: Pick<Extractors, 'extract'>;
  readonly restless: Pick<Restless, 'charge'>;
  readonly outlet: Outlet;
  readonly versions: Versions;
}

export interface FileReaderListener {
  /** Without those that are tried again. */
  filesRead(outcomes: readonly ExtractOutcome[]): void;
}

export interface FileToRead extends LookedFile {
  /** What the index has of it. */
  readonly row: DocumentRow | undefined;
}

/** What the index has of the inode under whatever names, for files of which somebody may want to know. */
type RowsByFile = ReadonlyMap<FileToRead, readonly DocumentRow[]>;

interface DecidedFile {
  readonly file: FileToRead;
  readonly job: ExtractJob;
  readonly decision: ReadDecision;
}

/** Text of this many bytes at most is held for one write; a single larger file goes alone. */
const MAX_WRITE_BYTES = 1 << 20;
const MAX_FILES_PER_WRITE = 128;

export class FileReader {
  readonly #told = new ToldNames();

  constructor(
    private readonly parts: FileReaderParts,
    private readonly listener: FileReaderListener,
  ) {}

  /** @returns what is closed to this user, written but not finished. */
  async read(files: readonly FileToRead[]): Promise<QueueEntry[]> {
    const closed: QueueEntry[] = [];
    for (const group of groups(files)) {
      const wished = group.map((file) => ({ file, wish: this.#wish(file.entry.path) }));
      const named = wished.flatMap(({ file, wish }) => (wish === 'names' ? [file] : []));
      const withText = wished.filter(({ wish }) => wish !== 'names');
      const jobs = withText.map(({ file, wish }) => this.#toJob(file, wish));
      const read = withText.map(({ file }) => file);
      const outcomes = await this.parts.extractors.extract(jobs, group[0]?.entry.priority ?? PRIORITY.bulk);
      const decided = read.map((file, at) => ({
        file,
        job: jobs[at] as ExtractJob,
        decision: decisionOf(file, outcomes[at] as ExtractOutcome),
      }));
      this.listener.filesRead(outcomes.filter((_, at) => decided[at]?.decision.kind !== 'try again'));
      const rows = this.#byInode(group);
      const names = await Promise.all([...named, ...read].map((each) => this.#lostName(each, rows)));
      const ops = [...named.map((each) => this.#nameOps(each)), ...decided.map((each) => this.#toOps(each, rows))];
      await this.parts.outlet.write(ops.flatMap((each, at) => withLostName(each, names[at])));
      closed.push(...read.filter((_, at) => isClosed(outcomes[at] as ExtractOutcome)).map(({ entry }) => entry));
    }
    return closed;
  }

  /** Asked again here: the rules may have changed since it was looked at. */
  #wish(path: Buffer): Wish {
    return wishFor(this.parts.rules.verdict(path, false).kind, path, this.parts.secrecy);
  }

  #toJob({ entry: { path }, observed, row }: FileToRead, wish: Wish): ExtractJob {
    return {
      path,
      bytes: observed.stat.size,
      known: this.#known(row),
      ...(wish === 'redacted' && { isRedacted: true }),
    };
  }

  #byInode(files: readonly FileToRead[]): RowsByFile {
    const { index } = this.parts;
    const wanted = files.filter(({ row, observed }) => !row || !this.#told.isTold(observed.stat));
    if (wanted.length === 0) return new Map();
    const rows = ({ observed: { stat } }: FileToRead) => index.documents.findByInode(stat.dev, stat.ino);
    return index.atOnce(() => new Map(wanted.map((file) => [file, rows(file)])));
  }

  async #lostName(file: FileToRead, rows: RowsByFile): Promise<LostName | undefined> {
    return file.row ? undefined : findLostName(rows.get(file) ?? [], file.observed);
  }

  #nameOps({ entry: { path }, observed: { stat } }: FileToRead): WriteOp[] {
    const extraction = nameOnly(path, 'name', this.parts.versions);
    return [
      { kind: 'put', path, stat, extraction },
      { kind: 'succeeded', path },
      { kind: 'finish', path },
    ];
  }

  #toOps({ file, job: { known, isRedacted = false }, decision }: DecidedFile, rows: RowsByFile): WriteOp[] {
    const { entry, row } = file;
    const isKnown = known !== undefined || (isRedacted && row !== undefined);
    const isCharged = isKnown && decision.kind === 'index' && !hasMore(decision.read);
    return readOps(entry, decision, {
      versions: this.parts.versions,
      known: known?.input ?? '',
      kills:
        decision.kind === 'give up' && decision.failure.isKill ? this.#killsOf(entry.path, row, decision.stat) + 1 : 0,
      holdMs: isCharged ? this.parts.restless.charge(entry.path, decision.read) : 0,
      otherNames: this.#otherNames(file, decision, rows),
    });
  }

  /** Of the file as it is. */
  #killsOf(path: Buffer, row: DocumentRow | undefined, stat: FileStat): number {
    return row?.extractor === 'failed' && isSameFile(row, stat) ? this.parts.index.killsOf(path) : 0;
  }

  /** Of use while the extractor it was read by is the current one. */
  #known(row: DocumentRow | undefined): KnownContent | undefined {
    if (!row || row.input === null || this.parts.versions[row.extractor] !== row.extractor_version) return undefined;
    const { input, output, size: bytes, extractor } = row;
    const begins = canGrow(bytes) ? this.parts.index.documents.parts.appended.beginsOf(row.id) : [];
    return { input, ...(output !== null && { output }), bytes, extractor, begins };
  }

  /** A file with several names has changed under all of them, and a change source reports one. */
  #otherNames(file: FileToRead, decision: ReadDecision, rows: RowsByFile): readonly Buffer[] {
    if (decision.kind === 'give up') return this.#staleNames(file, decision.stat, rows, isClosed(decision.failure));
    if (decision.kind !== 'index' || this.#told.isTold(decision.read.stat)) return [];
    const others = this.#staleNames(file, decision.read.stat, rows);
    // Another change may get a time that is as fresh.
    if (others.length > 0 && decision.stat.ctimeMs !== 0) this.#told.note(decision.read.stat);
    return others;
  }

  /** @param isDenied  the others may be known to be closed, too: two names would send each other here for ever. */
  #staleNames(file: FileToRead, stat: FileStat, rows: RowsByFile, isDenied = false): readonly Buffer[] {
    const { entry, observed } = file;
    const isAsSeen = observed.stat.ino === stat.ino && observed.stat.dev === stat.dev;
    const known = isAsSeen ? rows.get(file) : undefined;
    return (known ?? this.parts.index.documents.findByInode(stat.dev, stat.ino))
      .filter((row) => row.ctime_ms !== stat.ctimeMs && !(isDenied && row.extractor === 'failed'))
      .map(pathOf)
      .filter((other) => !other.equals(entry.path));
  }
}

function decisionOf({ entry, atMs, observed }: FileToRead, outcome: ExtractOutcome): ReadDecision {
  return decideRead(outcome, entry, observed.stat, { lookedMs: atMs, nowMs: Date.now() });
}

function withLostName(ops: readonly WriteOp[], from: LostName | undefined): readonly WriteOp[] {
  return from ? ops.map((op) => (op.kind === 'put' ? { ...op, from } : op)) : ops;
}

function* groups(files: readonly FileToRead[]): Generator<FileToRead[]> {
  let group: FileToRead[] = [];
  let bytes = 0;
  for (const each of files) {
    const { size } = each.observed.stat;
    if (group.length > 0 && (bytes + size > MAX_WRITE_BYTES || group.length === MAX_FILES_PER_WRITE)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(each);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
