/**
 * Mount points where the kernel, or a desktop service, shows something that is not files kept by anyone: never worth indexing,
 * and reading may have effects. Network file systems are not among them. Pure: mountinfo comes in as bytes.
 */
import { readFileSync } from 'node:fs';
import { fromPathKey, isWithin } from '../../shared/paths.js';

const PSEUDO_TYPES: ReadonlySet<string> = new Set(
  (
    'binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devpts devtmpfs efivarfs functionfs fusectl hugetlbfs mqueue ' +
    'nfsd nsfs proc pstore resctrl rpc_pipefs securityfs selinuxfs smackfs sysfs tracefs usbfs xenfs ' +
    'fuse.gvfsd-fuse fuse.portal fuse.lxcfs fuse.fuse-cgroups fuse.kio-fuse'
  ).split(' '),
);

/** Mount point (path key) → type, of what is visible there: of two mounts on one point the later one. */
export type Mounts = ReadonlyMap<string, string>;

/**
 * Parses /proc/self/mountinfo:
 *
 *   36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 /dev/root rw  →  '/mnt 2' is 'ext3'
 */
export function parseMountInfo(bytes: Uint8Array): Mounts {
  const mounts = new Map<string, string>();
  for (const line of Buffer.from(bytes).toString('latin1').split('\n')) {
    const [, , , , point, ...rest] = line.split(' ');
    const type = rest[rest.indexOf('-') + 1];
    if (point && type) mounts.set(unescapeOctal(point), unescapeOctal(type));
  }
  return mounts;
}

/** Empty where there is no /proc. */
export function readMounts(): Mounts {
  try {
    return parseMountInfo(readFileSync('/proc/self/mountinfo'));
  } catch {
    return new Map();
  }
}

export function isPseudo(type: string): boolean {
  return PSEUDO_TYPES.has(type);
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

/** The kernel writes blank, tab, line feed and backslash as \ooo. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
