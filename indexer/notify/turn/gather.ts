/**
 * Settled events → what to decide on: each watched name that they have to do with, as it was and as it is. With a
 * folder that is gone goes what was known below it. What is below one that has come is decided with it where names are
 * gone, as each may be a move. Else it is looked through later.
 */
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import type { Witness } from '../../witness/witness.js';
import type { Known } from '../known.js';
import type { Looker } from '../looker.js';
import type { NameState } from '../net-change.js';
import type { NewRules } from '../new-rules.js';
import type { Watched } from '../watched.js';

export interface Gathered {
  readonly names: readonly NameState[];
  /** Could not be looked at now: their volumes do not answer, or a folder on the way is closed. */
  readonly unknown: readonly string[];
  /** Folders that have gone, and those that may have been moved here: what settles below them is decided with them. */
  readonly moved: readonly Buffer[];
  /** Folders that have come: what is in them is not looked at yet. */
  readonly arrived: readonly Buffer[];
  /** There are more names below moved folders than can be decided on together: a comparison finds the others. */
  readonly isTooMuch: boolean;
}

/** What a look at names needs. */
export interface LookParts {
  readonly watched: Watched;
  readonly known: Known;
  readonly looker: Looker;
  readonly newRules: Pick<NewRules, 'isNew'>;
}

const MAX_NAMES = 50_000;

export class Gather {
  readonly #states = new Map<string, NameState>();
  readonly #unknown: string[] = [];
  #isTooMuch = false;

  constructor(private readonly parts: LookParts) {}

  /** @param keys  path keys of all names that the events have, watched or not. */
  async of(keys: Iterable<string>): Promise<Gathered> {
    for (const key of keys) await this.#look(fromPathKey(key));
    const [came, went] = [this.#namesThat(hasCome), this.#namesThat(mayHaveTaken)];
    for (const folder of went) await this.#lookAtKnown(folder);
    // What was below one may be below another now.
    const isMove = [...this.#states.values()].some(({ before, after }) => before && !after);
    for (const folder of isMove ? came : []) await this.#walk(folder);
    return {
      names: [...this.#states.values()],
      unknown: this.#unknown,
      moved: uppermost([...this.#namesThat(hasGone), ...(isMove ? came : [])]),
      arrived: isMove ? [] : came,
      isTooMuch: this.#isTooMuch,
    };
  }

  async #look(path: Buffer, before: Witness | null = this.parts.known.get(path)): Promise<Witness | null> {
    const { watched, looker, newRules } = this.parts;
    const key = pathKey(path);
    const seen = this.#states.get(key);
    if (seen) return seen.after;
    await looker.breathe();
    const looked = await looker.look(path, before);
    if (looked.kind === 'unknown') {
      if (watched.has(path)) this.#unknown.push(key);
      return null;
    }
    const after = looked.kind === 'there' ? looked.witness : null;
    const isFolder = (after ?? before)?.type === 'folder';
    // Of a folder that is not watched itself, or not known, what is below it may be.
    if (before || watched.has(path, after ? isFolder : undefined))
      this.#states.set(key, { path, before, after, isNew: newRules.isNew(path) });
    else if (isFolder || !after) this.#passing.push({ path, before: null, after });
    return after;
  }

  readonly #passing: NameState[] = [];

  #namesThat(test: (state: NameState) => boolean): readonly Buffer[] {
    return [...this.#states.values(), ...this.#passing].filter(test).map(({ path }) => path);
  }

  async #lookAtKnown(folder: Buffer): Promise<void> {
    for (const { path, witness } of this.parts.known.below(folder)) await this.#look(path, witness);
  }

  async #walk(folder: Buffer): Promise<void> {
    const { watched, looker } = this.parts;
    if (!watched.mayContain(folder)) return;
    for (const path of await looker.list(folder)) {
      if (this.#states.size >= MAX_NAMES) {
        this.#isTooMuch = true;
        return;
      }
      const after = await this.#look(path);
      if (after?.type === 'folder') await this.#walk(path);
    }
  }
}

function hasCome({ before, after }: NameState): boolean {
  return after?.type === 'folder' && before?.ino !== after.ino;
}

/** With what was known below it: no folder is there any more, or another one, which may not have been known. */
function mayHaveTaken({ before, after }: NameState): boolean {
  return after?.type !== 'folder' || before?.ino !== after.ino;
}

function hasGone({ before, after }: NameState): boolean {
  return before?.type === 'folder' && before.ino !== after?.ino;
}

function uppermost(folders: readonly Buffer[]): readonly Buffer[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && isWithin(folder, other)));
}
