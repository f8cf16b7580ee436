/**
 * Works on a batch of due paths: looks at the disk, compares with the index, and writes what the disk says.
 * Called by the work loop; every path of the batch is finished, retried, or handed back as a folder to re-check.
 * An event is only a hint: whatever brought a path here, the disk decides.
 */
import { pathKey, pathText, splitPath } from '../../shared/paths.js';
import { type DocumentRow, type Documents, pathOf } from '../../shared/store/documents.js';
import { type Extraction, type FileStat, PRIORITY, type Priority } from '../../shared/types.js';
import type { ExtractOutcome } from '../extract/messages.js';
import type { QueueEntry } from '../queue/change-queue.js';
import type { WriteOp } from '../writer/index-writer.js';
import { compare, isSameFile, type Versions } from './compare.js';
import { nameOnly } from './name-only.js';
import { isRealFolder, type Observed, observe } from './observe.js';
import { missingVolume, missingVolumeFailure } from './volumes.js';

export type PathVerdict = 'index' | 'names' | 'skip';

export interface PathWorkerDeps {
  readonly roots: readonly Uint8Array[];
  readonly documents: Pick<Documents, 'find' | 'findByInode' | 'directories'>;
  readonly versions: Versions;
  /** May this path be indexed at all? Asked again here: the rules may have changed since it was queued. */
  readonly verdict: (path: Uint8Array, isDirectory: boolean) => PathVerdict;
  readonly extract: (paths: readonly Uint8Array[], priority: Priority) => Promise<ExtractOutcome[]>;
  readonly write: (ops: readonly WriteOp[]) => Promise<void>;
}

interface Looked {
  readonly entry: QueueEntry;
  readonly observed: Observed;
}

/** Text of this many bytes at most is held for one write; a single larger file goes alone. */
const MAX_WRITE_BYTES = 2 << 20;
const MAX_FILES_PER_WRITE = 32;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** What fails for a passing reason is tried this often before it waits for its next change. */
const MAX_ATTEMPTS = 6;

export class PathWorker {
  constructor(private readonly deps: PathWorkerDeps) {}

  /** @returns the entries that are folders whose content has to be compared; they are not finished yet. */
  async run(entries: readonly QueueEntry[]): Promise<QueueEntry[]> {
    const isReal = onceEach(isRealFolder);
    const looked = await Promise.all(entries.map((entry) => this.#look(entry, isReal)));
    const isPresent = ({ observed }: Looked) => observed.kind === 'file' || observed.kind === 'directory';
    const claimed = new Set<number>();
    // What is there comes first: a rename finds its old place in the index before the deletion of that place takes it.
    const folders = await this.#directories(looked.filter(({ observed }) => observed.kind === 'directory'));
    const toExtract = await this.#files(
      looked.filter(({ observed }) => observed.kind === 'file'),
      claimed,
    );
    const absent = looked.filter((each) => !isPresent(each));
    await this.deps.write((await Promise.all(absent.map((each) => this.#remove(each)))).flat());
    await this.#extract(toExtract);
    return folders;
  }

  async #look(entry: QueueEntry, isReal: (folder: Uint8Array) => Promise<boolean>): Promise<Looked> {
    const observed = await observe(entry.path);
    if (observed.kind !== 'file' && observed.kind !== 'directory') return { entry, observed };
    if (!(await isReal(splitPath(entry.path).directory))) return { entry, observed: { kind: 'other' } };
    const verdict = this.deps.verdict(entry.path, observed.kind === 'directory');
    return { entry, observed: verdict === 'skip' ? { kind: 'other' } : observed };
  }

  async #remove(looked: Looked): Promise<WriteOp[]> {
    const { path } = looked.entry;
    if (looked.observed.kind !== 'gone' || !this.#isKnown(path)) return removal(looked);
    const volume = await missingVolume(path, this.deps.roots, this.deps.documents);
    if (!volume) return removal(looked);
    return [missingVolumeFailure(volume), { kind: 'finish', path }];
  }

  #isKnown(path: Uint8Array): boolean {
    return this.deps.documents.find(path) !== undefined || this.deps.documents.directories.find(path) !== undefined;
  }

  async #directories(looked: readonly Looked[]): Promise<QueueEntry[]> {
    const folders: QueueEntry[] = [];
    for (const { entry, observed } of looked) {
      if (observed.kind !== 'directory') continue;
      const known = this.deps.documents.directories.find(entry.path);
      const isKnown = known !== undefined && known.ino === observed.stat.ino;
      if (isKnown && entry.scope === 'path') {
        await this.deps.write([{ kind: 'finish', path: entry.path }]);
        continue;
      }
      if (!isKnown) await this.deps.write(await findMovedTree(this.deps.documents, entry.path, observed.stat));
      folders.push(entry);
    }
    return folders;
  }

  /** Renames and unchanged files are settled here. @returns what has to be read. */
  async #files(looked: readonly Looked[], claimed: Set<number>): Promise<Looked[]> {
    const ops: WriteOp[] = [];
    const toExtract: Looked[] = [];
    for (const each of looked) {
      const settled =
        each.observed.kind === 'file' && (await this.#settle(each.entry.path, each.observed.stat, claimed));
      if (settled) ops.push(...settled, { kind: 'finish', path: each.entry.path });
      else toExtract.push(each);
    }
    await this.deps.write(ops);
    return toExtract;
  }

  async #settle(path: Buffer, stat: FileStat, claimed: Set<number>): Promise<WriteOp[] | undefined> {
    const row = this.deps.documents.find(path);
    const isNameOnly = this.deps.verdict(path, false) === 'names';
    const comparison = row ? compare(row, stat, this.deps.versions, isNameOnly) : 'stale';
    if (comparison === 'same') return [];
    if (comparison === 'moved device') return [{ kind: 'touch', path, stat }];
    const from = await this.#findOldPlace(path, stat, claimed);
    return (
      from && [
        { kind: 'move', from, to: path, stat },
        { kind: 'succeeded', path: from },
      ]
    );
  }

  async #findOldPlace(path: Buffer, stat: FileStat, claimed: Set<number>): Promise<Buffer | undefined> {
    for (const row of this.deps.documents.findByInode(stat.dev, stat.ino)) {
      const from = pathOf(row);
      if (claimed.has(row.id) || from.equals(path) || suffixOf(row.name) !== suffixOf(splitPath(path).name)) continue;
      if (!isMovable(row, stat, this.deps.versions)) continue;
      const old = await observe(from);
      if (old.kind === 'file' && old.stat.ino === stat.ino) continue;
      claimed.add(row.id);
      return from;
    }
    return undefined;
  }

  async #extract(looked: readonly Looked[]): Promise<void> {
    for (const group of groups(looked)) {
      const named = group.filter(({ entry }) => this.deps.verdict(entry.path, false) === 'names');
      const read = group.filter((each) => !named.includes(each));
      const outcomes = await this.deps.extract(
        read.map(({ entry }) => entry.path),
        group[0]?.entry.priority ?? PRIORITY.bulk,
      );
      const ops = read.flatMap(({ entry }, index) => this.#toOps(entry, outcomes[index] as ExtractOutcome));
      await this.deps.write([...named.flatMap((each) => this.#nameOps(each)), ...ops]);
    }
  }

  #nameOps({ entry, observed }: Looked): WriteOp[] {
    const { path } = entry;
    const stat = observed.kind === 'file' ? observed.stat : undefined;
    return [...(stat ? putOps(path, stat, nameOnly(path, 'name', this.deps.versions)) : []), { kind: 'finish', path }];
  }

  #toOps(entry: QueueEntry, outcome: ExtractOutcome): WriteOp[] {
    const { path } = entry;
    switch (outcome.kind) {
      case 'gone':
      case 'special':
        return removalOps(path);
      case 'extracted': {
        const { stat, extraction, isChanging } = outcome;
        return [...putOps(path, stat, extraction), isChanging ? retryOp(entry) : { kind: 'finish', path }];
      }
      case 'failed': {
        const { stat, code, message, isTransient } = outcome;
        const failure: WriteOp = { kind: 'failure', path, code, message };
        // Found by its name at least; read again when it changes, or when any extractor has got better.
        const name: WriteOp[] = stat ? putOps(path, stat, nameOnly(path, 'failed', this.deps.versions)) : [];
        const mayRetry = isTransient && entry.attempt < MAX_ATTEMPTS;
        return [...name, failure, mayRetry ? retryOp(entry) : { kind: 'finish', path }];
      }
    }
  }
}

/** Asks once for each folder: the files of a batch are mostly neighbours. */
function onceEach(ask: (folder: Uint8Array) => Promise<boolean>): (folder: Uint8Array) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>();
  return (folder) => {
    const key = pathKey(folder);
    const answer = answers.get(key) ?? ask(folder);
    answers.set(key, answer);
    return answer;
  };
}

/** Names with another suffix may be read by another extractor, so such a rename is a new file. */
function suffixOf(name: Uint8Array): string {
  const text = pathText(name);
  const dot = text.indexOf('.', 1);
  return dot < 0 ? '' : text.slice(dot).toLowerCase();
}

/** Only what was read well moves along with its file: what failed under its old name is tried again. */
function isMovable(row: DocumentRow, stat: FileStat, versions: Versions): boolean {
  const isContent = row.extractor !== 'name' && row.extractor !== 'failed';
  return isContent && isSameFile(row, stat) && versions[row.extractor] === row.extractor_version;
}

/** A folder the index knows under another path that is gone has been renamed: everything below keeps its content. */
export async function findMovedTree(
  documents: PathWorkerDeps['documents'],
  path: Uint8Array,
  stat: FileStat,
): Promise<WriteOp[]> {
  for (const row of documents.directories.findByInode(stat.dev, stat.ino)) {
    const old = await observe(row.path);
    if (old.kind === 'directory' && old.stat.ino === stat.ino) continue;
    return [{ kind: 'moveTree', from: row.path, to: path, stat }];
  }
  return [];
}

function* groups(looked: readonly Looked[]): Generator<Looked[]> {
  let group: Looked[] = [];
  let bytes = 0;
  for (const each of looked) {
    const size = each.observed.kind === 'file' ? each.observed.stat.size : 0;
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

function removal({ entry, observed }: Looked): WriteOp[] {
  const ops = removalOps(entry.path);
  if (observed.kind !== 'unreadable') return ops;
  return [...ops, { kind: 'failure', path: entry.path, code: observed.code, message: observed.message }];
}

function removalOps(path: Buffer): WriteOp[] {
  return [
    { kind: 'remove', path },
    { kind: 'finish', path },
  ];
}

function putOps(path: Buffer, stat: FileStat, extraction: Extraction): WriteOp[] {
  return [
    { kind: 'put', path, stat, extraction },
    { kind: 'succeeded', path },
  ];
}

function retryOp(entry: QueueEntry): WriteOp {
  return { kind: 'retry', path: entry.path, afterMs: Math.min(FIRST_RETRY_MS * 2 ** entry.attempt, MAX_RETRY_MS) };
}
