/**
 * Renames and exchanges: pairs the name that went (DELETE) with the name that came (CREATE) by the inode they share.
 *   1 pair                → rename; a second DELETE is the file that was overwritten
 *   2 pairs               → exchange
 *   1 pair under one name, and a DELETE without → exchange, of which the second CREATE has overwritten the first
 *   PARENTs only          → nothing happened
 *   names without a pair  → records are missing: something was moved, no more is known
 */
import type { Base } from './calls.js';
import type { EventNames } from './event-names.js';
import { hasPart, lastPart } from './event-paths.js';
import { type FileChange, NOWHERE } from './file-change.js';
import { eitherParent } from './parents.js';
import { fileId, isDirectory, isSameFile, type PathItem } from './path-items.js';

interface Pair {
  readonly gone: PathItem;
  readonly come: PathItem;
}

/**
 * @param at  what the old name is relative to.
 * @param to  what the new name is relative to.
 */
export function toMoves(names: EventNames, at: Base, to: Base): readonly FileChange[] {
  const pairs = pairsOf(names);
  const [first, second] = pairs;
  if (!first) return [];
  if (!second && isExchangeOfOneName(names, first)) return [toExchangeOfOneName(names, first)];
  if (!second) return [toMove(names, 'rename', pairs, { at, to })];
  // Which of the two was the first argument is not told: with a descriptor in play no relative name has a base.
  const base = names.isOfCwd(at) && names.isOfCwd(to) ? 'cwd' : 'unknown';
  return [toMove(names, 'exchange', pairs, { at: base, to: base })];
}

/** What is left to say of a rename whose records are incomplete. */
export function toLostMoves(names: EventNames): readonly FileChange[] {
  return [
    ...names
      .ofType('DELETE')
      .map((item) => names.moved('rename', fileId(item), { from: names.place(item, 'unknown'), to: NOWHERE })),
    ...names
      .ofType('CREATE')
      .map((item) => names.moved('rename', fileId(item), { from: NOWHERE, to: names.place(item, 'unknown') })),
  ];
}

function pairsOf(names: EventNames): readonly Pair[] {
  const gone = names.ofType('DELETE');
  const come = names.ofType('CREATE');
  const pairs = come.flatMap((item): Pair[] => {
    const source = gone.find((other) => isSameFile(other, item));
    return source ? [{ gone: source, come: item }] : [];
  });
  return pairs.length > 0 ? pairs : mergedPair(gone, come);
}

/**
 * A file moved over one of the same name: the kernel, which compares last parts, may keep one DELETE for both, with the
 * name of the file that moved and the inode of the one that was overwritten.
 */
function mergedPair(
  [gone, ...moreGone]: readonly PathItem[],
  [come, ...moreCome]: readonly PathItem[],
): readonly Pair[] {
  if (!gone || !come || moreGone.length + moreCome.length > 0) return [];
  const name = lastPart(come.name);
  return name && lastPart(gone.name)?.equals(name) ? [{ gone, come }] : [];
}

/**
 * `renameat2(a, name, b, name, RENAME_EXCHANGE)` with one and the same pointer: the kernel keeps one record for both
 * names, but for the first DELETE, which is left without.
 */
function isExchangeOfOneName(names: EventNames, { gone, come }: Pair): boolean {
  const name = lastPart(come.name);
  const isSame = name !== null && gone.name !== null && lastPart(gone.name)?.equals(name) === true;
  return isSame && names.ofType('DELETE').some((other) => other.name === null && !isSameFile(other, come));
}

function toExchangeOfOneName(names: EventNames, { come }: Pair): FileChange {
  const place = { ...NOWHERE, name: lastPart(come.name) };
  return names.moved('exchange', fileId(come), { from: place, to: place, either: eitherParent(names.parents) });
}

function toMove(
  names: EventNames,
  kind: 'rename' | 'exchange',
  pairs: readonly Pair[],
  { at, to }: { readonly at: Base; readonly to: Base },
): FileChange {
  const { gone, come } = pairs[0] as Pair;
  const isCwdKept = !pairs.some((pair) => mayMoveCwd(names, pair));
  const from = names.place(gone, isCwdKept ? at : 'unknown');
  const target = names.place(come, isCwdKept ? to : 'unknown');
  const isEither = from.parent === null || target.parent === null;
  return names.moved(kind, fileId(come), {
    from,
    to: target,
    ...(isEither && { either: eitherParent(names.parents) }),
  });
}

/**
 * The working directory is recorded as the call returns. When the call may have moved that directory itself, or one
 * above it, relative names were not relative to what is recorded.
 */
function mayMoveCwd(names: EventNames, { gone, come }: Pair): boolean {
  if (!isDirectory(come) || isInCwd(gone)) return false;
  const name = lastPart(come.name);
  return name === null || names.cwd === null || hasPart(names.cwd, name);
}

/** A name without a slash: what is in the working directory cannot be above it. */
function isInCwd(item: PathItem): boolean {
  return item.name !== null && !item.name.includes(0x2f);
}
