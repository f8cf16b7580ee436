/** What rules ask of the kernel's audit: whose reads it has to tell, and of which it does not. */
import { lstatSync } from 'node:fs';
import { FindTextError } from '../../../shared/errors.js';
import { isWithin, outermost } from '../../../shared/path-within.js';
import { splitPath } from '../../../shared/paths.js';
import { whyNoRule } from '../../audit/install/rules-text.js';
import type { ReadWatch } from '../../audit/plugin/audit-config.js';
import { NET_KINDS } from '../words.js';
import type { CompiledRule } from './parse-notify.js';

/** What audit can tell of reads. */
const TOLD = ['opened', 'denied'] as const;
type ToldRead = (typeof TOLD)[number];

/** @returns undefined when none asks for reads in the root. @throws FindTextError FT_CONFIG_INVALID */
export function readsOf(rules: readonly CompiledRule[], root: Buffer): ReadWatch | undefined {
  const asking = rules.filter(({ rule }) => TOLD.some((kind) => rule.events.has(kind)));
  const folders = outermost(
    asking.flatMap(({ selection }) => selection.places.flatMap((place) => within(place, root))),
  );
  if (folders.length === 0) return undefined;
  const names = (kind: ToldRead) => asking.some(({ rule }) => rule.events.has(kind));
  return { folders, isOpened: names('opened'), isDenied: names('denied'), exes: exesOf(asking) };
}

/**
 * Reads that a rule names, and of which the audit rules of the root do not tell: they are older than it. Whoever names
 * all events takes what there is.
 */
export function missedReads(
  rules: readonly CompiledRule[],
  root: Buffer,
  told: ReadWatch | null,
): readonly { readonly rule: string; readonly kinds: readonly ToldRead[] }[] {
  return rules.flatMap((each) => {
    const wish = each.rule.events.size < NET_KINDS.length ? readsOf([each], root) : undefined;
    const kinds = TOLD.filter((kind) => wish && each.rule.events.has(kind) && !tells(told, wish, kind));
    return kinds.length > 0 ? [{ rule: each.rule.name, kinds }] : [];
  });
}

function tells(told: ReadWatch | null, wish: ReadWatch, kind: ToldRead): boolean {
  const isCovered = wish.folders.every((folder) => told?.folders.some((each) => isWithin(folder, each)));
  if (!told || !isCovered) return false;
  return kind === 'denied' ? told.isDenied : told.isOpened && told.exes.every((exe) => wish.exes.includes(exe));
}

/** A rule of the kernel needs a folder that is there. */
function within(place: Buffer, root: Buffer): Buffer[] {
  if (isWithin(root, place)) return [root];
  if (!isWithin(place, root)) return [];
  let folder = place;
  while (!folder.equals(root) && !isFolder(folder)) folder = splitPath(folder).directory;
  if (whyNoRule(folder) === undefined) return [folder];
  throw new FindTextError('FT_CONFIG_INVALID', `watch who reads there: ${whyNoRule(folder)}`);
}

function isFolder(path: Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Programs that each rule ignores, whoever runs them. */
function exesOf(rules: readonly CompiledRule[]): string[] {
  const lists = rules.map(({ rule }) =>
    rule.ignore.flatMap((entry) => (Object.keys(entry).join() === 'exe' ? (entry.exe ?? []) : [])),
  );
  const [first = [], ...others] = lists;
  return [...new Set(first)].filter((exe) => !/\s/.test(exe) && others.every((list) => list.includes(exe)));
}
