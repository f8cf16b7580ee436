/**
 * Audit events written by hand, in the kernel's form. Names are bytes: quoted, or in hex where the kernel does so.
 *
 *   auditEvent({ call: 'rename', paths: [path('PARENT', 'd/', 7), path('DELETE', 'd/a', 12), path('CREATE', 'b', 12)] })
 */
export interface EventSpec {
  readonly serial?: number;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly node?: string;
  readonly arch?: string;
  /** A name of CALLS or a number. */
  readonly call?: string | number;
  readonly success?: boolean;
  readonly args?: readonly string[];
  readonly cwd?: string | null;
  readonly key?: string;
  readonly paths?: readonly string[];
  readonly items?: number;
  /** Lines between SYSCALL and CWD, without their preamble: 'OPENAT2 oflag=02001 mode=00 resolve=0x8'. */
  readonly more?: readonly string[];
  /** Lines before SYSCALL. */
  readonly first?: readonly string[];
  readonly hasSyscall?: boolean;
  readonly end?: readonly string[];
}

const CALLS: Readonly<Record<string, number>> = {
  open: 2,
  rename: 82,
  mkdir: 83,
  link: 86,
  unlink: 87,
  symlink: 88,
  chmod: 90,
  openat: 257,
  unlinkat: 263,
  renameat: 264,
  linkat: 265,
  symlinkat: 266,
  renameat2: 316,
  openat2: 437,
};

export const AT_FDCWD = 'ffffff9c';
export const FILE = '0100644';
export const FOLDER = '040755';
export const SYMLINK = '0120777';

export function auditEvent(spec: EventSpec): Buffer {
  const { serial = 1, time = 1_700_000_000, node, end = ['PROCTITLE proctitle="x"', 'EOE '] } = spec;
  const stamp = `msg=audit(${time.toFixed(3)}:${serial}):`;
  const lines = [...(spec.first ?? []), ...syscall(spec), ...(spec.more ?? []), ...cwd(spec), ...paths(spec), ...end];
  return Buffer.from(
    lines.map((line) => `${node ? `node=${node} ` : ''}type=${line.replace(' ', ` ${stamp} `)}\n`).join(''),
  );
}

/** @param name  null for `(null)`. @param file  its inode, and its device unless that is the usual one. */
export function path(
  nameType: string,
  name: string | Buffer | null,
  file?: number | { readonly inode: number; readonly dev: string },
  mode?: string,
): string {
  const { inode, dev } = typeof file === 'object' ? file : { inode: file, dev: '08:01' };
  const id =
    inode === undefined ? '' : ` inode=${inode} dev=${dev} mode=${mode ?? modeOf(nameType)} ouid=0 ogid=0 rdev=00:00`;
  return `name=${quoted(name)}${id} nametype=${nameType}`;
}

/** As the kernel's audit_log_untrustedstring writes it. */
export function quoted(name: string | Buffer | null): string {
  if (name === null) return '(null)';
  const bytes = Buffer.from(name);
  const isPlain = bytes.every((byte) => byte >= 0x21 && byte <= 0x7e && byte !== 0x22);
  return isPlain ? `"${bytes.toString('latin1')}"` : bytes.toString('hex').toUpperCase();
}

function modeOf(nameType: string): string {
  return nameType === 'PARENT' ? FOLDER : FILE;
}

function syscall({
  arch = 'c000003e',
  call = 'open',
  success = true,
  args = [],
  key,
  hasSyscall = true,
  ...rest
}: EventSpec): string[] {
  if (!hasSyscall) return [];
  const number = typeof call === 'number' ? call : CALLS[call];
  const registers = [0, 1, 2, 3].map((i) => `a${i}=${args[i] ?? '0'}`).join(' ');
  const outcome = success ? 'success=yes exit=3' : 'success=no exit=-2';
  const items = rest.items ?? rest.paths?.length ?? 0;
  const ids =
    'ppid=10 pid=11 auid=4294967295 uid=1000 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1';
  const rule = key === undefined ? '(null)' : quoted(key);
  return [
    `SYSCALL arch=${arch} syscall=${number} ${outcome} ${registers} items=${items} ${ids} comm="sh" exe="/bin/sh" key=${rule}`,
  ];
}

function cwd({ cwd = '/w' }: EventSpec): string[] {
  return cwd === null ? [] : [`CWD cwd=${quoted(cwd)}`];
}

function paths({ paths = [] }: EventSpec): string[] {
  return paths.map((line, item) => `PATH item=${item} ${line}`);
}
