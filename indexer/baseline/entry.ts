/**
 * One line of a baseline: `PATH TYPE MODE UID GID SIZE MTIME CONTENT ATTRIBUTES INODE FLAGS`, separated by blanks. What
 * says nothing of a kind of file, or is not known, is `-`: the size and the time of a folder follow from what is in it.
 * Pure.
 */
import { createHash } from 'node:crypto';
import { FindTextError } from '../../shared/errors.js';
import type { Content, Examined } from '../witness/examine.js';
import { percentDecoded, percentEncoded } from '../witness/percent.js';
import { xattrsText } from '../witness/xattrs.js';

export const COLUMNS = 'path type mode uid gid size mtime-ns content attributes inode flags';
/** What baselines had before, and what is in the place of what they lack. */
const EARLIER = { columns: 'path type mode uid gid size mtime-ns content attributes', rest: ' - -' };

/** In the place of a value that is not known. */
export const UNKNOWN = '-';

/** As a line has it. */
export interface Entry {
  /** f, d, l (symlink), p (FIFO), s (socket), b, c. */
  readonly type: string;
  /** Octal, with setuid, setgid and sticky. */
  readonly mode: string;
  readonly uid: string;
  readonly gid: string;
  readonly size: string;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: string;
  /** SHA-256 of a file; `to:TARGET`, `device:8:1`, `too-large`, `unreadable`, `unlisted`. */
  readonly content: string;
  /** `NAME=SHA-256,…`, in the order of the names. */
  readonly attributes: string;
  readonly inode: string;
  /** `i` (immutable), `a` (append-only), `ia`, `none`. */
  readonly flags: string;
}

const SHA = '[0-9a-f]{64}';
const WORD = '[!-~]+';
const LINE = new RegExp(
  `^(/${WORD}|/) ([fdlpsbc]) ([0-7]{4}) (\\d{1,10}) (\\d{1,10}) (-|\\d{1,20}) (-|-?\\d{1,21}) ` +
    `(-|${SHA}|to:(?:${WORD})?|device:\\d+:\\d+|too-large|unreadable|unlisted) (-|${WORD}=${SHA}(?:,${WORD}=${SHA})*) (-|\\d{1,20}) (-|none|ia?|a)$`,
);

/** A line as two parts: most of them are compared as they are. */
export interface Line {
  /** Percent-encoded. */
  readonly path: string;
  readonly rest: string;
}

export function toLine(path: Buffer, { stats, content, attributes, flags }: Examined, isListed = true): Line {
  const type = typeOf(stats);
  const isTimed = type === 'f' || type === 'l';
  const rest = [
    type,
    (Number(stats.mode) & 0o7777).toString(8).padStart(4, '0'),
    stats.uid,
    stats.gid,
    isTimed ? stats.size : '-',
    isTimed ? stats.mtimeNs : '-',
    isListed ? contentText(content) : 'unlisted',
    xattrsText(attributes),
    stats.ino,
    flagsText(flags),
  ].join(' ');
  return { path: percentEncoded(path), rest };
}

/** @param columns  as the head names them. @returns how lines are read; undefined: nobody knows these columns */
export function lineReader(columns: string): ((text: string) => Line) | undefined {
  if (columns === COLUMNS) return parseLine;
  return columns === EARLIER.columns ? (text) => parseLine(text + EARLIER.rest) : undefined;
}

/** @throws FindTextError FT_STORE_CORRUPT: nothing that this program writes */
function parseLine(text: string): Line {
  const [, path] = LINE.exec(text) ?? [];
  if (path === undefined) throw new FindTextError('FT_STORE_CORRUPT', 'a line of the baseline is not understood');
  return { path, rest: text.slice(path.length + 1) };
}

export function toEntry({ rest }: Line): Entry {
  const [type, mode, uid, gid, size, mtimeNs, content, attributes, inode, flags] = rest.split(' ') as Columns;
  return { type, mode, uid, gid, size, mtimeNs, content, attributes, inode, flags };
}
type Columns = [string, string, string, string, string, string, string, string, string, string];

/** Of a symlink. */
export function targetIn(content: string): Buffer {
  return percentDecoded(content.slice('to:'.length));
}

function typeOf(stats: Examined['stats']): string {
  if (stats.isFile()) return 'f';
  if (stats.isDirectory()) return 'd';
  if (stats.isSymbolicLink()) return 'l';
  if (stats.isFIFO()) return 'p';
  if (stats.isSocket()) return 's';
  return stats.isBlockDevice() ? 'b' : 'c';
}

function flagsText(flags: Examined['flags']): string {
  if (!flags) return UNKNOWN;
  return `${flags.isImmutable ? 'i' : ''}${flags.isAppendOnly ? 'a' : ''}` || 'none';
}

function contentText(content: Content): string {
  switch (content.kind) {
    case 'digest':
      return content.sha256;
    case 'target':
      return `to:${percentEncoded(content.target)}`;
    case 'device':
      return `device:${content.major}:${content.minor}`;
    case 'too large':
      return 'too-large';
    case 'unreadable':
      return 'unreadable';
    case 'none':
      return '-';
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function byCodeUnits(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
