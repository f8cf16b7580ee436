/**
 * Every capture against its ground truth: what happened is known from the processes that did it, so this test would accept
 * captures of other runs. Only the operations that records cannot tell are listed by name, with the reason.
 */
import { describe, expect, it } from 'vitest';
import { realPath } from '../../helpers/audit-aliases.js';
import {
  auditChanges,
  baseName,
  type Capture,
  type Change,
  folderOf,
  loadCaptures,
  type Op,
  opOf,
} from '../../helpers/audit-captures.js';

const KINDS: Readonly<Record<string, readonly string[]>> = {
  create: ['create'],
  modify: ['write'],
  'open-write': ['write'],
  attrib: ['attrib'],
  delete: ['delete'],
  mkdir: ['mkdir'],
  rmdir: ['rmdir'],
  rename: ['rename'],
  exchange: ['exchange'],
  link: ['link'],
  symlink: ['symlink'],
};

const TWO_PLACES = ['rename', 'link', 'exchange'];

/** Operations that audit does not report at all. */
const SILENT: Readonly<Record<string, string>> = {
  utimensat: 'perm=wa does not cover times',
  futimens: 'perm=wa does not cover times',
  utimensat_dirfd: 'perm=wa does not cover times',
  chattr: 'an ioctl',
  write_via_outside_hardlink: 'the name that was opened lies outside the watched tree',
  rename_same_inode: 'nothing was renamed',
  ...each('io_uring leaves no records', 'openat_create openat_existing renameat unlinkat mkdirat', 'uring_'),
  ...each(
    'the mount is younger than the rule',
    'tmpfs_in_tree_create tmpfs_in_tree_append overlay_copyup overlay_create',
  ),
  open_by_handle: 'opened without any name',
};

/** Operations of which the records give no path that can be trusted, but the file and, of a new or gone name, its folder. */
const BY_INODE: Readonly<Record<string, string>> = {
  ...each(
    'relative to a directory descriptor',
    'openat_existing openat_trunc openat_creat openat_creat_sub openat_existing_sub openat_ocreat_existing unlinkat mkdirat ' +
      'symlinkat linkat renameat_two_dirfds fchmodat fchownat openat2_beneath',
  ),
  ...each('a descriptor instead of a name', 'fchmod_rdonly_fd fchown fsetxattr proc_fd_reopen'),
  ...each('the working directory is too long to be recorded', 'deep_create deep_append'),
  ...each('`..` behind what may be a symlink', 'symlink_dotdot abs_unnormal'),
};

function each(why: string, ops: string, prefix = ''): Record<string, string> {
  return Object.fromEntries(ops.split(' ').map((op) => [prefix + op, why]));
}

describe.each(loadCaptures())('$name', (capture: Capture) => {
  const changes = auditChanges(capture.log);
  const ofOp = async (op: Op): Promise<Change[]> =>
    (await changes).filter((change) => opOf(change, capture.ops) === op);

  it('names no wrong path', async () => {
    const all = await changes;
    for (const change of all) {
      const op = opOf(change, capture.ops) as Op;
      for (const path of [change.path, change.to]) {
        if (path === undefined || isTransient(path, all)) continue;
        expect(pathsOf(op), `${op.op}: ${path}`).toContain(realPath(path, capture, op));
      }
    }
  });

  it('gives each folder one inode', async () => {
    const inodes = new Map<string, number>();
    for (const [folder, inode] of (await changes).flatMap(foldersOf)) {
      expect(inodes.get(folder) ?? inode, folder).toBe(inode);
      inodes.set(folder, inode);
    }
  });

  it.each(capture.ops.filter(({ ok, action }) => ok && KINDS[action]))('tells $op', async (op) => {
    const found = await ofOp(op);
    if (SILENT[op.op]) expect(found).toEqual([]);
    else if (BY_INODE[op.op]) expectByInode(found, op);
    else expectExact(found, op, capture);
  });

  it.each(capture.ops.filter(({ ok, action }) => ok && action === 'command'))(
    'explains what $op left behind',
    async (op) => {
      const found = await ofOp(op);
      for (const path of SILENT[op.op] ? [] : pathsOfNet(op)) {
        const isTold = found.some((change) => names(change).some((name) => name === path || name === baseName(path)));
        expect(isTold, `${op.op}: ${path}`).toBe(true);
      }
    },
  );

  it('says nothing of what failed or changed nothing', async () => {
    for (const op of capture.ops.filter(({ ok, action }) => !ok || action === 'none')) {
      for (const { path } of await ofOp(op)) expect(pathsOfNet(op), op.op).toContain(path);
    }
  });
});

function expectExact(found: readonly Change[], op: Op, capture: Capture): void {
  const real = (path: string | undefined): string | undefined => path && realPath(path, capture, op);
  const [path, to] = TWO_PLACES.includes(op.action) ? op.paths : op.paths.slice(0, 1);
  const told = found.find(
    (change) => real(change.path) === path && real(change.to) === to && KINDS[op.action]?.includes(change.kind),
  );
  expect(told, `${op.op}: ${path}`).toMatchObject({ certainty: 'exact' });
  if (op.action !== 'exchange' && op.paths.length === (to ? 2 : 1)) expect(told?.inode).toBe(op.ino);
}

function expectByInode(found: readonly Change[], op: Op): void {
  const change = found.find(({ kind }) => KINDS[op.action]?.includes(kind)) as Change;
  expect(change).toMatchObject({ certainty: 'inode', inode: op.ino ?? expect.any(Number) });
  expect(change.path).toBeUndefined();
  if (change.name !== undefined && op.op !== 'proc_fd_reopen')
    expect(change.name).toBe(baseName(op.paths[0] as string));
  if (change.toName !== undefined) expect(change.toName).toBe(baseName(op.paths[1] as string));
  if (['create', 'delete', 'mkdir', 'symlink'].includes(op.action)) expect(change.parentInode).toBeGreaterThan(0);
  if (op.action === 'rename') expect(change.eitherParent ?? [change.parentInode, change.toParentInode]).toHaveLength(2);
}

function names({ path, to, name, toName }: Change): (string | undefined)[] {
  return [path, to, name, toName];
}

function pathsOfNet({ net }: Op): string[] {
  return [...net.created, ...net.deleted, ...net.replaced, ...net.modified, ...net.attrib];
}

function pathsOf(op: Op): string[] {
  return [...op.paths, ...pathsOfNet(op)];
}

/** Born and gone again within the capture, so that the comparison of the tree before and after cannot show it. */
function isTransient(path: string, changes: readonly Change[]): boolean {
  const born = changes.findIndex((change) => (change.to ?? (change.kind === 'create' && change.path)) === path);
  const inode = changes[born]?.inode;
  const isGone = (change: Change): boolean =>
    ['delete', 'rename'].includes(change.kind) &&
    (change.path === path || (change.name === baseName(path) && change.inode === inode));
  return born >= 0 && changes.findLastIndex(isGone) > born;
}

/** The folders of exact paths with their inodes, but for folders that were moved or removed, whose names are used again. */
function foldersOf({ path, to, parentInode, toParentInode }: Change): [string, number][] {
  const folders: [string, number][] = [];
  if (path && parentInode) folders.push([folderOf(path), parentInode]);
  if (to && toParentInode) folders.push([folderOf(to), toParentInode]);
  return folders;
}
