/**
 * Which system calls a process may still make that reads hostile files. An extractor: all but those by which it would
 * reach anything outside itself. A command of the user: all but those by which it would reach other machines, change
 * what is not its own or leave its process group. Pure: the program for the kernel's filter, in struct sock_filter. Used
 * by confine.ts.
 */

/** How the kernel numbers calls on a machine. */
export interface Machine {
  /** linux/audit.h */
  readonly arch: number;
  readonly seccomp: number;
  readonly clone: number;
  readonly tgkill: number;
  readonly prlimit: number;
  /** To an extractor. */
  readonly denied: readonly number[];
  /** To a command. */
  readonly deniedToCommands: readonly number[];
  /** Of a command they do nothing, and succeed: most programs that unpack or copy would give up otherwise. */
  readonly withoutEffect: readonly number[];
}

/** Of x86-64, and of ARM64 where it has the call. */
type Numbers = readonly [x64: number, arm64?: number];

/** Opening, making and changing files. */
const FILES: readonly Numbers[] = [
  [2], // open
  [257, 56], // openat
  [437, 437], // openat2
  [85], // creat
  [304, 265], // open_by_handle_at
  [303, 264], // name_to_handle_at
  [428, 428], // open_tree
  [87], // unlink
  [263, 35], // unlinkat
  [84], // rmdir
  [83], // mkdir
  [258, 34], // mkdirat
  [133], // mknod
  [259, 33], // mknodat
  [82], // rename
  [264, 38], // renameat
  [316, 276], // renameat2
  [86], // link
  [265, 37], // linkat
  [88], // symlink
  [266, 36], // symlinkat
  [76, 45], // truncate
];
/** What Landlock does not look at. */
const ATTRIBUTES: readonly Numbers[] = [
  [90], // chmod
  [91, 52], // fchmod
  [268, 53], // fchmodat
  [452, 452], // fchmodat2
  [92], // chown
  [93, 55], // fchown
  [260, 54], // fchownat
  [94], // lchown
  [132], // utime
  [235], // utimes
  [280, 88], // utimensat
  [261], // futimesat
  [188, 5], // setxattr
  [189, 6], // lsetxattr
  [190, 7], // fsetxattr
  [197, 14], // removexattr
  [198, 15], // lremovexattr
  [199, 16], // fremovexattr
];
/** Looking into folders. */
const LOOKING: readonly Numbers[] = [
  [89], // readlink
  [267, 78], // readlinkat
  [78], // getdents
  [217, 61], // getdents64
  [80, 49], // chdir
  [81, 50], // fchdir
  [194, 11], // listxattr
  [195, 12], // llistxattr
  [191, 8], // getxattr
  [192, 9], // lgetxattr
  [253], // inotify_init
  [294, 26], // inotify_init1
  [300, 262], // fanotify_init
];
/** Other machines, and programs that listen on this one. */
const NETWORK: readonly Numbers[] = [
  [41, 198], // socket
  [42, 203], // connect
  [49, 200], // bind
  [50, 201], // listen
  [43, 202], // accept
  [288, 242], // accept4
];
/** Other processes, by what is open between them. */
const MESSAGES: readonly Numbers[] = [
  [53, 199], // socketpair
  [44, 206], // sendto
  [46, 211], // sendmsg
  [307, 269], // sendmmsg
];
/** Memory and queues that stay when their process has ended. */
const LASTING: readonly Numbers[] = [
  [29, 194], // shmget
  [30, 196], // shmat
  [31, 195], // shmctl
  [68, 186], // msgget
  [69, 189], // msgsnd
  [70, 188], // msgrcv
  [71, 187], // msgctl
  [64, 190], // semget
  [65, 193], // semop
  [66, 191], // semctl
  [240, 180], // mq_open
  [241, 181], // mq_unlink
];
/** Programs and signals. */
const PROGRAMS: readonly Numbers[] = [
  [57], // fork
  [58], // vfork
  [59, 221], // execve
  [322, 281], // execveat
  [62, 129], // kill
  [200, 130], // tkill
  [129, 138], // rt_sigqueueinfo
  [297, 240], // rt_tgsigqueueinfo
  [434, 434], // pidfd_open
  [424, 424], // pidfd_send_signal
  [312, 272], // kcmp
  [319, 279], // memfd_create
];
/** The memory and the descriptors of other processes. */
const OTHERS_MEMORY: readonly Numbers[] = [
  [101, 117], // ptrace
  [310, 270], // process_vm_readv
  [311, 271], // process_vm_writev
  [440, 440], // process_madvise
  [438, 438], // pidfd_getfd
];
/** Ways round a filter. */
const WAYS_ROUND: readonly Numbers[] = [
  [425, 425], // io_uring_setup
  [426, 426], // io_uring_enter
  [427, 427], // io_uring_register
  [321, 280], // bpf
  [298, 241], // perf_event_open
  [323, 282], // userfaultfd
  [250, 219], // keyctl
  [248, 217], // add_key
  [249, 218], // request_key
  [447, 447], // memfd_secret
  [317, 277], // seccomp
  [135, 92], // personality
];
/** The machine. */
const MACHINE: readonly Numbers[] = [
  [430, 430], // fsopen
  [433, 433], // fspick
  [429, 429], // move_mount
  [165, 40], // mount
  [442, 442], // mount_setattr
  [166, 39], // umount2
  [155, 41], // pivot_root
  [161, 51], // chroot
  [272, 97], // unshare
  [308, 268], // setns
  [167, 224], // swapon
  [168, 225], // swapoff
  [179, 60], // quotactl
  [163, 89], // acct
  [175, 105], // init_module
  [313, 273], // finit_module
  [176, 106], // delete_module
  [246, 104], // kexec_load
  [320, 294], // kexec_file_load
  [169, 142], // reboot
  [164, 170], // settimeofday
  [227, 112], // clock_settime
  [159, 171], // adjtimex
  [305, 266], // clock_adjtime
  [170, 161], // sethostname
  [171, 162], // setdomainname
  [103, 116], // syslog
];
/** As whom a process works. */
const RIGHTS: readonly Numbers[] = [
  [105, 146], // setuid
  [106, 144], // setgid
  [113, 145], // setreuid
  [114, 143], // setregid
  [117, 147], // setresuid
  [119, 149], // setresgid
  [116, 159], // setgroups
  [126, 91], // capset
];
/** When a process gets its turn: also that of another one of the user. */
const TURNS: readonly Numbers[] = [
  [141, 140], // setpriority
  [251, 30], // ioprio_set
  [144, 119], // sched_setscheduler
  [142, 118], // sched_setparam
  [314, 274], // sched_setattr
];
/** A group of its own, which would outlive the end of the command's. */
const GROUPS: readonly Numbers[] = [
  [109, 154], // setpgid
  [112, 157], // setsid
];

const TO_EXTRACTORS = [
  ...FILES,
  ...ATTRIBUTES,
  ...LOOKING,
  ...NETWORK,
  ...MESSAGES,
  ...LASTING,
  ...PROGRAMS,
  ...OTHERS_MEMORY,
  ...WAYS_ROUND,
  ...MACHINE,
  ...RIGHTS,
  ...TURNS,
];
const TO_COMMANDS = [...NETWORK, ...LASTING, ...OTHERS_MEMORY, ...WAYS_ROUND, ...MACHINE, ...GROUPS];
const WITHOUT_EFFECT = [...ATTRIBUTES, ...TURNS];

const CLONE3 = 435;
/** What is newer than this table is not there: the C library then takes an older call. */
const NEWEST_KNOWN = 452;
const MACHINES: Readonly<Record<string, Machine>> = {
  x64: {
    arch: 0xc000003e,
    seccomp: 317,
    clone: 56,
    tgkill: 234,
    prlimit: 302,
    denied: TO_EXTRACTORS.map(([x64]) => x64),
    deniedToCommands: TO_COMMANDS.map(([x64]) => x64),
    withoutEffect: WITHOUT_EFFECT.map(([x64]) => x64),
  },
  arm64: {
    arch: 0xc00000b7,
    seccomp: 277,
    clone: 220,
    tgkill: 131,
    prlimit: 261,
    denied: TO_EXTRACTORS.flatMap(([, arm64]) => arm64 ?? []),
    deniedToCommands: TO_COMMANDS.flatMap(([, arm64]) => arm64 ?? []),
    withoutEffect: WITHOUT_EFFECT.flatMap(([, arm64]) => arm64 ?? []),
  },
};

/** @returns undefined for a machine whose numbers are not known here. */
export function machineOf(arch: string): Machine | undefined {
  return MACHINES[arch];
}

/** Fields of struct seccomp_data; of an argument the lower half, as both machines keep it first. */
const NUMBER_AT = 0;
const ARCH_AT = 4;
const FIRST_ARGUMENT_AT = 16;
const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_ABOVE = 0x25;
const IF_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const FAIL = 0x00050000;
const NO_ERROR = 0;
const EPERM = 1;
const ENOSYS = 38;
const CLONE_THREAD = 0x10000;
const CLONE_NEWUSER = 0x10000000;
const STEP_BYTES = 8;

type Step = readonly [code: number, value: number, ifTrue?: number, ifFalse?: number];

/** @param pid  of the process: the only one that it may end, which abort() does. */
export function filterSteps(machine: Machine, pid: number): Buffer {
  return program(machine, machine.denied, [
    ...onlyWith(machine.clone, [IF_ANY_BIT, CLONE_THREAD]),
    ...onlyWith(machine.tgkill, [IF_EQUAL, pid]),
    ...onlyWith(machine.prlimit, [IF_EQUAL, 0]),
  ]);
}

/** For a command and all that it starts: none limits another process, or is root in a user namespace of its own. */
export function commandSteps(machine: Machine): Buffer {
  return program(machine, machine.deniedToCommands, [
    ...machine.withoutEffect.flatMap((call) => unless(IF_EQUAL, call, NO_ERROR)),
    ...onlyWith(machine.prlimit, [IF_EQUAL, 0]),
    [IF_EQUAL, machine.clone, 0, 4],
    [LOAD, FIRST_ARGUMENT_AT],
    [IF_ANY_BIT, CLONE_NEWUSER, 0, 1],
    [RETURN, FAIL | EPERM],
    [RETURN, ALLOW],
  ]);
}

/** @param last  of the calls that are not denied. */
function program(machine: Machine, denied: readonly number[], last: readonly Step[]): Buffer {
  const steps: Step[] = [
    [LOAD, ARCH_AT],
    [IF_EQUAL, machine.arch, 1, 0],
    [RETURN, KILL_PROCESS],
    [LOAD, NUMBER_AT],
    ...unless(IF_ABOVE, NEWEST_KNOWN, ENOSYS),
    ...unless(IF_EQUAL, CLONE3, ENOSYS),
    ...denied.flatMap((call) => unless(IF_EQUAL, call, EPERM)),
    ...last,
    [RETURN, ALLOW],
  ];
  const bytes = Buffer.alloc(steps.length * STEP_BYTES);
  steps.forEach(([code, value, ifTrue = 0, ifFalse = 0], at) => {
    new Uint16Array(bytes.buffer, bytes.byteOffset + at * STEP_BYTES, 1)[0] = code;
    bytes.set([ifTrue, ifFalse], at * STEP_BYTES + 2);
    new Uint32Array(bytes.buffer, bytes.byteOffset + at * STEP_BYTES + 4, 1)[0] = value;
  });
  return bytes;
}

/** A call of which the test holds fails. */
function unless(test: number, value: number, error: number): Step[] {
  return [
    [test, value, 0, 1],
    [RETURN, FAIL | error],
  ];
}

/** The call may be made if the test holds for its first argument. */
function onlyWith(call: number, [test, value]: readonly [test: number, value: number]): Step[] {
  return [
    [IF_EQUAL, call, 0, 4],
    [LOAD, FIRST_ARGUMENT_AT],
    [test, value, 0, 1],
    [RETURN, ALLOW],
    [RETURN, FAIL | EPERM],
  ];
}
