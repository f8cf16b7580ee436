/**
 * Tells floods of changes (git clone, npm install, tar x) from work by hand. So a saved file never waits behind a
 * hundred thousand others. Changes below a flooded folder become bulk work. Stands between change source and queue.
 * Pure.
 *
 * A folder is flooded by MANY changes in one period, not counting those of a flood below it. If few of its folders
 * account for most of them, those are flooded instead, and their neighbours stay as they are. A flood ends with a
 * period of FEW.
 *
 * Cost: a look-up for each folder of a path. Memory: the folders of one period's changes; nothing for those of a flood.
 */
import { pathKey } from '../../shared/path-key.js';
import { splitPath } from '../../shared/paths.js';
import { type ChangeHint, PRIORITY } from '../../shared/types.js';

const PERIOD_MS = 2000;
const ENDED_MS = 1000;
const MANY = 200;
const FEW = 50;
/** A folder with this share of a flood's changes accounts for them by itself. */
const HEAVY = 12;
const MOST = 0.8;

class Folder {
  readonly folders = new Map<string, Folder>();
  isFlooded = false;
  /** Changes in it and below in this period; of one that is not flooded those that no flood accounts for. */
  count = 0;
}

export class Floods {
  #top = new Folder();
  #periodEndMs = Number.NEGATIVE_INFINITY;
  #seenMs = Number.NEGATIVE_INFINITY;

  /** Is one going on? */
  isFlooded(nowMs: number): boolean {
    return nowMs - this.#seenMs < ENDED_MS;
  }

  /** @param nowMs  of a clock that never goes back. @returns the same hints in their order, those of floods as bulk. */
  sort(hints: readonly ChangeHint[], nowMs: number): readonly ChangeHint[] {
    return hints.map((hint) => {
      const isOfFlood = hint.priority === PRIORITY.interactive && this.isOfFlood(hint.path, nowMs);
      return isOfFlood ? asBulk(hint) : hint;
    });
  }

  /** To be asked once for each change. @param nowMs  as of `sort`. */
  isOfFlood(path: Uint8Array, nowMs: number): boolean {
    if (nowMs >= this.#periodEndMs) {
      this.#periodEndMs = nowMs + PERIOD_MS;
      if (!isWorthKeeping(this.#top)) this.#top = new Folder();
    }
    const isOfFlood = this.#count(path);
    if (isOfFlood) this.#seenMs = nowMs;
    return isOfFlood;
  }

  /** @returns true when it belongs to a flood. */
  #count(path: Uint8Array): boolean {
    const above = this.#foldersAbove(path);
    const last = above.at(-1) as Folder;
    if (last.isFlooded) {
      last.count++;
      return true;
    }
    for (const folder of above) folder.count++;
    const at = above.findLastIndex(({ count }) => count >= MANY);
    if (at < 0) return false;
    const explained = flood(above[at] as Folder);
    for (const folder of above.slice(0, at)) folder.count -= explained;
    return true;
  }

  /** From the top to the one that holds the path, or to a flooded one on the way. */
  #foldersAbove(path: Uint8Array): Folder[] {
    const above = [this.#top];
    for (const name of pathKey(splitPath(path).directory).split('/')) {
      const last = above.at(-1) as Folder;
      if (last.isFlooded) break;
      if (name !== '') above.push(folderIn(last, name));
    }
    return above;
  }
}

function folderIn(parent: Folder, name: string): Folder {
  const folder = parent.folders.get(name) ?? new Folder();
  parent.folders.set(name, folder);
  return folder;
}

/** The folder, or what in it is to blame. @returns how many of its changes that accounts for. */
function flood(folder: Folder): number {
  const heavy = [...folder.folders.values()].filter(({ isFlooded, count }) => !isFlooded && count >= HEAVY);
  const theirs = heavy.reduce((sum, { count }) => sum + count, 0);
  const isTheirs = theirs >= folder.count * MOST;
  const explained = isTheirs ? theirs : folder.count;
  for (const each of isTheirs ? heavy : [folder]) {
    each.isFlooded = true;
    each.folders.clear();
  }
  if (isTheirs) folder.count -= explained;
  return explained;
}

/** Begins a new period: only floods that go on are remembered. */
function isWorthKeeping(folder: Folder): boolean {
  for (const [name, each] of folder.folders) if (!isWorthKeeping(each)) folder.folders.delete(name);
  folder.isFlooded &&= folder.count >= FEW;
  folder.count = 0;
  return folder.isFlooded || folder.folders.size > 0;
}

function asBulk(hint: ChangeHint): ChangeHint {
  return { ...hint, priority: PRIORITY.bulk, isFresh: true };
}
