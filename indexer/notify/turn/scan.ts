/**
 * Compares everything that is watched with the disk: at the start, after a gap, for a new rule. Finds names that are
 * there and were not known, those that differ, and those that are gone. What is on a volume that is not there is not
 * gone.
 */
import { pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import { splitPath } from '../../../shared/paths.js';
import type { Witness } from '../../witness/witness.js';
import type { NameState } from '../net-change.js';
import type { LookParts } from './gather.js';

export interface ScanParts extends LookParts {
  /** Events of this name settle just now: they will tell. */
  readonly isSettling: (key: string) => boolean;
  /** Folders whose volume is missing, as far as the index knows. */
  readonly missing: readonly Uint8Array[];
  readonly isStopped: () => boolean;
}

export interface ScanOutcome {
  /** Names that were looked at. */
  readonly count: number;
  /** Known names that cannot be reached: their volume is not there. */
  readonly unreachable: readonly Buffer[];
}

/** Between two pieces of work. */
const REST_MS = 20;
const BUNCH = 500;
/** As many may be gone or new for a move to be seen between them. */
const MAX_HELD = 20_000;

export class Scan {
  readonly #foundDevices = new Set<number>();
  readonly #missingRoots: Uint8Array[] = [];
  #held: NameState[] = [];
  #count = 0;

  constructor(
    private readonly parts: ScanParts,
    /** What differs, and what has only to be remembered: `before` and `after` say which. */
    private readonly onFound: (names: readonly NameState[]) => Promise<void>,
  ) {}

  /** @returns undefined when it was stopped */
  async run(): Promise<ScanOutcome | undefined> {
    for (const root of this.parts.watched.roots)
      if ((await this.parts.looker.look(root, null)).kind !== 'there') this.#missingRoots.push(root);
    for (const place of this.parts.watched.places) await this.#visit(place);
    const unreachable = await this.#lookForGone();
    await this.#flush();
    if (this.parts.isStopped()) return undefined;
    return { count: this.#count, unreachable };
  }

  async #visit(path: Buffer): Promise<void> {
    const { watched, known, looker } = this.parts;
    await looker.breathe(REST_MS);
    known.noted?.delete(pathKey(path));
    const before = known.get(path);
    const looked = await looker.look(path, before);
    if (looked.kind !== 'there' || this.parts.isStopped()) return;
    this.#count++;
    const isFolder = looked.witness.type === 'folder';
    if (before) this.#foundDevices.add(before.dev);
    if (watched.has(path, isFolder)) await this.#found(path, before, looked.witness);
    if (!isFolder || !watched.mayContain(path)) return;
    for (const inside of await looker.list(path)) await this.#visit(inside);
  }

  async #found(path: Buffer, before: Witness | null, after: Witness): Promise<void> {
    if (isSame(before, after)) return;
    await this.#hold({ path, before, after, isNew: this.parts.newRules.isNew(path) });
  }

  async #hold(state: NameState): Promise<void> {
    if (this.parts.isSettling(pathKey(state.path))) return;
    this.#held.push(state);
    // What a new rule finds has nothing to be paired with.
    const isFull = this.#held.length >= (state.isNew ? BUNCH : MAX_HELD);
    if (isFull) await this.#flush();
  }

  async #flush(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    if (held.length > 0) await this.onFound(held);
  }

  async #lookForGone(): Promise<readonly Buffer[]> {
    const doubtful: { path: Buffer; witness: Witness }[] = [];
    const unreachable: Buffer[] = [];
    for (const { path, witness } of this.parts.known.all()) {
      await this.parts.looker.breathe(REST_MS);
      if (this.parts.isStopped()) return [];
      if (!this.parts.watched.has(path)) {
        // Its rule is gone.
        await this.#hold({ path, before: witness, after: null, isNew: true });
        continue;
      }
      this.parts.known.noted?.delete(pathKey(path));
      const looked = await this.parts.looker.look(path, witness);
      if (looked.kind === 'there') continue;
      if (looked.kind === 'unknown' || this.#isMissing(path)) unreachable.push(path);
      else if (await this.#isOnItsDevice(path, witness)) await this.#hold({ path, before: witness, after: null });
      else doubtful.push({ path, witness });
    }
    for (const { path, witness } of doubtful) {
      // Another number for the same volume, as after a restart of the machine: something of it is here.
      if (this.#foundDevices.has(witness.dev)) await this.#hold({ path, before: witness, after: null });
      else unreachable.push(path);
    }
    return unreachable;
  }

  #isMissing(path: Buffer): boolean {
    return [...this.#missingRoots, ...this.parts.missing].some((folder) => isWithin(path, folder));
  }

  /** Is the nearest folder that is still there on the volume that it was on? */
  async #isOnItsDevice(path: Buffer, { dev }: Witness): Promise<boolean> {
    for (let folder = splitPath(path).directory; ; folder = splitPath(folder).directory) {
      const looked = await this.parts.looker.look(folder, null);
      if (looked.kind === 'there') return looked.witness.dev === dev;
      if (folder.length <= 1) return true;
    }
  }
}

export function isSame(one: Witness | null, other: Witness | null): boolean {
  if (!one || !other) return one === other;
  return (Object.keys(one) as (keyof Witness)[]).every((key) => one[key] === other[key]);
}
