/**
 * Which file a path of a capture leads to, for paths that run through what the scenarios `aliases` and `attributes` set up.
 * Records show the name as the process saw it: they do not tell a symlink or a bind mount from a folder, nor another root
 * (chroot) or another mount namespace from ours. So the path is the right one only in that view; that it cannot be told is
 * why whoever uses it compares the inode.
 */
import type { Capture, Op } from './audit-captures.js';

/** [where it stands, where it leads], W the watched tree and O the folder beside it. */
const LINKS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  aliases: [
    ['W/ldir', 'W/real'],
    ['W/lfile', 'W/real/f'],
    ['O/lout', 'W/real'],
    ['O/mnt', 'W/bm'],
  ],
  attributes: [['W/sl', 'W/a']],
};

/** The same for what a single operation saw. */
const VIEWS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  chroot_abs: [['', 'W/jail']],
  chroot_rel_create: [['', 'W/jail']],
  chroot_cwd_outside: [['', 'W/jail']],
  via_private_mount_ns: [['O/mnt2', 'W/real']],
  lchown_symlink: [['W/sl', 'W/sl']],
};

export function realPath(path: string, { scenario, watch, outside }: Capture, op: Op): string {
  const place = (spec: string): string => spec.replace(/^W/, watch).replace(/^O/, outside);
  for (const [from, to] of VIEWS[op.op] ?? LINKS[scenario] ?? []) {
    const link = place(from);
    if (path === link || path.startsWith(`${link}/`)) return place(to) + path.slice(link.length);
  }
  return path;
}
