/**
 * The audit source at work for one inbox. Sees to it that what audit cannot show is found all the same. That is files
 * written after their open, a plugin that has stopped, and by a slow comparison with the disk io_uring, mmap and
 * mounts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { GapReason } from '../../../shared/freshness.js';
import { displayPath } from '../../../shared/path-text.js';
import { isWithin } from '../../../shared/path-within.js';
import { PRIORITY } from '../../../shared/types.js';
import { identifyFolder } from '../../disk/observe.js';
import { Chores } from '../../system/chores.js';
import { SYSTEM_CLOCK } from '../../system/clock.js';
import { COST_MS, ComparisonPlan } from '../../volumes/comparison-plan.js';
import type { ChangeInbox } from '../change-source.js';
import { Ancestors } from './ancestors.js';
import { Arrivals, MOST_MS } from './arrivals.js';
import type { AuditChangeSourceOptions } from './audit-change-source.js';
import { AuditReads } from './audit-reads.js';
import { AuditSource } from './audit-source.js';
import { ChangeResolver } from './change-resolver.js';
import { writtenLater } from './event-of.js';
import { IndexAgainstDisk } from './index-against-disk.js';
import { makeMark } from './mark.js';
import { Marks } from './marks.js';
import { filesBeingWritten, openFilesOf } from './open-files.js';
import { OpenWriters, type Stale } from './open-writers.js';
import { PluginSilence } from './plugin-silence.js';
import { UnknownChanges } from './unknown-changes.js';

const LOOK_AT_WRITERS_MS = 250;
const LOOK_AT_SIGHT_MS = 1_000;
const LATE =
  'audit tells of changes more than ten seconds late: the machine is very busy, or auditd hangs; ' +
  `comparisons wait for it, ${MOST_MS / 1_000} s at the most, and then tell of changes without who made them`;

export class AuditWatch {
  readonly #resolver: ChangeResolver;
  readonly #plan: ComparisonPlan;
  readonly #silence: PluginSilence;
  readonly #writers: OpenWriters;
  readonly #unknown: UnknownChanges;
  readonly #source: AuditSource;
  readonly #arrivals: Arrivals;
  readonly #chores: Chores;
  #isBlind = false;

  constructor(
    private readonly options: AuditChangeSourceOptions,
    private readonly inbox: ChangeInbox,
  ) {
    const costMs = () => options.reader.documentCount * COST_MS.perDocument;
    this.#plan = new ComparisonPlan(performance.now(), options.compareEveryMs, costMs);
    this.#silence = new PluginSilence(options.statusFile);
    const { documents } = options.reader;
    this.#resolver = new ChangeResolver(options.roots, documents);
    this.#writers = new OpenWriters({
      indexed: new IndexAgainstDisk(documents),
      documents,
      openFiles: openFilesOf,
      clock: SYSTEM_CLOCK,
    });
    this.#unknown = new UnknownChanges((roots) =>
      inbox.blind('unknown change', [...new Set(roots.flatMap((root) => this.#below(root)))]),
    );
    this.#source = this.#makeSource();
    this.#arrivals = this.#makeArrivals();
    const chores = [
      { everyMs: LOOK_AT_WRITERS_MS, run: () => this.#writers.size > 0 && this.#lookAtWriters() },
      { everyMs: LOOK_AT_SIGHT_MS, run: () => this.#lookAtRoots() },
    ];
    this.#chores = new Chores(chores, (error) => inbox.fail(error));
  }

  start(): void {
    this.#source.start();
    this.#arrivals.begin();
    this.#orFail(this.#source.lookAtRoots(identifyFolder));
    this.#noteBeingWritten();
    this.#chores.start();
  }

  caughtUp(untilMs: number): Promise<boolean> {
    return this.#arrivals.until(untilMs);
  }

  close(): void {
    this.#arrivals.close();
    this.#chores.close();
    this.#source.close();
  }

  #makeSource(): AuditSource {
    const { logs, reader, reads, wantsAncestry } = this.options;
    return new AuditSource({
      logs,
      meta: reader.meta,
      inbox: this.inbox,
      resolver: this.#resolver,
      writers: this.#writers,
      unknown: this.#unknown,
      plan: this.#plan,
      ...(reads && { reads: new AuditReads(reads) }),
      ...(wantsAncestry && { ancestors: new Ancestors() }),
      onGap: (root, reason, sinceMs) => this.#noteGap(root, reason, sinceMs),
    });
  }

  #makeArrivals(): Arrivals {
    const { logs, roots } = this.options;
    const plugin = this.#silence;
    const folders = [...logs.map(({ root }) => root), ...roots];
    const marks = new Marks({ make: () => void makeMark(folders), plugin, clock: SYSTEM_CLOCK });
    return new Arrivals({ source: this.#source, plugin, marks, clock: SYSTEM_CLOCK, pause });
  }

  #noteGap(root: Uint8Array, reason: string, sinceMs: number | undefined): void {
    this.#resolver.forget();
    this.#lookAtSight();
    const why = `changes may have been missed (${reason}): comparing with the disk`;
    const gap: GapReason = reason === 'rule-removed' ? 'rule removed' : 'audit gap';
    this.inbox.lost(this.#below(root), gap, why, sinceMs);
    this.#noteBeingWritten();
  }

  async #lookAtWriters(): Promise<void> {
    const found = await this.#writers.look();
    if (found.length > 0) await this.#tellWritten(found);
  }

  #tellWritten(found: readonly Stale[]): Promise<void> {
    const hints = found.map(({ path }) => ({ path, scope: 'path', priority: PRIORITY.interactive }) as const);
    // Where the index has not taken in what was told last, nothing says that more has happened since.
    const isNews = (path: Buffer) => !this.options.reader.isExplained(path);
    const events = found.flatMap(({ path, opening }) =>
      opening && isNews(path) ? writtenLater(opening, path, Date.now()) : [],
    );
    return this.inbox.commit({ hints, events });
  }

  /** What was opened while nobody looked: nothing else tells of what is written to it. */
  #noteBeingWritten(): void {
    const noting = filesBeingWritten(this.options.roots).then((files) => {
      for (const { path, pid, inode } of files) this.#writers.note(path, pid, { inode });
    });
    this.#orFail(noting);
  }

  async #lookAtRoots(): Promise<void> {
    await this.#source.lookAtRoots(identifyFolder);
    this.#lookAtSight();
  }

  #lookAtSight(): void {
    const why = this.#whyBlind();
    this.inbox.trouble(
      'audit',
      why && `${why}: changes are found by comparing with the disk once a minute; see \`find-textd audit status\``,
    );
    this.inbox.trouble('late audit', why === undefined && this.#arrivals.isLate ? LATE : undefined);
    this.#tellBlind(why !== undefined);
    if (!this.#plan.isDue(performance.now(), why !== undefined)) return;
    const trees = this.options.roots.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk }) as const);
    this.#orFail(this.#unknown.find(() => this.inbox.commit({ hints: trees })));
  }

  /** What changed while nothing was seen is found by one comparison more. */
  #tellBlind(isBlind: boolean): void {
    if (isBlind === this.#isBlind) return;
    this.#isBlind = isBlind;
    const { roots } = this.options;
    if (!isBlind) this.inbox.lost(roots, 'audit gap', 'audit shows changes again: comparing with the disk');
    this.inbox.blind('audit blind', isBlind ? roots : []);
  }

  #whyBlind(): string | undefined {
    if (this.#silence.isSilent(performance.now())) return 'the audit plugin is silent';
    const [blind] = this.#source.blind();
    return blind && `${displayPath(blind.root)} is not watched by audit, ${blind.why}`;
  }

  /** What of our roots is below the folder that has the rule, or the other way round. */
  #below(watched: Uint8Array): Uint8Array[] {
    return this.options.roots.filter((root) => isWithin(root, watched) || isWithin(watched, root));
  }

  #orFail(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.inbox.fail(error));
  }
}
