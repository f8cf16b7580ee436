/**
 * Compares folders and everything below them with the index, and queues what differs. The first index is the same thing
 * against an empty index. Reads names and lstat only; the queue's jobs read the files.
 *
 * One turn looks at a bounded number of folders. Those that remain become entries of the queue, so that a comparison of
 * any size goes on where it was when the daemon is killed. A folder below that has such an entry is left to it. Each
 * folder is judged by itself: what the index has in it and the listing has not is queued, to be looked at after
 * everything else.
 *
 * Order in each folder: watch, then list, so that nothing slips in between. Symlinks are never followed. What lies on a
 * volume that does not answer is left out: it is compared when it answers again.
 */
import { reasonText } from '../../shared/errors.js';
import { pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { joinPath, MAX_PATH_BYTES, splitPath } from '../../shared/paths.js';
import type { DocumentRow } from '../../shared/store/documents.js';
import { type FileStat, PRIORITY, type Priority } from '../../shared/types.js';
import type { Pace } from '../budget/pace.js';
import { type Entry, type Listing, listFolder } from '../disk/folder-listing.js';
import { VolumeSilent } from '../disk/hanging-volumes.js';
import {
  isDenied,
  isGone,
  isOpenFolder,
  mayLook,
  type Observed,
  observe,
  observeAtOnce,
  wayTo,
} from '../disk/observe.js';
import type { FreshnessKeeper } from '../freshness/keeper.js';
import type { Extractors, IndexView, Outlet, Rules, Volumes } from '../parts.js';
import { type DirectoryRules, ruleFolderIn } from '../rules/ignore.js';
import type { ChangeSource } from '../sources/change-source.js';
import { isOnOtherVolume, NOT_MOUNTED } from '../volumes/volumes.js';
import type { QueueEntry, WriteOp } from '../words.js';
import type { Versions } from './compare.js';
import { type Decision, decide, toOps } from './decide.js';
import { KnownFiles } from './known-files.js';
import type { LateEvents } from './late-events.js';
import { findMovedTree } from './moves.js';
import { withNameOnly } from './name-only.js';
import { type Secrecy, type Wish, wishFor } from './wish.js';

export interface FolderWorkerParts {
  readonly index: IndexView;
  readonly rules: Rules;
  readonly secrecy?: Secrecy | undefined;
  readonly extractors: Pick<Extractors, 'versions'>;
  readonly volumes: Volumes;
  readonly source: Pick<ChangeSource, 'watch'>;
  readonly outlet: Outlet;
  readonly freshness: Pick<FreshnessKeeper, 'compared'>;
  readonly pace: Pick<Pace, 'turn' | 'isStopped'>;
  readonly late: Pick<LateEvents, 'untilFolderTold'>;
  /** Of one turn. A comparison that is interrupted loses no more than this. @default 1024 */
  readonly foldersPerTurn?: number;
}

export interface FolderWorkerListener {
  folderCompared(folder: Uint8Array): void;
  /** That the index has not, or not as they are now. */
  filesFound(count: number, bytes: number): void;
}

interface Visit {
  readonly directory: Buffer;
  readonly rules: DirectoryRules;
}

const DIRECTORIES_AT_ONCE = 4;
/** Of one folder. More would only fill the memory, and make the look at an interactive path wait. */
const FILES_AT_ONCE = 64;
const OPS_PER_WRITE = 500;
const MAX_FOLDERS = 1024;
const MAX_NAME_BYTES = 255;

export class FolderWorker {
  readonly #versions: Versions;

  constructor(
    private readonly parts: FolderWorkerParts,
    private readonly listener: FolderWorkerListener,
  ) {
    this.#versions = withNameOnly(parts.extractors.versions);
  }

  /**
   * Resolves when everything below the folders has been compared, or is queued to be, and what differs is queued (not
   * yet worked on). Then their entries are finished, unless all work was stopped meanwhile.
   */
  async run(entries: readonly QueueEntry[]): Promise<void> {
    const priority = entries[0]?.priority === PRIORITY.bulk ? PRIORITY.bulk : PRIORITY.reconcile;
    const paths = entries.map(({ path }) => path);
    const work = { ...this.parts, versions: this.#versions, listener: this.listener };
    const isDone = await new Reconciliation(paths, priority, work).run();
    if (isDone) await this.parts.outlet.write(paths.map((path) => ({ kind: 'finish', path })));
  }
}

interface Work extends FolderWorkerParts {
  readonly versions: Versions;
  readonly listener: FolderWorkerListener;
}

class Reconciliation {
  /** Where this turn begins; path keys. */
  readonly #starts: ReadonlySet<string>;
  readonly #written: { readonly directory: Buffer; readonly stat: FileStat }[] = [];
  readonly #todo: Visit[] = [];
  readonly #ops: WriteOp[] = [];
  readonly #denied: Buffer[] = [];
  #visits = 0;

  constructor(
    private readonly folders: readonly Buffer[],
    private readonly priority: Priority,
    private readonly work: Work,
  ) {
    this.#starts = new Set(folders.map(pathKey));
  }

  /** @returns false when all work was stopped: the folders are to be compared again. */
  async run(): Promise<boolean> {
    const { rules: allRules, pace } = this.work;
    const { generation } = allRules;
    for (const directory of this.folders) {
      if (!(await mayLook(directory, (folder) => allRules.prepare(folder)))) continue;
      const rules = allRules.rulesFor(directory);
      if (rules) this.#todo.push({ directory, rules });
      else this.#queue(directory, 'path');
    }
    await this.#visitSome();
    if (pace.isStopped) return false;
    await this.#queueRest();
    await this.#lookAgain(generation !== allRules.generation);
    return true;
  }

  /**
   * A folder that went, was replaced or was excluded between its listing and the write: nothing else would tell the
   * index.
   */
  async #lookAgain(haveRulesChanged: boolean): Promise<void> {
    for (const { directory, stat } of this.#written) {
      const now = await observe(directory);
      const isThere = now.kind === 'directory' && (await wayTo(directory)) === 'real';
      if (!isThere || (haveRulesChanged && !this.work.rules.rulesFor(directory))) this.#queue(directory, 'path');
      else if (now.stat.ino !== stat.ino || this.#hasMissedTwin(stat, now.stat)) this.#queue(directory, 'tree');
      const above = splitPath(directory).directory;
      if (this.#isTakenOut(above)) this.#queue(above, 'tree');
      await this.#flush();
    }
    await this.#flush(true);
    await this.#readWhatIsOpen();
  }

  /** As when it was closed to listing meanwhile: what is below can be reached, and must not be found. */
  #isTakenOut(folder: Buffer): boolean {
    const { index, rules } = this.work;
    return !index.documents.directories.find(folder) && rules.rulesFor(folder) !== undefined;
  }

  /**
   * A folder with a second path, as of a bind mount: what changed in it between the listing and the write may have been
   * told under the other path alone, because the index did not know this one yet.
   */
  #hasMissedTwin(listed: FileStat, now: FileStat): boolean {
    if (listed.mtimeMs === now.mtimeMs) return false;
    return this.work.index.documents.directories.pathsByInode(now.ino).length > 1;
  }

  /**
   * What was closed to this user when it was looked at, and open when that had been written: no event is to come any
   * more.
   */
  async #readWhatIsOpen(): Promise<void> {
    for (const path of this.#denied) {
      const now = await observe(path);
      if (now.kind === 'unreadable') continue;
      const isFolder = now.kind === 'directory';
      if (!isFolder || (await isOpenFolder(path))) this.#queue(path, isFolder ? 'tree' : 'path');
      await this.#flush();
    }
    await this.#flush(true);
  }

  /**
   * First where it begins, so that no entry is put off again and again; then depth first, so that the list of folders
   * to visit stays short on wide trees. Ends when all is visited, or enough.
   */
  async #visitSome(): Promise<void> {
    const running = new Set<Promise<void>>();
    while ((this.#hasTurn() || running.size > 0) && !this.work.pace.isStopped) {
      const next = this.#hasTurn() && running.size < DIRECTORIES_AT_ONCE ? this.#next() : undefined;
      if (!next) {
        await Promise.race(running);
        continue;
      }
      this.#visits++;
      await this.work.pace.turn();
      const visit: Promise<void> = this.#visit(next).finally(() => running.delete(visit));
      running.add(visit);
    }
    await Promise.all(running);
  }

  /** What hides its stat is said here: queued, it would lead back to the folder above. */
  async #queueRest(): Promise<void> {
    for (const { directory } of this.#todo) {
      const observed = await observe(directory);
      if (observed.kind === 'unreadable') this.#recordFailure(directory, observed.code, observed.message);
      else this.#queue(directory, 'tree');
      await this.#flush();
    }
    await this.#flush(true);
  }

  #next(): Visit | undefined {
    return this.#visits < this.folders.length ? this.#todo.shift() : this.#todo.pop();
  }

  #hasTurn(): boolean {
    return this.#todo.length > 0 && this.#visits < (this.work.foldersPerTurn ?? MAX_FOLDERS);
  }

  async #visit({ directory, rules }: Visit): Promise<void> {
    if (!(await mayLook(directory))) return;
    await this.work.source.watch(directory);
    const observed = await observe(directory);
    if (observed.kind === 'unreadable') return this.#recordUnseen(directory, observed);
    if (observed.kind === 'silent') return;
    if (observed.kind !== 'directory') return this.#queue(directory, 'path');
    const entries = await this.#list(directory, observed.stat.size);
    if (!entries) return;
    const ruleFolder = ruleFolderIn(directory, entries);
    if (ruleFolder) await this.work.source.watch(ruleFolder);
    const inside = await this.#enter(directory, entries, rules);
    if (inside === 'silent') return;
    if (!inside) return this.#queueExcluded(directory);
    const known = this.work.index.documents.directories.find(directory);
    if (entries.length === 0 && this.#isVolumeGone(directory, observed.stat)) {
      this.#ops.push(...toOps(directory, { kind: 'keep', folder: directory, why: NOT_MOUNTED }));
      return;
    }
    if (!known) await this.work.late.untilFolderTold(directory, observed.stat.ctimeMs);
    if (!known) await this.#adoptMoved(directory, observed.stat);
    this.#written.push({ directory, stat: observed.stat });
    this.#ops.push({ kind: 'directory', path: directory, stat: observed.stat }, tooLongIn(directory, entries));
    const listed = new Set(await this.#compareFiles(directory, entries, inside));
    for (const entry of entries) {
      if (!entry.isDirectory() || isTooLong(directory, entry)) continue;
      if (inside.verdict(entry.name, true).kind === 'skip') continue;
      this.#goInto(joinPath(directory, entry.name), inside);
      listed.add(entry.name.toString('latin1'));
    }
    this.#queueUnlisted(directory, listed);
    this.work.freshness.compared(directory);
    this.work.listener.folderCompared(directory);
    await this.#flush();
  }

  async #enter(
    directory: Buffer,
    entries: Listing,
    rules: DirectoryRules,
  ): Promise<DirectoryRules | undefined | 'silent'> {
    try {
      return await this.work.rules.enter(rules, directory, entries);
    } catch (error) {
      if (error instanceof VolumeSilent) return 'silent';
      throw error;
    }
  }

  /** Of an empty folder. Where nothing was indexed there is nothing to keep. */
  #isVolumeGone(directory: Buffer, stat: FileStat): boolean {
    const { index } = this.work;
    const known = index.documents.directories.find(directory);
    if (!known || !isOnOtherVolume(directory, known, stat, this.work.volumes)) return false;
    for (const _document of index.documents.inDirectory(known.id)) return true;
    for (const _below of index.unlistedBelow(directory, new Set())) return true;
    return false;
  }

  #goInto(directory: Buffer, rules: DirectoryRules): void {
    if (this.#starts.has(pathKey(directory)) || this.work.index.isTreeWaiting(directory)) return;
    this.#todo.push({ directory, rules });
  }

  /** A mark in the folder says to leave it out: it is taken out of the index if it is there. */
  #queueExcluded(directory: Buffer): void {
    this.#ops.push({ kind: 'succeeded', path: directory });
    const isKnown = this.work.index.documents.directories.find(directory) !== undefined;
    for (const _below of isKnown ? [directory] : this.work.index.unlistedBelow(directory, new Set())) {
      return this.#queue(directory, 'path');
    }
  }

  /** Folders and failures that are not there any more, or excluded now, and files that can be looked at again. */
  #queueUnlisted(directory: Buffer, listed: ReadonlySet<string>): void {
    const { index } = this.work;
    for (const path of index.unlistedBelow(directory, listed)) {
      const row = index.documents.find(path);
      if (!row) this.#queueVanished(path);
      else if (row.extractor !== 'failed' && index.inDoubt([path]).has(path)) this.#queue(path, 'path');
    }
  }

  async #list(directory: Buffer, size: number): Promise<Listing | undefined> {
    try {
      return await listFolder(directory, size);
    } catch (error) {
      if (isGone(error)) this.#queue(directory, 'path');
      else if (isDenied(error) && (await this.#isMarked(directory))) this.#queueExcluded(directory);
      else if (!(error instanceof VolumeSilent)) this.#recordUnreadable(directory, error as Error);
      return undefined;
    }
  }

  /** A name can be looked up in a folder that may be entered and not listed. */
  async #isMarked(directory: Buffer): Promise<boolean> {
    const { rules } = this.work;
    return (await mayLook(directory, (each) => rules.prepare(each))) && rules.verdict(directory, true).kind === 'skip';
  }

  #recordUnreadable(directory: Buffer, error: Error): void {
    const message = `list ${displayPath(directory)}: ${reasonText(error)}`;
    this.#recordFailure(directory, isDenied(error) ? 'FT_READ_DENIED' : 'FT_READ_FAILED', message);
  }

  /**
   * A folder whose own stat is hidden: when it is one to begin with, a folder above it is closed, and that is the
   * failure.
   */
  #recordUnseen(directory: Buffer, { code, message }: Extract<Observed, { kind: 'unreadable' }>): void {
    const above = splitPath(directory).directory;
    const isFirst = this.#starts.has(pathKey(directory)) && this.work.rules.rulesFor(above) !== undefined;
    if (code === 'FT_READ_DENIED' && isFirst) this.#queue(above, 'tree');
    else this.#recordFailure(directory, code, message);
  }

  /**
   * What this user may not read any more leaves the index; what fails for another reason stays until it can be
   * compared.
   */
  #recordFailure(path: Buffer, code: 'FT_READ_DENIED' | 'FT_READ_FAILED', message: string): void {
    const decision = decide({ kind: 'unreadable', code, message }, {}, 'index', this.work.versions);
    if (decision.kind === 'close') this.#denied.push(path);
    this.#ops.push(...toOps(path, decision));
  }

  async #adoptMoved(directory: Buffer, stat: FileStat): Promise<void> {
    await this.work.outlet.write(await findMovedTree(this.work.index.documents, directory, stat));
  }

  /** @returns the names (latin1) of files that are there and could not be looked at. */
  async #compareFiles(directory: Buffer, entries: Listing, rules: DirectoryRules): Promise<readonly string[]> {
    const known = new KnownFiles(this.work.index.documents, directory);
    const unseen: string[] = [];
    const compareOne = async ({ name }: Entry) => {
      const verdict = rules.verdict(name, false).kind;
      if (verdict === 'skip') return;
      const path = joinPath(directory, name);
      const isSeen = await this.#compareFile(path, known.take(name), wishFor(verdict, path, this.work.secrecy));
      if (!isSeen) unseen.push(name.toString('latin1'));
    };
    const isComparable = (entry: Entry) => entry.isFile() && !isTooLong(directory, entry);
    for (const files of inGroups(entries, isComparable, FILES_AT_ONCE)) {
      if (this.work.pace.isStopped) return unseen;
      await Promise.all(files.map(compareOne));
      await this.#flush();
    }
    for (const name of known.left()) {
      this.#queueVanished(joinPath(directory, name));
      await this.#flush();
    }
    return unseen;
  }

  /** @returns false when it could not be looked at. */
  async #compareFile(path: Buffer, row: DocumentRow | undefined, wish: Wish): Promise<boolean> {
    const seen = observeAtOnce(path) ?? (await observe(path));
    if (seen.kind === 'unreadable') {
      this.#recordFailure(path, seen.code, seen.message);
      return false;
    }
    if (seen.kind === 'directory') this.#queue(path, 'path');
    else this.#follow(path, seen, decide(seen, { row }, wish, this.work.versions));
    return true;
  }

  /** What is more than a changed stat is done by the queue's jobs. */
  #follow(path: Buffer, seen: Observed, decision: Decision): void {
    const { kind } = decision;
    if (kind === 'touch') this.#ops.push(...toOps(path, decision));
    if (kind === 'read' || kind === 'name' || kind === 'remove') this.#queue(path, 'path');
    if (seen.kind !== 'file') return;
    if (kind === 'read' || kind === 'name') this.work.listener.filesFound(1, kind === 'name' ? 0 : seen.stat.size);
  }

  #queue(path: Buffer, scope: 'path' | 'tree', priority: Priority = this.priority): void {
    this.#ops.push({ kind: 'enqueue', hint: { path, scope, priority } });
  }

  #queueVanished(path: Buffer): void {
    this.#queue(path, 'tree', PRIORITY.vanished);
  }

  async #flush(isLast = false): Promise<void> {
    if (!isLast && this.#ops.length < OPS_PER_WRITE) return;
    await this.work.outlet.write(this.#ops.splice(0));
  }
}

function isTooLong(directory: Buffer, { name }: Entry): boolean {
  return directory.length + 1 + name.length > MAX_PATH_BYTES;
}

/** What is said of a folder after it was listed. */
function tooLongIn(path: Buffer, entries: Listing): WriteOp {
  if (path.length + 1 + MAX_NAME_BYTES <= MAX_PATH_BYTES) return { kind: 'succeeded', path };
  let count = 0;
  for (const entry of entries) if (isTooLong(path, entry)) count++;
  if (count === 0) return { kind: 'succeeded', path };
  const message = `index ${count} entries whose paths are longer than ${MAX_PATH_BYTES} bytes, in ${displayPath(path)}: move them up`;
  return { kind: 'failure', path, code: 'FT_READ_FAILED', message };
}

function* inGroups(entries: Listing, isWanted: (entry: Entry) => boolean, size: number): Generator<Entry[]> {
  let group: Entry[] = [];
  for (const entry of entries) {
    if (!isWanted(entry)) continue;
    group.push(entry);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
