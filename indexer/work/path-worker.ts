/**
 * Works on a batch of due paths: looks at the disk, compares with the index, and writes what the disk says.
 * Called by the work loop; every path of the batch is finished, retried, or handed back as a folder to re-check.
 * An event is only a hint: whatever brought a path here, the disk decides.
 */
import { pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { MAX_PATH_BYTES, splitPath } from '../../shared/paths.js';
import { type DocumentRow, pathOf } from '../../shared/store/documents.js';
import { type Extraction, type FileStat, PRIORITY } from '../../shared/types.js';
import { isSilent } from '../disk/looks.js';
import { whyNoFolder } from '../disk/no-folder.js';
import {
  isOpenFile,
  isOpenFolder,
  mayLook,
  type Observed,
  type ObservedFile,
  observe,
  type Way,
  wayTo,
} from '../disk/observe.js';
import { isSpelledSo } from '../disk/spelling.js';
import { canGrow, type KnownContent } from '../extract/known-content.js';
import type { ExtractOutcome } from '../extract/messages.js';
import type { FreshnessKeeper } from '../freshness/keeper.js';
import type { Extractors, IndexView, Outlet, Rules, Volumes } from '../parts.js';
import type { ReadOutcome, Restless } from '../queue/restless.js';
import type { Verdict } from '../rules/ignore-types.js';
import type { ChangeSource } from '../sources/change-source.js';
import { missingVolume, NOT_MOUNTED } from '../volumes/volumes.js';
import type { QueueEntry, WriteOp } from '../words.js';
import type { Versions } from './compare.js';
import { type Decision, decide, type Seen, toOps } from './decide.js';
import { findMovedTree, findOldPlace } from './moves.js';
import { nameOnly, withNameOnly } from './name-only.js';
import { ToldNames } from './told-names.js';

export interface PathWorkerParts {
  readonly roots: readonly Uint8Array[];
  readonly index: IndexView;
  readonly rules: Rules;
  readonly extractors: Pick<Extractors, 'versions' | 'extract'>;
  readonly volumes: Volumes;
  readonly source: Pick<ChangeSource, 'caughtUp'>;
  readonly freshness: Pick<FreshnessKeeper, 'isComplete'>;
  readonly restless: Pick<Restless, 'charge'>;
  readonly outlet: Outlet;
}

export interface PathWorkerListener {
  filesRead(outcomes: readonly ExtractOutcome[]): void;
}

interface Looked {
  readonly entry: QueueEntry;
  /** Milliseconds since 1970, from before the look. */
  readonly atMs: number;
  readonly observed: Observed;
  /** Missing: the rules were not asked, as nothing is there. */
  readonly verdict?: Verdict['kind'];
}

type Absent = Exclude<Observed, { readonly kind: 'file' | 'directory' }>;

interface LookedAbsent extends Looked {
  readonly observed: Absent;
}

interface LookedFile extends Looked {
  readonly observed: ObservedFile;
  /** What the index has of it. */
  readonly row?: DocumentRow | undefined;
}

/** Text of this many bytes at most is held for one write; a single larger file goes alone. */
const MAX_WRITE_BYTES = 1 << 20;
const MAX_FILES_PER_WRITE = 128;
/** A little more than the longest tick of a kernel's clock. */
const TICK_MS = 12;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** What fails for a passing reason is tried this often before it waits for its next change. */
const MAX_ATTEMPTS = 6;

export class PathWorker {
  readonly #told = new ToldNames();
  readonly #versions: Versions;

  constructor(
    private readonly parts: PathWorkerParts,
    private readonly listener: PathWorkerListener,
  ) {
    this.#versions = withNameOnly(parts.extractors.versions);
  }

  /** @returns the entries that are folders whose content has to be compared; they are not finished yet. */
  async run(entries: readonly QueueEntry[]): Promise<QueueEntry[]> {
    const way = onceEach(wayTo);
    const looked = await Promise.all(entries.map((entry) => this.#look(entry, way)));
    // What is there comes first: a rename finds its old place in the index before the deletion of that place takes it.
    const folders = await this.#directories(looked);
    const files = await this.#withoutAttributes(looked.filter(isFile));
    const toExtract = await this.#files(files);
    const absent = looked.filter(isAbsent);
    await this.parts.outlet.write((await Promise.all(absent.map((each) => this.#absent(each)))).flat());
    const denied = await this.#extract(toExtract);
    await this.#lookAgain([...files, ...absent]);
    await this.#finishDenied(denied);
    return folders;
  }

  /**
   * Between the look and the write a folder above may have come, gone or been excluded: no event tells of this very
   * path then. What happens from now on finds in the index what was written.
   */
  async #lookAgain(looked: readonly Looked[]): Promise<void> {
    const way = onceEach(wayTo);
    const ops = await Promise.all(
      looked.map(async ({ entry, observed }): Promise<WriteOp[]> => {
        const now = await this.#look(entry, way);
        if (isSameLook(observed, now.observed)) return [];
        const scope = now.observed.kind === 'directory' ? 'tree' : 'path';
        return [{ kind: 'enqueue', hint: { path: entry.path, scope, priority: entry.priority } }];
      }),
    );
    await this.parts.outlet.write(ops.flat());
  }

  /**
   * A file that was closed to this user when it was read, and is open when that has been written: no event is to come
   * any more. Where a file system says so and refuses all the same, it is given up after some tries.
   */
  async #finishDenied(denied: readonly QueueEntry[]): Promise<void> {
    const ops = denied.map(async (entry): Promise<WriteOp> => {
      const isWorthIt = entry.attempt < MAX_ATTEMPTS && (await isOpenFile(entry.path));
      return isWorthIt ? retryOp(entry) : { kind: 'finish', path: entry.path };
    });
    await this.parts.outlet.write(await Promise.all(ops));
  }

  async #look(entry: QueueEntry, way: (folder: Uint8Array) => Promise<Way>): Promise<Looked> {
    const { rules } = this.parts;
    const atMs = Date.now();
    const observed = await observe(entry.path);
    if (observed.kind !== 'file' && observed.kind !== 'directory') return { entry, atMs, observed };
    if (observed.kind === 'file' && this.#isRoot(entry.path)) return { entry, atMs, observed: { kind: 'other' } };
    const leads = await way(splitPath(entry.path).directory);
    if (leads === 'closed') return { entry, atMs, observed: closedOnTheWay(entry.path) };
    if (leads !== 'real') return { entry, atMs, observed: { kind: leads === 'silent' ? 'silent' : 'other' } };
    const folder = observed.kind === 'directory' ? entry.path : splitPath(entry.path).directory;
    if (!(await mayLook(folder, (each) => rules.prepare(each)))) return { entry, atMs, observed: { kind: 'silent' } };
    if (!(await this.#isSpelledSo(entry)))
      return { entry, atMs, observed: { kind: isSilent(entry.path) ? 'silent' : 'other' } };
    const { kind } = rules.verdict(entry.path, observed.kind === 'directory');
    return { entry, atMs, observed: kind === 'skip' ? { kind: 'other' } : observed, verdict: kind };
  }

  /** The others are from a listing. A root is spelled as the user likes. */
  async #isSpelledSo({ path, priority }: QueueEntry): Promise<boolean> {
    const isListed = priority !== PRIORITY.interactive && priority !== PRIORITY.vanished;
    return isListed || this.#isRoot(path) || (await isSpelledSo(path));
  }

  /** Asked again here: the rules may have changed since it was queued. */
  #isNameOnly(path: Buffer): boolean {
    return this.parts.rules.verdict(path, false).kind === 'names';
  }

  /** Whatever changed until now is in the queue, and nothing was missed before. */
  async #isCaughtUp(): Promise<boolean> {
    const { source, freshness } = this.parts;
    return ((await source.caughtUp?.()) ?? false) && freshness.isComplete;
  }

  #isRoot(path: Buffer): boolean {
    return this.parts.roots.some((root) => path.equals(root));
  }

  async #absent({ entry, observed, verdict = 'index' }: LookedAbsent): Promise<WriteOp[]> {
    const { path } = entry;
    const decision = decide(await this.#whyAbsent(path, observed), {}, verdict, this.#versions);
    const isTriedAgain = decision.kind === 'fail' && entry.attempt < MAX_ATTEMPTS;
    return [...toOps(path, decision), isTriedAgain ? retryOp(entry) : { kind: 'finish', path }];
  }

  /** Gone is not deleted: the volume may not be there. */
  async #whyAbsent(path: Buffer, observed: Absent): Promise<Seen> {
    if (observed.kind === 'silent') return observed;
    if (observed.kind === 'unreadable') return { ...observed, isBelowClosed: !this.#isRoot(path) };
    const why = this.#isRoot(path) ? await whyNoFolder(path) : undefined;
    if (why !== undefined) return { kind: 'missing', folder: path, why };
    if (path.length > MAX_PATH_BYTES) return { kind: 'too long' };
    if (observed.kind !== 'gone' || !this.#isKnown(path)) return observed;
    const { roots, index, volumes } = this.parts;
    const folder = await missingVolume(path, roots, { directories: index.documents.directories, volumes });
    return folder ? { kind: 'missing', folder, why: NOT_MOUNTED } : observed;
  }

  #isKnown(path: Uint8Array): boolean {
    return (
      this.parts.index.documents.find(path) !== undefined ||
      this.parts.index.documents.directories.find(path) !== undefined
    );
  }

  async #directories(looked: readonly Looked[]): Promise<QueueEntry[]> {
    const folders: QueueEntry[] = [];
    const settled: WriteOp[] = [];
    for (const { entry, observed } of looked) {
      if (observed.kind !== 'directory') continue;
      const known = this.parts.index.documents.directories.find(entry.path);
      const isFolder = known !== undefined && known.ino === observed.stat.ino;
      const isOpenAsBefore = isFolder && entry.scope === 'path' && (await this.#isAsOpenAsBefore(entry.path));
      const seen: Seen = { ...observed, isOpenAsBefore };
      if (decide(seen, { isFolder }, 'index', this.#versions).kind === 'nothing') {
        settled.push({ kind: 'finish', path: entry.path });
        continue;
      }
      if (!isFolder)
        await this.parts.outlet.write(await findMovedTree(this.parts.index.documents, entry.path, observed.stat));
      folders.push(entry);
    }
    await this.parts.outlet.write(settled);
    return folders;
  }

  /** Permission to look into a folder that is lost or given back changes everything below. */
  async #isAsOpenAsBefore(folder: Buffer): Promise<boolean> {
    return !this.parts.index.hasDenied(folder) && (await isOpenFolder(folder));
  }

  /** Renames and unchanged files are settled here. @returns what has to be read. */
  async #files(looked: readonly LookedFile[]): Promise<LookedFile[]> {
    const ops: WriteOp[] = [];
    const toExtract: LookedFile[] = [];
    for (const each of looked) {
      const known = { ...each, row: this.parts.index.documents.find(each.entry.path) };
      const settled = this.#settle(known);
      if (settled) ops.push(...settled, { kind: 'finish', path: each.entry.path });
      else toExtract.push(known);
    }
    await this.parts.outlet.write(ops);
    return toExtract;
  }

  /**
   * Files of which only a change of attributes is reported are settled without being read. Their stat
   * was taken before all changes until then were known to be in the queue, so that a rewrite it shows waits there.
   * @returns the others.
   */
  async #withoutAttributes(looked: readonly LookedFile[]): Promise<LookedFile[]> {
    if (!looked.some(({ entry }) => entry.isAttributes) || !(await this.#isCaughtUp())) return [...looked];
    const rest: LookedFile[] = [];
    const ops: WriteOp[] = [];
    for (const each of looked) {
      const { path } = each.entry;
      const decision = this.#decideByAttributes(each);
      if (decision.kind !== 'touch' || !(await isOpenFile(path))) rest.push(each);
      else ops.push(...toOps(path, decision), { kind: 'finish', path });
    }
    await this.parts.outlet.write(ops);
    return rest;
  }

  #decideByAttributes({ entry: { path, isAttributes }, observed, verdict = 'index' }: LookedFile): Decision {
    const state = isAttributes ? this.parts.index.documents.findState(path) : undefined;
    return decide({ ...observed, isAttributes: true }, { state }, verdict, this.#versions);
  }

  #settle({ entry, observed, row, verdict = 'index' }: LookedFile): readonly WriteOp[] | undefined {
    const { path } = entry;
    const versions = this.#versions;
    const decision = decide(observed, { row, isTold: true }, verdict, versions);
    if (decision.kind === 'name') return undefined;
    if (decision.kind !== 'read') return toOps(path, decision);
    const from = findOldPlace(entry, observed, { index: this.parts.index, versions });
    return (
      from && [
        // What comes after the rename and is heard of later must not look like the rename itself.
        { kind: 'move', from, to: path, stat: { ...observed.stat, ctimeMs: 0 } },
        ...[from, path].map((each): WriteOp => ({ kind: 'succeeded', path: each })),
      ]
    );
  }

  /** @returns what could not be read for want of permission. */
  async #extract(looked: readonly LookedFile[]): Promise<QueueEntry[]> {
    const denied: QueueEntry[] = [];
    for (const group of groups(looked)) {
      const named = group.filter(({ entry }) => this.#isNameOnly(entry.path));
      const read = group.filter((each) => !named.includes(each));
      const jobs = read.map(({ entry: { path }, row }) => ({ path, known: this.#known(row) }));
      const outcomes = await this.parts.extractors.extract(jobs, group[0]?.entry.priority ?? PRIORITY.bulk);
      this.listener.filesRead(outcomes);
      const ops = read.flatMap((each, at) => this.#toOps(each, outcomes[at] as ExtractOutcome, jobs[at]?.known));
      await this.parts.outlet.write([...named.flatMap((each) => this.#nameOps(each)), ...ops]);
      denied.push(...read.filter((_, index) => isDeniedOutcome(outcomes[index])).map(({ entry }) => entry));
    }
    return denied;
  }

  #nameOps({ entry, observed }: LookedFile): WriteOp[] {
    const { path } = entry;
    return [...putOps(path, observed.stat, nameOnly(path, 'name', this.#versions)), { kind: 'finish', path }];
  }

  #toOps({ entry, atMs, observed }: LookedFile, outcome: ExtractOutcome, known: KnownContent | undefined): WriteOp[] {
    const { path } = entry;
    switch (outcome.kind) {
      case 'silent':
        return [{ kind: 'finish', path }];
      case 'gone':
      case 'special':
        return [...toOps(path, { kind: 'remove', why: 'gone' }), { kind: 'finish', path }];
      case 'extracted':
      case 'grown':
      case 'same': {
        const end: WriteOp = outcome.isChanging ? { ...retryOp(entry), isIndexed: true } : { kind: 'finish', path };
        const stat = certainStat(outcome.stat, atMs);
        const content = contentOp({ path, stat }, outcome, known?.input ?? '');
        const hold = known ? holdOps(path, this.parts.restless.charge(path, outcome)) : [];
        const others = this.#told.isTold(outcome.stat) ? [] : this.#otherNames(path, outcome.stat);
        // Another change may get a time that is as fresh.
        if (others.length > 0 && stat.ctimeMs !== 0) this.#told.note(outcome.stat);
        return [content, { kind: 'succeeded', path }, ...others, ...hold, end];
      }
      case 'failed': {
        const { stat = observed.stat, code, message, isTransient } = outcome;
        const failure: WriteOp = { kind: 'failure', path, code, message };
        // Until it is given up the index keeps what it has, which differs from the file, so that whoever looks reads
        // again.
        if (isTransient && entry.attempt < MAX_ATTEMPTS) return [failure, retryOp(entry)];
        // Found by its name at least; read again when it changes, or when any extractor has got better. What was closed
        // is read again whenever it is looked at: a folder above that is opened does not change the file.
        const isDenied = isDeniedOutcome(outcome);
        const kept = isDenied ? { ...stat, ctimeMs: 0 } : stat;
        const put: WriteOp = {
          kind: 'put',
          path,
          stat: kept,
          extraction: nameOnly(path, 'failed', this.#versions),
        };
        const ops = [put, failure, ...this.#otherNames(path, stat, isDenied)];
        return isDenied ? ops : [...ops, { kind: 'finish', path }];
      }
    }
  }

  /** Of use while the extractor it was read by is the current one. */
  #known(row: DocumentRow | undefined): KnownContent | undefined {
    if (!row || row.input === null || this.#versions[row.extractor] !== row.extractor_version) return undefined;
    const { input, output, size: bytes, extractor } = row;
    const begins = canGrow(bytes) ? this.parts.index.documents.parts.appended.beginsOf(row.id) : [];
    return { input, ...(output !== null && { output }), bytes, extractor, begins };
  }

  /**
   * A file with several names has changed under all of them, and a change source reports one.
   * @param isDenied  the others may be known to be closed, too: two names would send each other here for ever.
   */
  #otherNames(path: Buffer, stat: FileStat, isDenied = false): WriteOp[] {
    return this.parts.index.documents
      .findByInode(stat.dev, stat.ino)
      .filter((row) => row.ctime_ms !== stat.ctimeMs && !(isDenied && row.extractor === 'failed'))
      .map(pathOf)
      .filter((other) => !other.equals(path))
      .map((other) => ({ kind: 'enqueue', hint: { path: other, scope: 'path', priority: PRIORITY.interactive } }));
  }
}

function isDeniedOutcome(outcome: ExtractOutcome | undefined): boolean {
  return outcome?.kind === 'failed' && outcome.code === 'FT_READ_DENIED';
}

function closedOnTheWay(path: Buffer): Observed {
  return { kind: 'unreadable', code: 'FT_READ_DENIED', message: `look at ${displayPath(path)}: permission denied` };
}

/** @param known  the input that the outcome builds on. */
function contentOp(file: { path: Buffer; stat: FileStat }, outcome: ReadOutcome, known: string): WriteOp {
  if (outcome.kind === 'extracted') return { kind: 'put', ...file, extraction: outcome.extraction };
  if (outcome.kind === 'grown') return { kind: 'append', ...file, known, appended: outcome.appended };
  const { input, output } = outcome;
  return { kind: 'keep', ...file, known, content: { ...(input && { input }), ...(output && { output }) } };
}

function holdOps(path: Buffer, forMs: number): WriteOp[] {
  return forMs > 0 ? [{ kind: 'hold', path, forMs }] : [];
}

function isSameLook(one: Observed, other: Observed): boolean {
  return one.kind === 'file' && other.kind === 'file' ? one.stat.ino === other.stat.ino : one.kind === other.kind;
}

/**
 * Kernels before 6.13 stamp a change with the time of the last tick, so what is written right after a read may leave
 * the very stat the reader saw. When the last change is that fresh its time is not kept: whatever is heard of the file,
 * it is read again. A time that is still to come is from before the clock was set back: no change from now on gets it.
 */
function certainStat(stat: FileStat, lookedMs: number): FileStat {
  const nowMs = Date.now();
  const isFresh =
    stat.ctimeMs > Math.min(lookedMs, nowMs) - TICK_MS && stat.ctimeMs < Math.max(lookedMs, nowMs) + TICK_MS;
  return isFresh ? { ...stat, ctimeMs: 0 } : stat;
}

function isFile(looked: Looked): looked is LookedFile {
  return looked.observed.kind === 'file';
}

function isAbsent(looked: Looked): looked is LookedAbsent {
  return looked.observed.kind !== 'file' && looked.observed.kind !== 'directory';
}

/** Asks once for each folder: the files of a batch are mostly neighbours. */
function onceEach<Answer>(ask: (folder: Uint8Array) => Promise<Answer>): (folder: Uint8Array) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (folder) => {
    const key = pathKey(folder);
    const answer = answers.get(key) ?? ask(folder);
    answers.set(key, answer);
    return answer;
  };
}

function* groups(looked: readonly LookedFile[]): Generator<LookedFile[]> {
  let group: LookedFile[] = [];
  let bytes = 0;
  for (const each of looked) {
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

function putOps(path: Buffer, stat: FileStat, extraction: Extraction): WriteOp[] {
  return [
    { kind: 'put', path, stat, extraction },
    { kind: 'succeeded', path },
  ];
}

function retryOp(entry: QueueEntry): Extract<WriteOp, { kind: 'retry' }> {
  return { kind: 'retry', path: entry.path, afterMs: Math.min(FIRST_RETRY_MS * 2 ** entry.attempt, MAX_RETRY_MS) };
}
