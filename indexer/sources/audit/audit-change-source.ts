/**
 * The audit change log as a ChangeSource: no watch per folder, ready at once on a tree of any size. Sees to it that
 * what audit cannot show is found all the same: files written after their open, a plugin that has stopped, and by a
 * slow comparison with the disk io_uring, mmap and mounts.
 */
import { displayPath } from '../../../shared/path-text.js';
import { isWithin } from '../../../shared/path-within.js';
import { PRIORITY } from '../../../shared/types.js';
import { identifyFolder, observe } from '../../disk/observe.js';
import type { IndexReader } from '../../index-reader.js';
import { Chores } from '../../system/chores.js';
import { COST_MS, ComparisonPlan } from '../../volumes/comparison-plan.js';
import type { ChangeInbox, ChangeSource, ReadWishes } from '../change-source.js';
import { Ancestors } from './ancestors.js';
import { AuditReads } from './audit-reads.js';
import { AuditSource, type ChangeLog, type LogPlace } from './audit-source.js';
import { entriesWithInode } from './entries-with-inode.js';
import { writtenLater } from './event-of.js';
import { filesBeingWritten, openFilesOf } from './open-files.js';
import { OpenWriters } from './open-writers.js';
import { PluginSilence } from './plugin-silence.js';
import { RealFolders } from './real-folders.js';
import { type ResolveDeps, resolveChange } from './resolve.js';
import { UnknownChanges } from './unknown-changes.js';

export interface AuditChangeSourceOptions {
  readonly roots: readonly Uint8Array[];
  readonly logs: readonly ChangeLog[];
  readonly statusFile: string;
  readonly reader: IndexReader;
  /** Where the place in a log is kept, by its root. */
  readonly placeKey: (root: Uint8Array) => string;
  /** How often everything is compared with the disk, to catch what audit does not report. */
  readonly compareEveryMs: number;
  /** Asked now and then: do rules want to know what is above a process? Missing: they do not. */
  readonly wantsAncestry?: () => boolean;
  /** Missing: no rule asks for reads. */
  readonly reads?: ReadWishes | undefined;
}

const LOOK_AT_WRITERS_MS = 250;
const LOOK_AT_SIGHT_MS = 1_000;

export class AuditChangeSource implements ChangeSource {
  readonly kind = 'audit';
  readonly unwatchedFolders = 0;
  #chores: Chores | undefined;
  readonly #realFolders = new RealFolders();
  readonly #plan: ComparisonPlan;
  readonly #silence: PluginSilence;
  readonly #ancestors = new Ancestors();
  #source: AuditSource | undefined;
  #isBlind = false;

  constructor(private readonly options: AuditChangeSourceOptions) {
    const costMs = () => options.reader.documentCount * COST_MS.perDocument;
    this.#plan = new ComparisonPlan(performance.now(), options.compareEveryMs, costMs);
    this.#silence = new PluginSilence(options.statusFile);
  }

  start(inbox: ChangeInbox): void {
    const writers = this.#openWriters(inbox);
    const unknown = new UnknownChanges((roots) =>
      inbox.blind('unknown change', [...new Set(roots.flatMap((root) => this.#below(root)))]),
    );
    this.#source = new AuditSource({
      logs: this.options.logs,
      resolve: (change, root) => resolveChange(change, root, this.#resolveDeps()),
      commit: (root, found, place) =>
        inbox.commit({ ...found, ...(place && { place: { key: this.options.placeKey(root), value: place } }) }),
      placeOf: (root) => this.options.reader.meta.get(this.options.placeKey(root)) as LogPlace | undefined,
      onWriting: (paths, change) => {
        const { who, file } = change;
        for (const path of paths) writers.note(path, who.pid, { inode: file?.inode, opening: change });
      },
      onGap: (root, reason, sinceMs) => {
        this.#lookAtSight(inbox, unknown);
        const why = `changes may have been missed (${reason}): comparing with the disk`;
        inbox.lost(this.#below(root), 'audit gap', why, sinceMs);
        this.#noteBeingWritten(writers, inbox);
      },
      onUnknown: (root, isLacking) => {
        this.#plan.suspect();
        if (isLacking) unknown.lose(root);
      },
      onLacking: (root, isLacking) => (isLacking ? unknown.retry(root) : unknown.retried(root)),
      onError: (error) => inbox.fail(error),
      ...(this.options.reads && { reads: new AuditReads(this.options.reads) }),
      ancestryOf: ({ who, timestampMs }) =>
        this.options.wantsAncestry?.() ? this.#ancestors.of(who, timestampMs) : undefined,
    });
    this.#source.start();
    this.#source.lookAtRoots(identifyFolder).catch((error: unknown) => inbox.fail(error));
    this.#noteBeingWritten(writers, inbox);
    const lookAtSight = async () => {
      await this.#source?.lookAtRoots(identifyFolder);
      this.#lookAtSight(inbox, unknown);
    };
    this.#chores = new Chores(
      [
        { everyMs: LOOK_AT_WRITERS_MS, run: () => writers.size > 0 && writers.look() },
        { everyMs: LOOK_AT_SIGHT_MS, run: lookAtSight },
      ],
      (error) => inbox.fail(error),
    );
    this.#chores.start();
  }

  watch(): void {}

  close(): void {
    this.#chores?.close();
    this.#source?.close();
  }

  #openWriters(inbox: ChangeInbox): OpenWriters {
    return new OpenWriters({
      isStale: (path) => this.#isStale(path),
      namesOf: (inode) => this.options.reader.documents.pathsByInode(inode),
      onStale: (found) => {
        const hints = found.map(({ path }) => ({ path, scope: 'path', priority: PRIORITY.interactive }) as const);
        const events = found.flatMap(({ path, opening }) => (opening ? writtenLater(opening, path, Date.now()) : []));
        inbox.commit({ hints, events }).catch((error: unknown) => inbox.fail(error));
      },
      openFiles: openFilesOf,
      now: () => performance.now(),
    });
  }

  /** What was opened while nobody looked: nothing else tells of what is written to it. */
  #noteBeingWritten(writers: OpenWriters, inbox: ChangeInbox): void {
    filesBeingWritten(this.options.roots)
      .then((files) => {
        for (const { path, pid, inode } of files) writers.note(path, pid, { inode });
      })
      .catch((error: unknown) => inbox.fail(error));
  }

  async #isStale(path: Buffer): Promise<boolean> {
    const row = this.options.reader.documents.find(path);
    const observed = await observe(path);
    if (observed.kind === 'silent') return false;
    if (observed.kind !== 'file') return row !== undefined;
    const { stat } = observed;
    return !row || row.size !== stat.size || row.mtime_ms !== stat.mtimeMs || row.ino !== stat.ino;
  }

  #lookAtSight(inbox: ChangeInbox, unknown: UnknownChanges): void {
    const why = this.#whyBlind();
    inbox.trouble(
      'audit',
      why && `${why}: changes are found by comparing with the disk once a minute; see \`find-textd audit status\``,
    );
    this.#tellBlind(inbox, why !== undefined);
    if (!this.#plan.isDue(performance.now(), why !== undefined)) return;
    const trees = this.options.roots.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk }) as const);
    unknown.find(() => inbox.commit({ hints: trees })).catch((error: unknown) => inbox.fail(error));
  }

  /** What changed while nothing was seen is found by one comparison more. */
  #tellBlind(inbox: ChangeInbox, isBlind: boolean): void {
    if (isBlind === this.#isBlind) return;
    this.#isBlind = isBlind;
    const { roots } = this.options;
    if (!isBlind) inbox.lost(roots, 'audit gap', 'audit shows changes again: comparing with the disk');
    inbox.blind('audit blind', isBlind ? roots : []);
  }

  #whyBlind(): string | undefined {
    if (this.#silence.isSilent(performance.now())) return 'the audit plugin is silent';
    const [blind] = this.#source?.blind() ?? [];
    return blind && `${displayPath(blind.root)} is not watched by audit, ${blind.why}`;
  }

  /** What of our roots is below the folder that has the rule, or the other way round. */
  #below(watched: Uint8Array): Uint8Array[] {
    return this.options.roots.filter((root) => isWithin(root, watched) || isWithin(watched, root));
  }

  #resolveDeps(): ResolveDeps {
    const { documents } = this.options.reader;
    return {
      roots: this.options.roots,
      foldersByInode: (inode) => documents.directories.pathsByInode(inode),
      filesByInode: (inode) => documents.pathsByInode(inode),
      realFolder: (folder) => this.#realFolders.of(folder, performance.now()),
      hasInode: async (path, inode) => {
        const observed = await observe(path);
        return observed.kind === 'directory' && observed.stat.ino === inode;
      },
      entriesWithInode,
    };
  }
}
