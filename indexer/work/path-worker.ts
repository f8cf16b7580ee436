/**
 * Works on a batch of due paths: looks at the disk (look.ts) and compares with the index. It has read what differs
 * (read-files.ts), and writes what the disk says. Called by the work loop; every path of the batch is finished,
 * retried, or handed back as a folder to re-check. An event is only a hint: whatever brought a path here, the disk
 * decides.
 */
import { isOpenFile, isOpenFolder } from '../disk/observe.js';
import type { Extractors, IndexView, Outlet, Rules, Volumes } from '../parts.js';
import type { Restless } from '../queue/restless.js';
import type { ChangeSource } from '../sources/change-source.js';
import type { QueueEntry, WriteOp } from '../words.js';
import { hasAttemptsLeft, retryOp } from './attempts.js';
import type { AttributeWorker } from './attribute-worker.js';
import type { Versions } from './compare.js';
import { decide, type Seen, toOps } from './decide.js';
import type { LateEvents } from './late-events.js';
import { isAbsent, isFile, isSameLook, type Looked, type LookedAbsent, type LookedFile, lookAt } from './look.js';
import { findMovedTree, findOldPlace } from './moves.js';
import { withNameOnly } from './name-only.js';
import { FileReader, type FileReaderListener, type FileToRead } from './read-files.js';
import { whyAbsent } from './why-absent.js';
import type { Secrecy } from './wish.js';

export interface PathWorkerParts {
  readonly roots: readonly Uint8Array[];
  readonly index: IndexView;
  readonly rules: Rules;
  readonly secrecy?: Secrecy | undefined;
  readonly extractors: Pick<Extractors, 'versions' | 'extract'>;
  readonly volumes: Volumes;
  readonly attributes: Pick<AttributeWorker, 'unread'>;
  readonly restless: Pick<Restless, 'charge'>;
  readonly outlet: Outlet;
  readonly late: Pick<LateEvents, 'untilTold'>;
  readonly source: Pick<ChangeSource, 'watch'>;
}

export type PathWorkerListener = FileReaderListener;

export class PathWorker {
  readonly #versions: Versions;
  readonly #reader: FileReader;

  constructor(
    private readonly parts: PathWorkerParts,
    listener: PathWorkerListener,
  ) {
    this.#versions = withNameOnly(parts.extractors.versions);
    this.#reader = new FileReader({ ...parts, versions: this.#versions }, listener);
  }

  /** @returns the entries that are folders whose content has to be compared; they are not finished yet. */
  async run(entries: readonly QueueEntry[]): Promise<QueueEntry[]> {
    const looked = await lookAt(entries, this.parts);
    await this.parts.late.untilTold(looked);
    // What is there comes first: a rename finds its old place in the index before the deletion of that place takes it.
    const folders = await this.#directories(looked);
    const files = await this.#withoutAttributes(looked.filter(isFile));
    const toRead = await this.#files(files);
    const absent = looked.filter(isAbsent);
    await this.parts.outlet.write((await Promise.all(absent.map((each) => this.#absent(each)))).flat());
    const closed = await this.#reader.read(toRead);
    // Whose mark goes is found: by an event from now on, or by the look that follows.
    for (const { entry, isMarked } of absent) if (isMarked) await this.parts.source.watch(entry.path);
    await this.#lookAgain([...files, ...absent]);
    await this.#finishClosed(closed);
    return folders;
  }

  /**
   * Between the look and the write a folder above may have come, gone or been excluded: no event tells of this very
   * path then. What happens from now on finds in the index what was written.
   */
  async #lookAgain(looked: readonly Looked[]): Promise<void> {
    const entries = looked.map(({ entry }) => entry);
    const again = await lookAt(entries, this.parts);
    const changed = again.filter(({ observed }, at) => !isSameLook((looked[at] as Looked).observed, observed));
    const ops = changed.map(({ entry: { path, priority }, observed: { kind } }): WriteOp => {
      return { kind: 'enqueue', hint: { path, scope: kind === 'directory' ? 'tree' : 'path', priority } };
    });
    await this.parts.outlet.write(ops);
  }

  /**
   * A file that was closed to this user when it was read, and is open when that has been written: no event is to come
   * any more. Where a file system says so and refuses all the same, it is given up after some tries.
   */
  async #finishClosed(closed: readonly QueueEntry[]): Promise<void> {
    const ops = closed.map(async (entry): Promise<WriteOp> => {
      const isWorthIt = hasAttemptsLeft(entry) && (await isOpenFile(entry.path));
      return isWorthIt ? retryOp(entry) : { kind: 'finish', path: entry.path };
    });
    await this.parts.outlet.write(await Promise.all(ops));
  }

  async #absent({ entry, observed, wish = 'index' }: LookedAbsent): Promise<WriteOp[]> {
    const { path } = entry;
    const { roots, index, volumes } = this.parts;
    const seen = await whyAbsent(path, observed, { roots, volumes, documents: index.documents });
    const decision = decide(seen, {}, wish, this.#versions);
    const isTriedAgain = decision.kind === 'fail' && hasAttemptsLeft(entry);
    return [...toOps(path, decision), isTriedAgain ? retryOp(entry) : { kind: 'finish', path }];
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
  async #files(looked: readonly LookedFile[]): Promise<FileToRead[]> {
    const ops: WriteOp[] = [];
    const toRead: FileToRead[] = [];
    const { index } = this.parts;
    const paths = looked.map(({ entry }) => entry.path);
    const { rows, inDoubt } = index.atOnce(() => ({
      rows: paths.map((path) => index.documents.find(path)),
      inDoubt: index.inDoubt(paths),
    }));
    for (const [at, each] of looked.entries()) {
      const known = { ...each, row: rows[at] };
      const settled = this.#settle(known, inDoubt.has(each.entry.path));
      if (settled) ops.push(...settled, { kind: 'finish', path: each.entry.path });
      else toRead.push(known);
    }
    await this.parts.outlet.write(ops);
    return toRead;
  }

  /** Files of which the attributes alone have changed are settled without being read. @returns the others. */
  async #withoutAttributes(looked: readonly LookedFile[]): Promise<LookedFile[]> {
    const unread = await this.parts.attributes.unread(looked);
    const ops = [...unread].flatMap(([{ entry }, { stat }]): WriteOp[] => [
      { kind: 'touch', path: entry.path, stat },
      { kind: 'finish', path: entry.path },
    ]);
    await this.parts.outlet.write(ops);
    return looked.filter((each) => !unread.has(each));
  }

  #settle({ entry, observed, row, wish = 'index' }: FileToRead, isInDoubt: boolean): readonly WriteOp[] | undefined {
    const { path } = entry;
    const versions = this.#versions;
    const decision = decide(observed, { row, isTold: true, isInDoubt }, wish, versions);
    if (decision.kind === 'name') return undefined;
    if (decision.kind !== 'read') return toOps(path, decision);
    const from = findOldPlace(entry, observed, { index: this.parts.index, versions, wish });
    return (
      from && [
        // What comes after the rename and is heard of later must not look like the rename itself.
        { kind: 'move', from, to: path, stat: { ...observed.stat, ctimeMs: 0 } },
        ...[from, path].map((each): WriteOp => ({ kind: 'succeeded', path: each })),
      ]
    );
  }
}
