/**
 * What package managers do, kept apart from what others do: a change is theirs when one of them made it and the file
 * is, byte for byte, what its package brought. While one is at work its changes wait, as its database is written last.
 */
import type { Db } from '../../../shared/store/open.js';
import type { InstalledPackages, PackageOwner } from '../../packages/installed-packages.js';
import type { Clock } from '../../system/clock.js';
import type { ChangedAttribute, Doer, NetChange, NetKind } from '../words.js';
import { isByPackageManager } from './managers.js';
import { PackagedNames } from './packaged-names.js';
import { changeOf, nextBook, type VersionBook } from './version-book.js';

export interface PackageWorkParts {
  readonly db: Db;
  readonly installed: Pick<InstalledPackages, 'judge' | 'isChanging' | 'stamp' | 'versions' | 'lists'>;
  readonly clock: Clock;
  readonly isWatched: (path: Buffer) => boolean;
  /** Small facts in notify.db. */
  readonly notes: { get(key: string): unknown; set(key: string, value: unknown): void };
  /** Of the rules: others watch other names. */
  readonly scope: string;
}

/** How long a change waits for a package manager to end. After that it is told where it is not as packaged yet. */
const HOLD_MS = 300_000;
/** After its last change a package is done. */
const REST_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
const ASK_EVERY_MS = 100;
const QUIET_KINDS: ReadonlySet<NetKind> = new Set(['created', 'modified', 'touched', 'closed', 'deleted']);
/** Databases do not prove these. */
const UNPROVEN: readonly ChangedAttribute[] = ['mode', 'uid', 'gid', 'xattr'];
const SET_ID = 0o6000;
const NO_BOOK: VersionBook = { versions: {}, changes: {} };

export class PackageWork {
  readonly #names: PackagedNames;
  #book: VersionBook | undefined;
  #stamp: string | undefined;
  #heldMs = Number.NEGATIVE_INFINITY;
  #takenMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.NEGATIVE_INFINITY;
  #isAtWork = false;
  /** At first: what is in the history from before has no line yet. */
  #isWaiting = true;
  #refreshing: Promise<void> | undefined;
  #isStopped = false;

  constructor(private readonly parts: PackageWorkParts) {
    this.#names = new PackagedNames(parts.db);
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

  /** Must these events wait, as a package manager made them and is still at work? */
  async isHeld(doers: readonly (Doer | null)[], firstMs: number): Promise<boolean> {
    const { clock } = this.parts;
    if (!isByPackageManager(doers) || Math.abs(clock.wallMs() - firstMs) > HOLD_MS) return false;
    if (!(await this.#isChanging())) return false;
    this.#heldMs = clock.monotonicMs();
    return true;
  }

  /** The package whose upgrade, installation or removal it was. undefined: it is told like any other change. */
  async ownerOf(change: NetChange): Promise<PackageOwner | undefined> {
    const { kind, doers, isWithheld } = change;
    if (isWithheld || !QUIET_KINDS.has(kind) || !isByPackageManager(doers.map(({ doer }) => doer))) return undefined;
    const owner = kind === 'deleted' ? await this.#formerOwner(change) : await this.#provenOwner(change);
    if (owner) {
      this.#takenMs = this.parts.clock.monotonicMs();
      this.#isWaiting = true;
    }
    return owner;
  }

  /**
   * Call it in each turn.
   * @param isPending  are there events of a package manager that are not decided on?
   * @returns whether packages are done: then it is the time for one line of each
   */
  async isAtRest(isPending: () => boolean): Promise<boolean> {
    const { clock } = this.parts;
    const now = clock.monotonicMs();
    if (now - this.#lookedMs < LOOK_EVERY_MS || now - Math.max(this.#heldMs, this.#takenMs) < REST_MS) return false;
    this.#lookedMs = now;
    const stamp = await this.parts.installed.stamp();
    const isNews = stamp !== this.#stamp || this.#isWaiting;
    if (!isNews || isPending() || (await this.#isChanging())) return false;
    if (stamp !== this.#stamp && !this.#refreshing) await this.#keepUp(stamp);
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

  /** Asked for many changes at once. */
  async #isChanging(): Promise<boolean> {
    const now = this.parts.clock.monotonicMs();
    if (now - this.#askedMs > ASK_EVERY_MS) {
      this.#isAtWork = await this.parts.installed.isChanging();
      this.#askedMs = now;
    }
    return this.#isAtWork;
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
    const { installed, isWatched, clock } = this.parts;
    try {
      const lists = await installed.lists();
      await this.#names.refresh(lists, isWatched, { nowMs: clock.wallMs(), isStopped: () => this.#isStopped });
    } catch {
      // Without them a file that an upgrade deletes is told; with the next change they are read again.
      this.#stamp = undefined;
    }
  }
}
