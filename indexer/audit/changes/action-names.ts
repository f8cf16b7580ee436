/**
 * What a change is called in the text log and in `audit events`: the names ausearch and the first auditd_tools use.
 */
import type { Attribute } from './calls.js';
import type { ChangeKind, FileChange } from './file-change.js';

const BY_KIND: Readonly<Record<Exclude<ChangeKind, 'attrib'>, string>> = {
  create: 'opened-file',
  write: 'opened-file',
  delete: 'deleted',
  rmdir: 'deleted',
  rename: 'renamed',
  exchange: 'exchanged',
  mkdir: 'created-directory',
  symlink: 'symlinked',
  link: 'linked',
  open: 'opened-file',
  close: 'closed-file',
  denied: 'opened-file',
};

const BY_ATTRIBUTE: Readonly<Record<Attribute, string>> = {
  mode: 'changed-file-permissions-of',
  owner: 'changed-file-ownership-of',
  xattr: 'changed-file-attributes-of',
  flags: 'changed-file-attributes-of',
  time: 'changed-timestamp-of',
};

export function actionOf({ kind, attribute }: FileChange): string {
  return kind === 'attrib' ? BY_ATTRIBUTE[attribute ?? 'xattr'] : BY_KIND[kind];
}

/** What a call is about, whether it succeeded or not; undefined for calls that are not about files. */
export function actionOfCall(call: string): string | undefined {
  return Object.hasOwn(BY_CALL, call) ? BY_CALL[call] : undefined;
}

const BY_CALL: Readonly<Record<string, string>> = {
  ...each(BY_KIND.write, 'open openat openat2 creat truncate truncate64 ftruncate ftruncate64'),
  ...each(BY_KIND.delete, 'unlink unlinkat rmdir'),
  ...each(BY_KIND.rename, 'rename renameat renameat2'),
  ...each(BY_KIND.mkdir, 'mkdir mkdirat'),
  ...each(BY_KIND.symlink, 'symlink symlinkat'),
  ...each(BY_KIND.link, 'link linkat'),
  ...each('make-device', 'mknod mknodat'),
  ...each('bound-socket', 'bind'),
  ...each('executed', 'execve execveat'),
  ...each(BY_ATTRIBUTE.mode, 'chmod fchmod fchmodat fchmodat2'),
  ...each(BY_ATTRIBUTE.owner, 'chown lchown fchown chown32 lchown32 fchown32 fchownat'),
  ...each(BY_ATTRIBUTE.time, 'utime utimes futimesat utimensat utimensat_time64'),
  ...each(
    BY_ATTRIBUTE.xattr,
    'setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr setxattrat removexattrat file_setattr',
  ),
};

function each(action: string, calls: string): Record<string, string> {
  return Object.fromEntries(calls.split(' ').map((call) => [call, action]));
}
