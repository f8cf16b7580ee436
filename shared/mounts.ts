/**
 * What is mounted where, and which volumes may hang. A network volume whose server has gone, or a FUSE volume whose
 * program stands still, lets every look at it wait, perhaps for ever. Pure but for readMounts.
 */
import { readFileSync } from 'node:fs';
import { fromPathKey } from './path-key.js';
import { isWithin } from './path-within.js';

/** Mount point (path key) → type, of what is visible there: of two mounts on one point the later one. */
export type Mounts = ReadonlyMap<string, string>;

const HANGING_TYPES =
  /^(?:9p|afs|autofs|beegfs|ceph|cifs|coda|fuse(?:\..*)?|gfs2|lustre|ncpfs|nfs4?|ocfs2|orangefs|smb3|smbfs|virtiofs)$/;

/** Mount point (path key) → what is visible there. Another text means another volume, or another part of it. */
export type MountedParts = ReadonlyMap<string, string>;

/**
 * Parses /proc/self/mountinfo:
 *
 *   36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 /dev/root rw  →  '/mnt 2' is 'ext3'
 */
export function parseMountInfo(bytes: Uint8Array): Mounts {
  return perPoint(bytes, ({ type }) => type);
}

/** Parses /proc/self/mountinfo as well: in the line above '/mnt 2' is '36 98:0 /mnt1'. */
export function parseMountedParts(bytes: Uint8Array): MountedParts {
  return perPoint(bytes, ({ part }) => part);
}

/** Empty where there is no /proc. The same object as at a call shortly before when the table is the same. */
export function readMounts(): Mounts {
  return readParsed().mounts;
}

/** Empty where there is no /proc. The same object as at a call shortly before when the table is the same. */
export function readMountedParts(): MountedParts {
  return readParsed().parts;
}

interface Parsed {
  readonly bytes: Buffer;
  readonly mounts: Mounts;
  readonly parts: MountedParts;
}

/** The newest first. What one reader has seen of a mount that has gone by now hides it from no other. */
let recent: readonly Parsed[] = [];
const MOST_RECENT = 4;

/** The daemon asks every two seconds. */
function readParsed(): Parsed {
  const bytes = readMountInfo();
  const parsed = recent.find((each) => each.bytes.equals(bytes)) ?? parse(bytes);
  recent = [parsed, ...recent.filter((each) => each !== parsed)].slice(0, MOST_RECENT);
  return parsed;
}

function parse(bytes: Buffer): Parsed {
  return { bytes, mounts: parseMountInfo(bytes), parts: parseMountedParts(bytes) };
}

function perPoint(
  bytes: Uint8Array,
  value: (mount: { readonly type: string; readonly part: string }) => string,
): ReadonlyMap<string, string> {
  const mounts = new Map<string, string>();
  for (const line of Buffer.from(bytes).toString('latin1').split('\n')) {
    const [id, , device, part, point, ...rest] = line.split(' ');
    const type = rest[rest.indexOf('-') + 1];
    if (point && type)
      mounts.set(unescapeOctal(point), value({ type: unescapeOctal(type), part: `${id} ${device} ${part}` }));
  }
  return mounts;
}

function readMountInfo(): Buffer {
  try {
    return readFileSync('/proc/self/mountinfo');
  } catch {
    return Buffer.alloc(0);
  }
}

/** Mount point and type of the file system that holds the path. */
export function mountOf(
  path: Uint8Array,
  mounts: Mounts,
): { readonly point: string; readonly type: string } | undefined {
  let best: { point: string; type: string } | undefined;
  for (const [point, type] of mounts) {
    if (isWithin(path, fromPathKey(point)) && point.length >= (best?.point.length ?? 0)) best = { point, type };
  }
  return best;
}

/** Mount points behind which a look may hang. Not `/`: this program itself would hang with it. */
export function hangingPoints(mounts: Mounts): Buffer[] {
  return [...mounts].filter(([point, type]) => point !== '/' && HANGING_TYPES.test(type)).map(([p]) => fromPathKey(p));
}

/** The kernel writes blank, tab, line feed and backslash as \ooo. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
