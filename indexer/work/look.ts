/**
 * Looks at due paths for the path worker: what is there, whether the way to it is real, and what the rules say of it.
 * What must not be indexed from that path is seen as `other`.
 */
import { pathKey } from '../../shared/path-key.js';
import { displayPath } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import { PRIORITY } from '../../shared/types.js';
import { isSilent } from '../disk/looks.js';
import { mayLook, type Observed, type ObservedFile, observe, type Way, wayTo } from '../disk/observe.js';
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
  const way = onceEach(wayTo);
  return Promise.all(entries.map(async (entry) => ({ entry, atMs: Date.now(), ...(await look(entry, way, parts)) })));
}

/** Nothing has come, gone, or been replaced between two looks. */
export function isSameLook(one: Observed, other: Observed): boolean {
  return one.kind === 'file' && other.kind === 'file' ? one.stat.ino === other.stat.ino : one.kind === other.kind;
}

type AskWay = (folder: Uint8Array) => Promise<Way>;

async function look(entry: QueueEntry, way: AskWay, parts: LookParts): Promise<Omit<Looked, 'entry' | 'atMs'>> {
  const { path } = entry;
  const { rules, roots } = parts;
  const observed = await observe(path);
  if (observed.kind !== 'file' && observed.kind !== 'directory') return { observed };
  if (observed.kind === 'file' && isRoot(path, roots)) return { observed: { kind: 'other' } };
  const leads = await way(splitPath(path).directory);
  if (leads === 'closed') return { observed: closedOnTheWay(path) };
  if (leads !== 'real') return { observed: { kind: leads === 'silent' ? 'silent' : 'other' } };
  const folder = observed.kind === 'directory' ? path : splitPath(path).directory;
  if (!(await mayLook(folder, (each) => rules.prepare(each)))) return { observed: { kind: 'silent' } };
  if (!(await hasThatSpelling(entry, roots))) return { observed: { kind: isSilent(path) ? 'silent' : 'other' } };
  const { kind } = rules.verdict(path, observed.kind === 'directory');
  const wish = observed.kind === 'file' ? wishFor(kind, path, parts.secrecy) : kind;
  if (kind !== 'skip') return { observed, wish };
  const isMarked = observed.kind === 'directory' && !rules.isExcludedFromAbove(path, true);
  return { observed: { kind: 'other' }, wish, isMarked };
}

/** The others are from a listing. A root is spelled as the user likes. */
async function hasThatSpelling({ path, priority }: QueueEntry, roots: readonly Uint8Array[]): Promise<boolean> {
  const isListed = priority !== PRIORITY.interactive && priority !== PRIORITY.vanished;
  return isListed || isRoot(path, roots) || (await isSpelledSo(path));
}

function closedOnTheWay(path: Buffer): Observed {
  return { kind: 'unreadable', code: 'FT_READ_DENIED', message: `look at ${displayPath(path)}: permission denied` };
}

/** Asks once for each folder: the files of a batch are mostly neighbours. */
function onceEach<Answer>(ask: (folder: Uint8Array) => Promise<Answer>): (folder: Uint8Array) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (folder) => {
    const key = pathKey(folder);
    const answer = answers.get(key) ?? ask(folder);
    answers.set(key, answer);
    return answer;
  };
}
