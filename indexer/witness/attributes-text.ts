/** What has changed of a file's attributes, in words: `mode 644 → 4755, now setuid`. Pure. */
import type { FileType, Witness } from './witness.js';
import { hasCapabilities, xattrWords } from './xattrs.js';

/** Names of accounts; undefined where nobody is called so. */
export interface AccountNames {
  readonly user: (uid: number) => string | undefined;
  readonly group: (gid: number) => string | undefined;
}

const NAMELESS: AccountNames = { user: () => undefined, group: () => undefined };
const TYPES: Readonly<Record<FileType, string>> = {
  file: 'file',
  folder: 'folder',
  symlink: 'symlink',
  other: 'special file',
};
/** What a bit of the mode means to whoever reads an alert. */
const BITS: readonly (readonly [bit: number, name: string])[] = [
  [0o4000, 'setuid'],
  [0o2000, 'setgid'],
  [0o1000, 'sticky'],
  [0o0002, 'writable by everybody'],
  [0o0004, 'readable by everybody'],
  [0o0111, 'executable'],
];
const SAID_ALONE = new Set(['setuid', 'setgid', 'writable by everybody']);

/**
 * One line each, in a fixed order: type, mode, owner, group, size,
 * extended attributes. What was not known before is not mentioned. Of a new
 * file: what deserves attention.
 */
export function describeAttributes(
  before: Witness | null,
  after: Witness | null,
  names: AccountNames = NAMELESS,
): string[] {
  if (after === null) return [];
  if (before === null) return newFile(after);
  return [
    ...(before.type === after.type ? [] : [`type ${TYPES[before.type]} → ${TYPES[after.type]}`]),
    ...(before.mode === after.mode ? [] : [modeText(before.mode, after.mode)]),
    ...(before.uid === after.uid
      ? []
      : [`owner ${account(before.uid, names.user)} → ${account(after.uid, names.user)}`]),
    ...(before.gid === after.gid
      ? []
      : [`group ${account(before.gid, names.group)} → ${account(after.gid, names.group)}`]),
    ...(before.size === after.size || after.type === 'folder' ? [] : [sizeText(before.size, after.size)]),
    ...(before.xattrs === null || after.xattrs === null ? [] : xattrWords(before.xattrs, after.xattrs)),
  ];
}

function newFile({ type, mode, xattrs }: Witness): string[] {
  const bits = type === 'symlink' ? [] : bitNames(mode).filter((name) => SAID_ALONE.has(name));
  return [
    ...(bits.length === 0 ? [] : [`mode ${octal(mode)}, ${bits.join(', ')}`]),
    ...(xattrs !== null && hasCapabilities(xattrs) ? ['has capabilities'] : []),
  ];
}

function modeText(before: number, after: number): string {
  const [was, is] = [bitNames(before), bitNames(after)];
  const now = is.filter((name) => !was.includes(name));
  const gone = was.filter((name) => !is.includes(name));
  const parts = [
    ...(now.length > 0 ? [`now ${now.join(', ')}`] : []),
    ...(gone.length > 0 ? [`no longer ${gone.join(', ')}`] : []),
  ];
  return [`mode ${octal(before)} → ${octal(after)}`, ...parts].join(', ');
}

function bitNames(mode: number): string[] {
  return BITS.filter(([bit]) => (mode & bit) !== 0).map(([, name]) => name);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0');
}

function account(id: number, name: (id: number) => string | undefined): string {
  return name(id) ?? String(id);
}

function sizeText(before: number, after: number): string {
  const difference = after - before;
  return `size ${before} → ${after} bytes (${difference > 0 ? '+' : '−'}${Math.abs(difference)})`;
}
