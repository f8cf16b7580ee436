/** Fields whose digits or bytes have a meaning, spelled as ausearch --interpret spells them; what has none stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf, recordLine, recordOf } from '../../../helpers/audit-view.js';

describe('a field', () => {
  it.each([
    ['CONFIG_CHANGE', 'op=add_rule key="k" perm=10 list=4 res=1', { perm: 'write,attr', list: 'exit', res: 'yes' }],
    ['CONFIG_CHANGE', 'perm=15 list=1 res=0', { perm: 'read,write,exec,attr', list: 'task', res: 'no' }],
    ['CONFIG_CHANGE', 'perm=0 list=5 res=2', { perm: 'read,write,exec,attr', list: 'exclude', res: 2 }],
    ['CONFIG_CHANGE', 'perm=16 list=3 perm_mask=6', { perm: 16, list: 3, perm_mask: 'read,write' }],
    ['USER_MGMT', 'result=0 auid=-1 ses=-1', { result: 'no', auid: 'unset', ses: 'unset' }],
    ['LOGIN', 'old-auid=-1 auid=0 old-ses=-1 ses=1', { 'old-auid': 'unset', auid: 'root', 'old-ses': 'unset', ses: 1 }],
    ['LOGIN', 'old-auid=4294967295 old-ses=4294967295', { 'old-auid': 'unset', 'old-ses': 'unset' }],
    ['GRP_MGMT', "msg='op=add-group id=4 res=success'", { id: 'adm' }],
    ['ADD_GROUP', "msg='op=adding id=4'", { id: 'adm' }],
    ['DEL_GROUP', "msg='op=delete-group id=77'", { id: 'unknown(77)' }],
    ['ADD_USER', "msg='op=adding user id=4'", { id: 'sync' }],
    ['CHGRP_ID', "msg='op=changing new_gid=4'", { new_gid: 'adm' }],
    [
      'FANOTIFY',
      'resp=2 fan_type=1 fan_info=1F subj_trust=1 obj_trust=2',
      { resp: 'deny', fan_type: 'rule_info', fan_info: '31', subj_trust: 'yes', obj_trust: 'unknown' },
    ],
    [
      'FANOTIFY',
      'resp=9 fan_type=0 fan_info=0 subj_trust=0 obj_trust=7',
      { resp: 9, fan_type: 'none', fan_info: '0', subj_trust: 'no', obj_trust: 7 },
    ],
    ['ANOM_PROMISCUOUS', 'dev=eth0 prom=256 old_prom=0', { prom: 'yes', old_prom: 'no' }],
    [
      'NETFILTER_PKT',
      'action=1 hook=3 macproto=0x0800 saddr=10.0.0.1 proto=17',
      { action: 'DROP', hook: 'OUTPUT', macproto: 'IP', saddr: '10.0.0.1', proto: 'udp' },
    ],
    [
      'NETFILTER_PKT',
      'macproto=0x86dd saddr=fe80::1 proto=58 icmptype=128',
      { macproto: 'IPV6', saddr: 'fe80::1', proto: 'ipv6-icmp', icmptype: 128 },
    ],
    ['NETFILTER_PKT', 'proto=1 icmptype=8', { proto: 'icmp', icmptype: 'echo' }],
    [
      'NETFILTER_PKT',
      'action=7 hook=9 macproto=0x1234 proto=254',
      { action: 7, hook: 9, macproto: '0x1234', proto: 254 },
    ],
    ['NETFILTER_CFG', 'table=filter family=2 entries=5', { table: 'filter', family: 'ipv4' }],
    ['NETFILTER_CFG', 'table=x family=99', { family: 99 }],
    ['AVC', 'apparmor="DENIED" family="inet" action=1', { family: 'inet', action: 1 }],
    ['MMAP', 'fd=3 flags=0x2', { fd: 3, flags: 'MAP_PRIVATE' }],
    ['MMAP', 'fd=3 flags=0x22 prot=0x5', { flags: 'MAP_PRIVATE|MAP_ANONYMOUS', prot: 'PROT_READ|PROT_EXEC' }],
    ['INTEGRITY_DATA', 'res=0 errno=-13', { res: 'no', errno: 'EACCES' }],
    ['INTEGRITY_DATA', 'res=1 errno=0', { res: 'yes', errno: 0 }],
    ['EVENT_LISTENER', 'nl-mcgrp=1 op=connect', { 'nl-mcgrp': 'audit-netlink-multicast' }],
    ['MQ_OPEN', 'oflag=0x42 mode=0600 mq_flags=0x0', { oflag: 'O_RDWR|O_CREAT', mode: '0600', mq_flags: '0x0' }],
    ['IPC', 'ouid=0 ogid=0 mode=0666', { mode: '000,666' }],
    ['AVC', 'avc:  denied  { ioctl } for  ioctlcmd=0x5401', { ioctlcmd: 'TCGETS' }],
    ['AVC', 'avc:  denied  { ioctl } for  ioctlcmd=0x5399', { ioctlcmd: '0x5399' }],
    ['AVC', 'avc:  denied  { sys_admin } for capability=21', { capability: 'sys_admin' }],
    ['AVC', 'capability=77', { capability: 77 }],
    [
      'PATH',
      'cap_fp=0000000000003000 cap_fi=0 cap_fe=1 cap_fver=2',
      { cap_fp: 'net_admin,net_raw', cap_fi: 'none', cap_fe: 1, cap_fver: 2 },
    ],
    [
      'BPRM_FCAPS',
      'fp=0000000000002000 fi=0 fe=1 old_pp=0 pp=000001ffffffffff new_pe=0000020000000001',
      { fp: 'net_raw', fi: 'none', fe: 1, old_pp: 'none', new_pe: 'chown,0x20000000000' },
    ],
    ['CAPSET', 'pid=7 cap_pi=0 cap_pp=0000000000000c00', { cap_pi: 'none', cap_pp: 'net_bind_service,net_broadcast' }],
    [
      'CRYPTO_KEY_USER',
      "msg='op=destroy fp=SHA256:00:11 pi=2000 spid=5 suid=0 '",
      { fp: 'SHA256:00:11', pi: 2000, suid: 'root' },
    ],
    ['ANOM_ABEND', 'sig=11 res=1', { sig: 'SIGSEGV', res: 'yes' }],
    ['ANOM_ABEND', 'sig=64 sigev_signo=6', { sig: 64, sigev_signo: 'SIGABRT' }],
    [
      'SECCOMP',
      'sig=31 arch=c00000b7 syscall=198 code=0x80000000',
      { sig: 'SIGSYS', arch: 'aarch64', syscall: 'socket', code: 'kill-process' },
    ],
    [
      'SECCOMP',
      'sig=0 arch=40000003 syscall=102 code=0x50001',
      { sig: 'SIG0', arch: 'i386', syscall: 'socketcall', code: 'errno' },
    ],
    ['SECCOMP', 'sig=31 arch=80000008 syscall=5039 code=0x7ffc0000', { sig: 31, arch: 'mips64', code: 'log' }],
    ['SECCOMP', 'arch=99 syscall=7 code=0x12340000', { arch: 99, syscall: 'unknown-syscall(7)', code: '0x12340000' }],
    [
      'SYSCALL',
      'arch=c000003e syscall=59 per=400000 exit=-13',
      { per: 'PER_LINUX', exit: 'EACCES(Permission denied)' },
    ],
    ['SYSCALL', 'arch=80000008 syscall=5039 exit=-125', { exit: '-125' }],
    ['SYSCALL', 'arch=c000003e syscall=0 exit=-512', { exit: '-512' }],
    ['OPENAT2', 'oflag=9x mode=0644 resolve=zz', { oflag: '9x', resolve: 'zz' }],
    ['PATH', 'mode=99', { mode: 99 }],
    [
      'TTY',
      'tty pid=3 comm="bash" data=6C73202D6C0D1B5B410304',
      { comm: 'bash', data: '"ls -l",<ret>,<up>,<^C>,<^D>' },
    ],
    ['USER_TTY', 'pid=3 data=22C3A95C00', { data: '"\\"é\\\\\\000"' }],
    ['USER_TTY', 'pid=3 data="ls"', { data: 'ls' }],
    ['TTY', 'data=1B4F501B5B357E7F091B', { data: '<F1>,<page-up>,<backspace>,<tab>,<esc>' }],
  ])('%s %s', (type, fields, expected) => {
    expect(recordOf(type, fields)).toMatchObject(expected);
  });

  it.each(
    (
      'path comm exe file watch cwd cmd acct dir vm ocomm grp sw old-chardev new-chardev old-disk new-disk old-fs new-fs ' +
      'old-net new-net old-rng new-rng device cgroup new_group invalid_context root_dir name'
    ).split(' '),
  )('%s is decoded when it is hex without quotes', (name) => {
    expect(recordOf('USER_X', `${name}=2F6120623A`)).toMatchObject({ [name]: '/a b:' });
    expect(recordOf('USER_X', `${name}="2F6120623A"`)).toMatchObject({ [name]: '2F6120623A' });
    expect(recordOf('USER_X', `${name}=/plain`)).toMatchObject({ [name]: '/plain' });
  });

  it.each('profile operation info denied_mask requested_mask peer target label'.split(' '))(
    '%s is decoded in records of AppArmor only',
    (name) => {
      expect(recordOf('AVC', `apparmor="DENIED" ${name}=2F612062`)).toMatchObject({ [name]: '/a b' });
      expect(recordOf('USER_X', `${name}=2F612062`)).toMatchObject({ [name]: '2F612062' });
    },
  );

  it('of small letters that make no text is a word', () => {
    expect(recordOf('USER_AUTH', "msg='acct=abba res=success'")).toMatchObject({ acct: 'abba' });
    expect(recordOf('USER_AUTH', "msg='acct=28696e29 res=success'")).toMatchObject({ acct: '(in)' });
  });

  it('of a record beside a call is told by the numbers of its machine', () => {
    const [event] = eventsOf(
      recordLine('MMAP', 'fd=3 flags=0x2') +
        recordLine('SYSCALL', 'arch=80000008 syscall=5009 success=yes exit=0 items=0 pid=1') +
        recordLine('PROCTITLE', 'proctitle="x"'),
    );
    expect(event?.records[0]).toMatchObject({ flags: '0x2' });
  });
});

describe('hostile records', () => {
  const words = (text: string) => fc.constantFrom(...text.split(' '));
  const type = words(
    'SYSCALL SECCOMP AVC USER_AVC PATH EXECVE OPENAT2 MQ_OPEN MMAP NETFILTER_PKT NETFILTER_CFG FANOTIFY BPRM_FCAPS URINGOP ' +
      'CONFIG_CHANGE LOGIN USER_LOGIN TTY SOCKADDR BPF ANOM_ABEND DAEMON_END UNKNOWN[1999] constructor __proto__',
  );
  const name = words(
    'arch syscall a0 a1 a2 a3 exit uid gid id ses auid old-auid key name data saddr perm list res errno sig code per mode oflag ' +
      'resolve capability cap_fp pp proto icmptype macproto hook action family flags prot ioctlcmd resp fan_info obj_trust ' +
      'nl-mcgrp uring_op op acct _x type node constructor __proto__ toString',
  );
  const value = fc.oneof(
    words(
      '0 -1 1 5 9 102 4294967295 18446744073709551616 -9223372036854775809 0x 0xffffffffffffffffffff c000003e zz (null) "" "',
    ),
    words("' { ( ) ), '' '' { } {} \\ , : :: ?, 1e999 NaN Infinity 0x1p3 ٣ -0 00 08 ffffffffffffffff 28 2800 0A 1B5B"),
    fc.string({ maxLength: 20 }),
    fc.bigInt().map(String),
    fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), maxLength: 80 }),
  );
  const separator = fc.constantFrom(' ', ' ', ' ', '  ', ', ', " msg='", "' ", ' avc:  denied  { x } for ', '\u001d');

  it('never throw, and can be written as JSON', () => {
    fc.assert(
      fc.property(type, fc.array(fc.tuple(separator, name, value), { maxLength: 12 }), (recordType, fields) => {
        const text = fields.map(([before, field, raw]) => `${before}${field}=${raw}`).join('');
        const events = eventsOf(recordLine(recordType, text.replaceAll(/[\n\r]/g, ' ')));
        expect(JSON.parse(JSON.stringify(events))).toHaveLength(events.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('cost no more than their length', () => {
    const long = (piece: string) => `${piece.repeat(4000 / piece.length)} end=1`;
    for (const piece of ['x={', '="', "'=' ", ' (', 'avc: { ', "msg='", ') ', '))', ',,', 'old ', '\\"']) {
      expect(recordOf('USER_X', `a=1 ${long(piece)}`)).toBeDefined();
    }
  });
});
