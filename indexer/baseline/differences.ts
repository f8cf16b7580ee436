/** What differs between a baseline and what is there now: new, removed and changed files, each attribute in words. Pure. */
import { displayPath } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { type AccountNames, describeAttributes } from '../witness/attributes-text.js';
import { percentDecoded } from '../witness/percent.js';
import type { FileType, Witness } from '../witness/witness.js';
import { xattrWords } from '../witness/xattrs.js';
import { byCodeUnits, type Entry, type Line, targetIn, toEntry, UNKNOWN } from './entry.js';
import type { Survey } from './survey.js';

export interface AttributeChange {
  readonly name: keyof Entry;
  readonly old: string;
  readonly new: string;
}

export interface ChangedFile {
  readonly path: Buffer;
  readonly attributes: readonly AttributeChange[];
  /** One line each. */
  readonly words: readonly string[];
}

export interface NewFile {
  readonly path: Buffer;
  readonly words: readonly string[];
}

export interface Differences {
  readonly added: readonly NewFile[];
  readonly removed: readonly Buffer[];
  readonly changed: readonly ChangedFile[];
}

const NAMES: readonly (keyof Entry)[] = [
  ...(['type', 'mode', 'uid', 'gid', 'size', 'mtimeNs', 'content', 'attributes', 'flags', 'inode'] as const),
];
/** Not known of an earlier baseline, or of some file systems. */
const MAY_BE_UNKNOWN: ReadonlySet<keyof Entry> = new Set(['flags', 'inode']);
const TYPES: Readonly<Record<string, FileType>> = { f: 'file', d: 'folder', l: 'symlink' };
const KINDS: Readonly<Record<string, string>> = {
  f: 'file',
  d: 'folder',
  l: 'symlink',
  p: 'FIFO',
  s: 'socket',
  b: 'block device',
  c: 'character device',
};
const NO_DIGEST = new Set(['unreadable', 'unlisted']);

/** What is not known now is no difference: it is a trouble of the survey. */
export function differences(before: readonly Line[], now: Survey, names: AccountNames): Differences {
  const added: NewFile[] = [];
  const removed: Buffer[] = [];
  const changed: ChangedFile[] = [];
  const isUnseen = (path: Buffer) => now.unseen.some((folder) => isWithin(path, folder));
  for (const [one, other] of pairs(before, now.lines)) {
    const path = percentDecoded((one ?? (other as Line)).path);
    if (!one) added.push({ path, words: newWords(toEntry(other as Line)) });
    else if (other) changed.push(...changedFile(path, [toEntry(one), toEntry(other)], names));
    else if (!isUnseen(path)) removed.push(path);
  }
  return { added, removed, changed };
}

/** Lines of the same path, where they differ. Both are sorted. */
function* pairs(one: readonly Line[], other: readonly Line[]): Generator<[Line | undefined, Line | undefined]> {
  for (let at = 0, to = 0; at < one.length || to < other.length; ) {
    const [left, right] = [one[at], other[to]];
    const order = left && right ? byCodeUnits(left.path, right.path) : left ? -1 : 1;
    if (order <= 0) at++;
    if (order >= 0) to++;
    if (order !== 0) yield order < 0 ? [left, undefined] : [undefined, right];
    else if (left?.rest !== right?.rest) yield [left, right];
  }
}

/** Empty when all that differs is that it cannot be read now, or its inode: a file that was restored is the same one. */
function changedFile(path: Buffer, [before, now]: readonly [Entry, Entry], names: AccountNames): ChangedFile[] {
  const differing = NAMES.filter((name) => isOther(name, before[name], now[name]));
  if (differing.every((name) => name === 'inode')) return [];
  const attributes = differing.map((name) => ({ name, old: before[name], new: now[name] }));
  return [{ path, attributes, words: wordsOf(before, now, { differing, names }) }];
}

function isOther(name: keyof Entry, before: string, now: string): boolean {
  if (before === now || (name === 'content' && NO_DIGEST.has(now))) return false;
  return !(MAY_BE_UNKNOWN.has(name) && (before === UNKNOWN || now === UNKNOWN));
}

interface Differing {
  readonly differing: readonly (keyof Entry)[];
  readonly names: AccountNames;
}

function wordsOf(before: Entry, now: Entry, { differing, names }: Differing): string[] {
  const isOtherType = before.type !== now.type;
  const common = describeAttributes(witnessOf(before), witnessOf(now), names);
  return [
    ...(isOtherType ? [`type ${KINDS[before.type]} → ${KINDS[now.type]}`] : []),
    ...common.filter((line) => !line.startsWith('type ')),
    ...(differing.includes('mtimeNs') && !isOtherType ? [`time ${timeText(before)} → ${timeText(now)}`] : []),
    ...(differing.includes('content') && !isOtherType ? [contentWords(before, now)] : []),
    ...(differing.includes('attributes') ? xattrWords(before.attributes, now.attributes) : []),
    ...(differing.includes('flags') ? flagWords(before, now) : []),
    ...(differing.includes('inode') ? [`inode ${before.inode} → ${now.inode}`] : []),
  ];
}

const FLAGS = [
  ['i', 'immutable'],
  ['a', 'append-only'],
] as const;

/** `no longer immutable` */
function flagWords(before: Entry, now: Entry): string[] {
  const has = ({ flags }: Entry, letter: string) => flags !== 'none' && flags.includes(letter);
  return FLAGS.flatMap(([letter, word]) => {
    if (has(before, letter) === has(now, letter)) return [];
    return [has(now, letter) ? `now ${word}` : `no longer ${word}`];
  });
}

function newWords(entry: Entry): string[] {
  const said = describeAttributes(null, witnessOf(entry));
  return entry.type === 'f' ? said : [KINDS[entry.type] as string, ...said];
}

/** Words for type, mode, owner, group and size are made from these. */
function witnessOf({ type, mode, uid, gid, size }: Entry): Witness {
  const unused = { dev: 0, ino: 0, mtimeMs: 0, ctimeMs: 0, sha256: null, xattrs: null };
  return {
    ...unused,
    type: TYPES[type] ?? 'other',
    mode: Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size === '-' ? 0 : size),
  };
}

const NS_PER_MS = 1_000_000n;
const MAX_MS = 8_640_000_000_000_000n;

/** `2026-11-29T08:00:00.123456789Z` */
function timeText({ mtimeNs }: Entry): string {
  const ns = BigInt(mtimeNs);
  const rest = ((ns % NS_PER_MS) + NS_PER_MS) % NS_PER_MS;
  const ms = (ns - rest) / NS_PER_MS;
  if (ms > MAX_MS || ms < -MAX_MS) return `${mtimeNs} ns`;
  return new Date(Number(ms)).toISOString().replace('Z', `${String(rest).padStart(6, '0')}Z`);
}

function contentWords(before: Entry, now: Entry): string {
  if (now.type === 'l') return `target ${targetText(before)} → ${targetText(now)}`;
  const isSecret = before.mtimeNs === now.mtimeNs && now.type === 'f';
  const text = `content ${shortened(before.content)} → ${shortened(now.content)}`;
  return isSecret ? `${text}, though its time is as before` : text;
}

function targetText({ content }: Entry): string {
  return content.startsWith('to:') ? displayPath(targetIn(content)) : content;
}

/** As much of a digest as a person compares. */
function shortened(content: string): string {
  return /^[0-9a-f]{64}$/.test(content) ? content.slice(0, 12) : content;
}
