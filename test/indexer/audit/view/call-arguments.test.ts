/** Arguments of calls by name, spelled as ausearch --interpret spells them; what has no name stays. */
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../helpers/audit-view.js';

const X86_64: Readonly<Record<string, number>> = {
  open: 2,
  lseek: 8,
  mmap: 9,
  mprotect: 10,
  ioctl: 16,
  access: 21,
  shmget: 29,
  socket: 41,
  sendto: 44,
  recvfrom: 45,
  sendmsg: 46,
  recvmsg: 47,
  socketpair: 53,
  setsockopt: 54,
  getsockopt: 55,
  clone: 56,
  exit: 60,
  kill: 62,
  fcntl: 72,
  mkdir: 83,
  creat: 85,
  chmod: 90,
  fchmod: 91,
  chown: 92,
  fchown: 93,
  lchown: 94,
  getrlimit: 97,
  ptrace: 101,
  setuid: 105,
  setgid: 106,
  setreuid: 113,
  setregid: 114,
  setresuid: 117,
  setresgid: 119,
  setfsuid: 122,
  setfsgid: 123,
  mknod: 133,
  personality: 135,
  sched_setscheduler: 144,
  prctl: 157,
  setrlimit: 160,
  mount: 165,
  umount2: 166,
  tkill: 200,
  clock_settime: 227,
  exit_group: 231,
  epoll_ctl: 233,
  tgkill: 234,
  mq_open: 240,
  openat: 257,
  mkdirat: 258,
  mknodat: 259,
  fchownat: 260,
  futimesat: 261,
  newfstatat: 262,
  unlinkat: 263,
  renameat: 264,
  linkat: 265,
  symlinkat: 266,
  readlinkat: 267,
  fchmodat: 268,
  faccessat: 269,
  unshare: 272,
  utimensat: 280,
  recvmmsg: 299,
  prlimit64: 302,
  name_to_handle_at: 303,
  open_by_handle_at: 304,
  sendmmsg: 307,
  setns: 308,
  renameat2: 316,
  bpf: 321,
  execveat: 322,
  statx: 332,
  rt_sigaction: 13,
  pidfd_send_signal: 424,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  openat2: 437,
  faccessat2: 439,
  mount_setattr: 442,
  fchmodat2: 452,
  setxattrat: 463,
  getxattrat: 464,
  listxattrat: 465,
  removexattrat: 466,
};

function argumentsOf(arch: string, syscall: number, args: readonly string[]) {
  const [a0, a1 = '0', a2 = '0', a3 = '0'] = args;
  const record = recordOf(
    'SYSCALL',
    `arch=${arch} syscall=${syscall} success=yes exit=0 a0=${a0} a1=${a1} a2=${a2} a3=${a3}`,
  );
  return [record.a0, record.a1, record.a2, record.a3];
}

/** Each line: call, arguments, what they are called; '.' is one that keeps its digits. */
const TABLE = `
socket 2 80001 6 = inet SOCK_STREAM tcp
socket a 2 11 = inet6 SOCK_DGRAM udp
socket 10 3 9 = netlink SOCK_RAW NETLINK_AUDIT
socket 1 5 0 = local SOCK_SEQPACKET .
socket 28 1 0 = vsock SOCK_STREAM .
socketpair 1 1 = local SOCK_STREAM
setsockopt 3 1 2 = . SOL_SOCKET SO_REUSEADDR
setsockopt 3 6 1 = . tcp TCP_NODELAY
setsockopt 3 29 1a = . ipv6 IPV6_V6ONLY
setsockopt 3 0 40 = . ip IPT_SO_SET_REPLACE
getsockopt 3 0 40 = . ip IPT_SO_GET_INFO
getsockopt 3 29 44 = . ipv6 IP6T_SO_GET_REVISION_MATCH
setsockopt 3 107 1 = . SOL_PACKET PACKET_ADD_MEMBERSHIP
setsockopt 3 11 64 = . udp UDP_ENCAP
setsockopt 3 106 1 = . SOL_X25 .
setsockopt 3 63 1 = . . .
kill 5 9 = . SIGKILL
kill 5 0 = . SIG0
kill 5 22 = . .
tkill 5 f = . SIGTERM
tgkill 5 5 1e = . . SIGPWR
rt_sigaction 2 = SIGINT
pidfd_send_signal 3 f = . SIGTERM
prctl 16 2 = PR_SET_SECCOMP .
prctl 18 15 = PR_CAPBSET_DROP sys_admin
prctl 1 9 = PR_SET_PDEATHSIG SIGKILL
prctl f 55d = PR_SET_NAME .
setuid 0 = root
setuid ffffffff = unset
setreuid 3e8 0 = ann root
setresuid 3e8 ffffffff 0 = ann unset root
setfsuid 3e8 = ann
setgid 4 = adm
setregid 4 0 = adm root
setresgid 32 4 0 = staff adm root
setfsgid 63 = unknown(99)
chown 55d 3e8 4 = . ann adm
fchown 3 0 ffffffff = . root unset
lchown 55d 0 0 = . root root
fchownat ffffff9c 55d 3e8 4 = AT_FDCWD . ann adm
clone 1200011 = CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD
clone 11 = SIGCHLD
clone 3d0f00 = CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID
unshare 20000 = CLONE_NEWNS
unshare 10020080 = CLONE_NEWTIME|CLONE_NEWNS|CLONE_NEWUSER
setns 3 40000000 = . CLONE_NEWNET
setns 3 0 = . .
ptrace 10 = PTRACE_ATTACH
ptrace 4206 = PTRACE_SEIZE
ptrace c = PTRACE_GETREGS
ptrace 63 = .
personality 40000 = PER_LINUX|~ADDR_NO_RANDOMIZE
personality 8 = PER_LINUX32
personality ffffffff = .
bpf 5 = BPF_PROG_LOAD
getrlimit 7 = RLIMIT_NOFILE
setrlimit 4 = RLIMIT_CORE
prlimit64 0 8 = . RLIMIT_MEMLOCK
fcntl 3 2 1 = . F_SETFD FD_CLOEXEC
fcntl 3 2 0 = . F_SETFD .
fcntl 3 406 = . F_DUPFD_CLOEXEC
fcntl 3 8 4 = . F_SETOWN .
sched_setscheduler 1 40000001 = . SCHED_FIFO|SCHED_RESET_ON_FORK
epoll_ctl 3 3 = . EPOLL_CTL_MOD
umount2 55d a = . MNT_DETACH|UMOUNT_NOFOLLOW
mount 0 0 0 1000 = . . . MS_BIND
mount 0 0 0 6001 = . . . MS_RDONLY|MS_MOVE|MS_REC
fsopen 55d 1 = . FSOPEN_CLOEXEC
fsconfig 3 6 = . FSCONFIG_CMD_CREATE
fsmount 3 1 3 = . FSMOUNT_CLOEXEC MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID
ioctl 0 5401 = . TCGETS
ioctl 0 8927 = . SIOCGIFHWADDR
ioctl 0 12345 = . .
mmap 0 1000 5 2 = . . PROT_READ|PROT_EXEC MAP_PRIVATE
mmap 0 1000 0 22 = . . PROT_NONE MAP_PRIVATE|MAP_ANONYMOUS
mmap 0 1000 3 20 = . . PROT_READ|PROT_WRITE MAP_FILE|MAP_ANONYMOUS
mmap 0 1000 3 202 = . . PROT_READ|PROT_WRITE MAP_PRIVATE|0x200
mmap 0 1000 3 3 = . . PROT_READ|PROT_WRITE MAP_SHARED_VALIDATE
mmap 0 1000 3 5 = . . PROT_READ|PROT_WRITE .
mmap 0 1000 3 54040022 = . . PROT_READ|PROT_WRITE MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|0x54000000
mount 0 0 0 c0ed0001 = . . . MS_MGC_VAL|MS_RDONLY
mount 0 0 0 c0ed0000 = . . . MS_MGC_VAL
mount 0 0 0 0 = . . . .
access 55d 8 = . .
mknod 55d f1a4 = . 017,644
mprotect 0 1000 7 = . . PROT_READ|PROT_WRITE|PROT_EXEC
lseek 3 0 2 = . . SEEK_END
lseek 3 0 9 = . . .
shmget 0 0 3b6 = . . IPC_CREAT|0666
access 55d 6 = . W_OK|R_OK
access 55d 0 = . F_OK
faccessat ffffff9c 55d 4 = AT_FDCWD . R_OK
faccessat2 ffffff9c 55d 1 200 = AT_FDCWD . X_OK AT_EACCESS
sendto 3 0 0 4000 = . . . MSG_NOSIGNAL
recvfrom 3 0 0 42 = . . . MSG_PEEK|MSG_DONTWAIT
sendmsg 3 0 4040 = . . MSG_DONTWAIT|MSG_NOSIGNAL
recvmsg 3 0 40000000 = . . MSG_CMSG_CLOEXEC
sendmmsg 3 0 1 40 = . . . MSG_DONTWAIT
recvmmsg 3 0 1 10000 = . . . MSG_WAITFORONE
exit_group 1 = EXIT_FAILURE
exit 0 = EXIT_SUCCESS
exit 2 = .
clock_settime 0 = CLOCK_REALTIME
open 55d 241 1a4 = . O_WRONLY|O_CREAT|O_TRUNC 0644
open 55d 0 1a4 = . O_RDONLY .
openat ffffff9c 55d 80241 1b6 = AT_FDCWD . O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC 0666
openat 3 55d 0 1b6 = . . O_RDONLY .
open_by_handle_at 3 0 2 = . . O_RDWR
mq_open 55d 42 180 = . O_RDWR|O_CREAT 0600
creat 55d 1a4 = . 0644
chmod 55d 9ed = . suid,0755
fchmod 3 1ff = . 0777
mkdir 55d 1ed = . 0755
mkdirat ffffff9c 55d 1c0 = AT_FDCWD . 0700
fchmodat ffffff9c 55d 180 = AT_FDCWD . 0600
fchmodat2 ffffff9c 55d 180 100 = AT_FDCWD . 0600 AT_SYMLINK_NOFOLLOW
mknod 55d 21a4 = . character,644
mknodat ffffff9c 55d 11a4 = AT_FDCWD . fifo,644
readlinkat ffffffffffffff9c = AT_FDCWD
newfstatat ffffff9c 55d 0 100 = AT_FDCWD . . AT_SYMLINK_NOFOLLOW
name_to_handle_at ffffff9c = AT_FDCWD
unlinkat ffffff9c 55d 200 = AT_FDCWD . AT_REMOVEDIR
renameat ffffff9c 55d ffffff9c = AT_FDCWD . AT_FDCWD
renameat2 5 55d ffffff9c = . . AT_FDCWD
linkat ffffff9c 55d 6 = AT_FDCWD . .
move_mount ffffff9c 55d ffffff9c = AT_FDCWD . AT_FDCWD
symlinkat 55d ffffff9c = . AT_FDCWD
futimesat ffffff9c = AT_FDCWD
utimensat ffffff9c = AT_FDCWD
open_tree ffffff9c = AT_FDCWD
openat2 ffffff9c = AT_FDCWD
execveat ffffff9c = AT_FDCWD
statx ffffff9c = AT_FDCWD
fspick ffffff9c = AT_FDCWD
mount_setattr ffffff9c = AT_FDCWD
setxattrat ffffff9c 55d 100 = AT_FDCWD . AT_SYMLINK_NOFOLLOW
getxattrat ffffff9c 55d 1000 = AT_FDCWD . AT_EMPTY_PATH
listxattrat ffffff9c = AT_FDCWD
removexattrat ffffff9c = AT_FDCWD
`;

describe('arguments of a call', () => {
  it.each(TABLE.trim().split('\n'))('%s', (line) => {
    const [given = '', named = ''] = line.split(' = ');
    const [call = '', ...args] = given.split(' ');
    const number = X86_64[call];
    if (number === undefined) throw new Error(`no number for ${call}`);
    const expected = named.split(' ').map((name, i) => (name === '.' ? `0x${args[i] ?? '0'}` : name));
    expect(argumentsOf('c000003e', number, args).slice(0, expected.length)).toEqual(expected);
  });

  it.each([
    ['3', 'socketcall(connect)', 'connect', 102],
    ['12', 'socketcall(accept4)', 'accept4', 102],
    ['63', 'socketcall', '0x63', 102],
    ['1', 'ipc(semop)', 'semop', 117],
    ['10017', 'ipc(shmget)', 'shmget', 117],
    ['9', 'ipc', '0x9', 117],
  ])('a0=%s of a call that is several is %s', (a0, syscall, name, number) => {
    expect(recordOf('SYSCALL', `arch=40000003 syscall=${number} a0=${a0} a1=bff`)).toMatchObject({ syscall, a0: name });
  });

  it('are not named by numbers of another machine', () => {
    const mips = '80000008';
    expect(argumentsOf(mips, 5060, ['5', '9'])[1]).toBe('0x9');
    expect(argumentsOf(mips, 5040, ['2', '2', '6']).slice(0, 3)).toEqual(['inet', '0x2', 'tcp']);
    expect(argumentsOf('c0000015', 90, ['0', '1000', '5', '2']).slice(2)).toEqual(['PROT_READ|PROT_EXEC', '0x2']);
    expect(argumentsOf('c0000015', 54, ['0', '5401'])[1]).toBe('0x5401');
    expect(argumentsOf('c00000b7', 222, ['0', '1000', '5', '2']).slice(2)).toEqual([
      'PROT_READ|PROT_EXEC',
      'MAP_PRIVATE',
    ]);
  });

  it('stand where the machine takes them', () => {
    expect(argumentsOf('80000016', 120, ['3ff', '11'])).toEqual(['0x3ff', 'SIGCHLD', '0x0', '0x0']);
    expect(argumentsOf('40000003', 90, ['bff0', '0', '5', '2'])).toEqual(['0xbff0', '0x0', '0x5', '0x2']);
    expect(argumentsOf('40000003', 192, ['0', '1000', '5', '2']).slice(2)).toEqual([
      'PROT_READ|PROT_EXEC',
      'MAP_PRIVATE',
    ]);
  });

  it.each(['zz', '', '-1', '0x5', '11112222333344445', '(null)'])('that are no hex number stay: %s', (raw) => {
    const { a1 } = recordOf('SYSCALL', `arch=c000003e syscall=62 a0=5 a1=${raw}`);
    expect(a1).toBe(raw === '(null)' ? null : raw);
  });
});
