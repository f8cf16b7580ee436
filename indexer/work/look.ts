/**
 * Looks at due paths for the path worker: what is there, whether the way to it is real, and what the rules say of it.
 * What must not be indexed from that path is seen as `other`.
 */
import { pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import { PRIORITY } from '../../shared/types.js';
import { isSilent, mayHang } from '../disk/looks.js';
import { mayLook, type Observed, type ObservedFile, observe, observeAtOnce, type Way, wayTo } from '../disk/observe.js';
import { isSpelledSo } from '../disk/spelling.js';
import type { Rules } from '../parts.js';
import type { QueueEntry } from '../words.js';
import { type Secrecy, type Wish, wishFor } from './wish.js';

export interface LookParts {
  readonly roots: readonly Uint8Array[];
  readonly rules: Pick<Rules, 'prepare' | 'verdict' | 'isExcludedFromAbove'>;
  readonly secrecy?: Secrecy | undefined;
}

export interface Looked {
  readonly entry: QueueEntry;
  /** Milliseconds since 1970, from before the look. */
  readonly atMs: number;
  readonly observed: Observed;
  /** Missing: the rules were not asked, as nothing is there. */
  readonly wish?: Wish;
  /** A folder that is left out for nothing but a mark in it. */
  readonly isMarked?: boolean;
}

export type Absent = Exclude<Observed, { readonly kind: 'file' | 'directory' }>;

export interface LookedAbsent extends Looked {
  readonly observed: Absent;
}

export interface LookedFile extends Looked {
  readonly observed: ObservedFile;
}

export function isFile(looked: Looked): looked is LookedFile {
  return looked.observed.kind === 'file';
}

export function isAbsent(looked: Looked): looked is LookedAbsent {
  return looked.observed.kind !== 'file' && looked.observed.kind !== 'directory';
}

export function isRoot(path: Buffer, roots: readonly Uint8Array[]): boolean {
  return roots.some((root) => path.equals(root));
}

/** Looks at all of them at once. @returns in the order of the entries. */
export function lookAt(entries: readonly QueueEntry[], parts: LookParts): Promise<Looked[]> {
  const ways = new Ways();
  return Promise.all(entries.map((entry) => look(entry, ways, parts)));
}

/** Nothing has come, gone, or been replaced between two looks. */
export function isSameLook(one: Observed, other: Observed): boolean {
  return one.kind === 'file' && other.kind === 'file' ? one.stat.ino === other.stat.ino : one.kind === other.kind;
}

/** A flood is looked at without a promise for each step: awaited is only what another thread has to find out. */
async function look(entry: QueueEntry, ways: Ways, parts: LookParts): Promise<Looked> {
  const { path } = entry;
  const { rules, roots } = parts;
  const atMs = Date.now();
  const observed = observeAtOnce(path) ?? (await observe(path));
  if (observed.kind !== 'file' && observed.kind !== 'directory') return { entry, atMs, observed };
  if (observed.kind === 'file' && isRoot(path, roots)) return { entry, atMs, observed: { kind: 'other' } };
  const { directory } = splitPath(path);
  const leads = ways.known(directory) ?? (await ways.ask(directory));
  if (leads === 'closed') return { entry, atMs, observed: closedOnTheWay(path) };
  if (leads !== 'real') return { entry, atMs, observed: { kind: leads === 'silent' ? 'silent' : 'other' } };
  const folder = observed.kind === 'directory' ? path : directory;
  if (mayHang(folder) && !(await mayLook(folder, (each) => rules.prepare(each))))
    return { entry, atMs, observed: { kind: 'silent' } };
  if (!isListed(entry, roots) && !(await isSpelledSo(path)))
    return { entry, atMs, observed: { kind: isSilent(path) ? 'silent' : 'other' } };
  const { kind } = rules.verdict(path, observed.kind === 'directory');
  const wish = observed.kind === 'file' ? wishFor(kind, path, parts.secrecy) : kind;
  if (kind !== 'skip') return { entry, atMs, observed, wish };
  const isMarked = observed.kind === 'directory' && !rules.isExcludedFromAbove(path, true);
  return { entry, atMs, observed: { kind: 'other' }, wish, isMarked };
}

/** It is spelled as a listing has it. A root is spelled as the user likes. */
function isListed({ path, priority }: QueueEntry, roots: readonly Uint8Array[]): boolean {
  return (priority !== PRIORITY.interactive && priority !== PRIORITY.vanished) || isRoot(path, roots);
}

function closedOnTheWay(path: Buffer): Observed {
  return { kind: 'unreadable', code: 'FT_READ_DENIED', message: `look at ${displayPath(path)}: permission denied` };
}

/** Asks once for each folder: the files of a batch are mostly neighbours. */
class Ways {
  readonly #asked = new Map<string, Promise<Way>>();
  readonly #known = new Map<string, Way>();

  known(folder: Uint8Array): Way | undefined {
    return this.#known.get(pathKey(folder));
  }

  ask(folder: Uint8Array): Promise<Way> {
    const key = pathKey(folder);
    const asked = this.#asked.get(key) ?? this.#askFor(key, folder);
    this.#asked.set(key, asked);
    return asked;
  }

  async #askFor(key: string, folder: Uint8Array): Promise<Way> {
    const way = await wayTo(folder);
    this.#known.set(key, way);
    return way;
  }
}
