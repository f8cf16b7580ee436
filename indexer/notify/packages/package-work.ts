/**
 * What package managers do, kept apart from what others do. A change is theirs when one of them made it and the file
 * is, byte for byte, what its package brought. While one is at work that cannot be said, as its database is written
 * last.
 */
import type { Db } from '../../../shared/store/open.js';
import type { InstalledPackages, PackageOwner } from '../../packages/installed-packages.js';
import type { Clock } from '../../system/clock.js';
import type { CaughtUp } from '../caught-up.js';
import type { Watched } from '../watched.js';
import type { ChangedAttribute, NetChange, NetKind } from '../words.js';
import { isByPackageManager } from './managers.js';
import { PackagedNames } from './packaged-names.js';
import { changeOf, nextBook, type VersionBook } from './version-book.js';

export interface PackageWorkParts {
  readonly db: Db;
  readonly installed: Pick<InstalledPackages, 'judge' | 'isChanging' | 'stamp' | 'versions' | 'lists'>;
  readonly clock: Clock;
  readonly watched: Pick<Watched, 'has'>;
  /** Small facts in notify.db. */
  readonly notes: { get(key: string): unknown; set(key: string, value: unknown): void };
  /** Of the rules: others watch other names. */
  readonly scope: string;
  /** Missing: no event is on its way for long. */
  readonly arriving?: Pick<CaughtUp, 'ask'>;
}

/** After its last change a package is done. */
const REST_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
/** While nothing of theirs has changed for a while: each look is a dozen of files of four databases. */
const IDLE_EVERY_MS = 15_000;
const IDLE_AFTER_MS = 60_000;
/** A lock is not believed for longer than this after the last change: pacman leaves its own behind when it is killed. */
const LOCKED_MS = 300_000;
const QUIET_KINDS: ReadonlySet<NetKind> = new Set(['created', 'modified', 'touched', 'closed', 'deleted']);
/** Databases do not prove these. */
const UNPROVEN: readonly ChangedAttribute[] = ['mode', 'uid', 'gid', 'xattr'];
const SET_ID = 0o6000;
const NO_BOOK: VersionBook = { versions: {}, changes: {} };

export class PackageWork {
  readonly #names: PackagedNames;
  #book: VersionBook | undefined;
  #stamp: string | undefined;
  /** When there was something of theirs to decide on. */
  #workMs = Number.NEGATIVE_INFINITY;
  readonly #startedMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Of the databases, when nobody was seen at work last. */
  #mark = '';
  #asked: { readonly workMs: number; isAnswered: boolean } | undefined;
  /** At first: what is in the history from before has no line yet. */
  #isWaiting = true;
  #refreshing: Promise<void> | undefined;
  #isStopped = false;

  constructor(private readonly parts: PackageWorkParts) {
    this.#names = new PackagedNames(parts.db);
    this.#startedMs = parts.clock.monotonicMs();
    const { notes, scope } = parts;
    this.#book = notes.get('packages') as VersionBook | undefined;
    if (notes.get('packageScope') === scope) return;
    const begin = () => {
      this.#names.startAnew();
      notes.set('packageScope', scope);
    };
    parts.db.transaction(begin).immediate();
  }

  get book(): VersionBook {
    return this.#book ?? NO_BOOK;
  }

  /** Do the databases not say yet what is on the disk? To be asked before it is looked at. */
  async isAtWork(): Promise<boolean> {
    const { clock, installed } = this.parts;
    this.#workMs = clock.monotonicMs();
    this.#mark = await installed.stamp();
    return this.#refreshing !== undefined || (await installed.isChanging());
  }

  /** Since `isAtWork`: what was judged meanwhile may be of two versions. */
  async hasMovedOn(): Promise<boolean> {
    const { installed } = this.parts;
    return (await installed.isChanging()) || (await installed.stamp()) !== this.#mark;
  }

  /** A package manager has done it, so that it may have an owner. */
  mayOwn({ kind, doers, isWithheld }: NetChange): boolean {
    return !isWithheld && QUIET_KINDS.has(kind) && isByPackageManager(doers.map(({ doer }) => doer));
  }

  /** The package whose upgrade, installation or removal it was. undefined: it is told like any other change. */
  async ownerOf(change: NetChange): Promise<PackageOwner | undefined> {
    if (!this.mayOwn(change)) return undefined;
    const owner = change.kind === 'deleted' ? await this.#formerOwner(change) : await this.#provenOwner(change);
    if (owner) this.#isWaiting = true;
    return owner;
  }

  /**
   * Call it in each turn.
   * @param isPending  are there events of a package manager that are not decided on?
   * @returns whether packages are done: then it is the time for one line of each
   */
  async isAtRest(isPending: () => boolean): Promise<boolean> {
    const { clock, installed } = this.parts;
    const now = clock.monotonicMs();
    if (now - this.#lookedMs < this.#everyMs(now) || now - this.#workMs < REST_MS) return false;
    this.#lookedMs = now;
    const stamp = await installed.stamp();
    if (stamp === this.#stamp && !this.#isWaiting) return false;
    const isLocked = await this.#isLocked(now);
    // What was there before is noted at once: an upgrade may come before anything else.
    if (this.#stamp === undefined && !(isLocked && this.#book)) await this.#keepUp(stamp);
    if (this.#refreshing || isLocked || !this.#isCaughtUp() || isPending()) return false;
    if (stamp !== this.#stamp) await this.#keepUp(stamp);
    this.#isWaiting = false;
    return true;
  }

  /** All lists are read. */
  async settled(): Promise<void> {
    await this.#refreshing;
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    await this.#refreshing;
  }

  #everyMs(nowMs: number): number {
    const isIdle = !this.#isWaiting && this.#stamp !== undefined && nowMs - this.#workMs >= IDLE_AFTER_MS;
    return isIdle ? IDLE_EVERY_MS : LOOK_EVERY_MS;
  }

  async #isLocked(nowMs: number): Promise<boolean> {
    const isBelieved = nowMs - Math.max(this.#workMs, this.#startedMs) < LOCKED_MS;
    return isBelieved && (await this.parts.installed.isChanging());
  }

  /** Events of what was at work may be on their way: they are waited for once. */
  #isCaughtUp(): boolean {
    const { arriving } = this.parts;
    if (!arriving) return true;
    if (this.#asked?.workMs !== this.#workMs) {
      const asked = { workMs: this.#workMs, isAnswered: false };
      this.#asked = asked;
      void arriving.ask().then(() => {
        asked.isAnswered = true;
      });
    }
    return this.#asked.isAnswered;
  }

  async #provenOwner({ path, after, changed }: NetChange): Promise<PackageOwner | undefined> {
    const isProvable = after && (after.mode & SET_ID) === 0 && !changed.some((each) => UNPROVEN.includes(each));
    const verdict = isProvable ? await this.parts.installed.judge(path, after.sha256) : undefined;
    return verdict?.kind === 'as-packaged' ? verdict.owner : undefined;
  }

  /** It was the package's, and is in no package now. */
  async #formerOwner({ path, firstMs }: NetChange): Promise<PackageOwner | undefined> {
    const former = this.#names.ownerOf(path);
    if (!former || (await this.parts.installed.judge(path)).kind !== 'not-packaged') return undefined;
    const { before, after } = changeOf(this.book, former.name, firstMs);
    return { ...former, version: after ?? before ?? '' };
  }

  async #keepUp(stamp: string): Promise<void> {
    const { installed, clock, notes, db } = this.parts;
    this.#stamp = stamp;
    const book = nextBook(this.#book, await installed.versions(), clock.wallMs());
    this.#book = book;
    db.transaction(() => notes.set('packages', book)).immediate();
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
  }

  /** Beside the turns: at first there are many lists to read. */
  async #refresh(): Promise<void> {
    const { installed, watched, clock } = this.parts;
    const isWatched = (path: Buffer) => watched.has(path);
    try {
      const lists = await installed.lists();
      await this.#names.refresh(lists, isWatched, { nowMs: clock.wallMs(), isStopped: () => this.#isStopped });
    } catch {
      // Without them a file that an upgrade deletes is told; with the next change they are read again.
      this.#stamp = undefined;
    }
  }
}
