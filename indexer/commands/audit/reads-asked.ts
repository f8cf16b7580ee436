/**
 * What of a watched folder its owner wants to know the readers of: the rules in his own configuration. Read by root,
 * so nothing but his own file counts, and it says nothing about what is not in his folder.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { FindTextError } from '../../../shared/errors.js';
import { locate } from '../../../shared/locations.js';
import { pathKey } from '../../../shared/path-key.js';
import { isWithin, outermost } from '../../../shared/path-within.js';
import { splitPath } from '../../../shared/paths.js';
import type { ReadsOf } from '../../audit/install/install.js';
import { whyNoRule } from '../../audit/install/rules-text.js';
import type { ReadWatch } from '../../audit/plugin/audit-config.js';
import { type CompiledRule, parseNotify } from '../../notify/rules/parse-notify.js';
import { PLACES } from '../../rules/rules.js';

/** What audit can tell of reads. */
const TOLD = ['opened', 'denied'] as const;
const MAX_BYTES = 1 << 20;
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** @returns undefined when no rule of the owner's asks for reads there. @throws FindTextError FT_CONFIG_INVALID */
export const readsAsked: ReadsOf = ({ path, owner }, home, ownFile) => {
  const file = ownFile ?? (home && locate({ HOME: home }).configFile);
  const text = file && readOf(file, owner.uid);
  if (!file || !text?.includes('notify')) return undefined;
  const places = home ? { ...PLACES, home: pathKey(Buffer.from(home)) } : PLACES;
  const { compiled } = parseNotify(text, file, { roots: [path], places });
  return toWatch(
    compiled.filter(({ rule }) => TOLD.some((kind) => rule.events.has(kind))),
    path,
  );
};

/** What somebody else has put there is not his wish. */
function readOf(file: string, uid: number): string | undefined {
  let fd: number;
  try {
    fd = openSync(file, READING);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(fd);
    const isHis = stat.isFile() && stat.uid === uid && (stat.mode & 0o002) === 0 && stat.size <= MAX_BYTES;
    return isHis ? readFileSync(fd, 'utf8') : undefined;
  } finally {
    closeSync(fd);
  }
}

function toWatch(rules: readonly CompiledRule[], root: Buffer): ReadWatch | undefined {
  const folders = outermost(rules.flatMap(({ selection }) => selection.places.flatMap((place) => within(place, root))));
  if (folders.length === 0) return undefined;
  const names = (kind: (typeof TOLD)[number]) => rules.some(({ rule }) => rule.events.has(kind));
  return { folders, isOpened: names('opened'), isDenied: names('denied'), exes: exesOf(rules) };
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
