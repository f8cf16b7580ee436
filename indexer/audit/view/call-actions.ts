/**
 * What a call that changes no name in a tree does, and to what: for normalize.ts, in the words of auparse_normalize(3).
 */

export interface CallAction {
  readonly action: string;
  readonly objectKind: string;
  /** The type of the record that names the object; undefined where none does. */
  readonly record: 'SYSCALL' | 'PATH' | 'SOCKADDR' | 'OBJ_PID' | 'KERN_MODULE' | undefined;
  /** The field of it; of a PATH its name and inode. */
  readonly field: string;
}

const ACTIONS: readonly (readonly [
  action: string,
  objectKind: string,
  record: CallAction['record'],
  field: string,
  calls: string,
])[] = [
  [
    'checked-metadata-of',
    'file',
    'PATH',
    'name',
    'stat stat64 oldstat lstat lstat64 oldlstat fstat fstat64 oldfstat newfstatat fstatat64 statx access faccessat faccessat2',
  ],
  ['checked-filesystem-metadata-of', 'file-system', 'PATH', 'name', 'statfs statfs64 fstatfs fstatfs64'],
  ['mounted', 'file-system', 'PATH', 'name', 'mount move_mount fsmount fspick'],
  ['unmounted', 'file-system', 'PATH', 'name', 'umount umount2'],
  ['connected-to', 'socket', 'SOCKADDR', 'saddr', 'connect'],
  ['accepted-connection-from', 'socket', 'SOCKADDR', 'saddr', 'accept accept4'],
  ['sent-to', 'socket', 'SOCKADDR', 'saddr', 'send sendto sendmsg sendmmsg'],
  ['received-from', 'socket', 'SOCKADDR', 'saddr', 'recv recvfrom recvmsg recvmmsg recvmmsg_time64'],
  ['killed-pid', 'process', 'OBJ_PID', 'opid', 'kill tkill tgkill pidfd_send_signal'],
  [
    'changed-identity-of',
    'process',
    'SYSCALL',
    'exe',
    'setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setuid32 setgid32 setreuid32 setregid32 ' +
      'setresuid32 setresgid32 setfsuid32 setfsgid32',
  ],
  ['adjusted-scheduling-policy-of', 'process', 'SYSCALL', 'exe', 'sched_setparam sched_setscheduler sched_setattr'],
  ['allocated-memory-in', 'memory', 'SYSCALL', 'comm', 'mmap mmap2 brk'],
  ['loaded-kernel-module', 'file', 'KERN_MODULE', 'name', 'init_module finit_module'],
  ['unloaded-kernel-module', 'file', 'KERN_MODULE', 'name', 'delete_module'],
  [
    'changed-system-time',
    'system',
    undefined,
    '',
    'adjtimex clock_adjtime clock_adjtime64 settimeofday stime clock_settime clock_settime64',
  ],
  ['changed-system-name', 'system', undefined, '', 'sethostname setdomainname'],
];

const BY_CALL: ReadonlyMap<string, CallAction> = new Map(
  ACTIONS.flatMap(([action, objectKind, record, field, calls]) =>
    calls.split(' ').map((call): [string, CallAction] => [call, { action, objectKind, record, field }]),
  ),
);

/** @param call  its name; undefined for one of which only the rule that it met is worth telling. */
export function callActionOf(call: string): CallAction | undefined {
  return BY_CALL.get(call);
}
