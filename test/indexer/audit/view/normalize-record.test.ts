/** Who did what to what, for events without a call: the words are those of auparse_normalize(3). */
import { describe, expect, it } from 'vitest';
import { canonicalType } from '../../../../indexer/audit/record-types.js';
import { eventOfRecord, eventsOf, recordLine } from '../../../helpers/audit-view.js';

const SESSION = 'pid=9 uid=0 auid=1000 ses=3';

/** Type, fields, and: event kind, subject, action, object kind, object, how, result. */
type Expected = readonly (string | number | undefined)[];

const TABLE: readonly (readonly [type: string, fields: string, ...Expected])[] = [
  [
    'USER_LOGIN',
    `${SESSION} msg='op=login id=1000 exe="/usr/sbin/sshd" terminal=ssh res=success'`,
    'user-login',
    'ann',
    'logged-in',
    'user-session',
    'ssh',
    '/usr/sbin/sshd',
    'success',
  ],
  [
    'USER_LOGIN',
    `pid=9 uid=0 auid=4294967295 msg='op=login acct="eve" exe="/usr/sbin/sshd" terminal=ssh res=failed'`,
    'user-login',
    'eve',
    'logged-in',
    'user-session',
    'ssh',
    '/usr/sbin/sshd',
    'failed',
  ],
  [
    'LOGIN',
    'pid=5 uid=0 old-auid=4294967295 auid=1000 old-ses=4294967295 ses=1 res=1',
    'user-login',
    'unset',
    'changed-login-id-to',
    'user-session',
    'ann',
    undefined,
    'yes',
  ],
  [
    'USER_AUTH',
    `${SESSION} msg='op=PAM:authentication acct="root" exe="/bin/su" res=failed'`,
    'user-login',
    'ann',
    'authenticated',
    'user-session',
    'root',
    '/bin/su',
    'failed',
  ],
  [
    'USER_ACCT',
    `${SESSION} msg='acct="root" exe="/bin/su" res=success'`,
    'user-login',
    'ann',
    'was-authorized',
    'user-session',
    'root',
    '/bin/su',
    'success',
  ],
  [
    'CRED_ACQ',
    `${SESSION} msg='acct="root" exe="/bin/su" res=success'`,
    'user-login',
    'ann',
    'acquired-credentials',
    'user-session',
    'root',
    '/bin/su',
    'success',
  ],
  [
    'USER_START',
    `${SESSION} msg='acct="root" exe="/bin/su" terminal=pts/0 res=success'`,
    'user-login',
    'ann',
    'started-session',
    'user-session',
    'pts/0',
    '/bin/su',
    'success',
  ],
  [
    'USER_END',
    `${SESSION} msg='terminal=pts/0 res=success'`,
    'user-login',
    'ann',
    'ended-session',
    'user-session',
    'pts/0',
    undefined,
    'success',
  ],
  [
    'SERVICE_START',
    `pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit=cron comm="systemd" exe="/usr/lib/systemd/systemd" res=success'`,
    'system-services',
    'unset',
    'started-service',
    'service',
    'cron',
    '/usr/lib/systemd/systemd',
    'success',
  ],
  [
    'SERVICE_STOP',
    `${SESSION} msg='unit=cron res=failed'`,
    'system-services',
    'ann',
    'stopped-service',
    'service',
    'cron',
    undefined,
    'failed',
  ],
  [
    'SYSTEM_BOOT',
    `${SESSION} msg='exe="/usr/lib/systemd/x" res=success'`,
    'system-services',
    'ann',
    'booted-system',
    'system',
    undefined,
    '/usr/lib/systemd/x',
    'success',
  ],
  [
    'ADD_USER',
    `${SESSION} msg='op=adding user acct="bob" exe="/usr/sbin/useradd" res=success'`,
    'user-account',
    'ann',
    'added-user-account',
    'account',
    'bob',
    '/usr/sbin/useradd',
    'success',
  ],
  [
    'ADD_GROUP',
    `${SESSION} msg='op=add id=4 exe="/usr/sbin/groupadd" res=success'`,
    'user-account',
    'ann',
    'added-group-account-to',
    'account',
    'adm',
    '/usr/sbin/groupadd',
    'success',
  ],
  [
    'USER_CHAUTHTOK',
    `${SESSION} msg='op=change password acct="ann" exe="/usr/bin/passwd" res=success'`,
    'user-login',
    'ann',
    'changed-password',
    'user-session',
    'ann',
    '/usr/bin/passwd',
    'success',
  ],
  [
    'ACCT_LOCK',
    `${SESSION} msg='op=locked-password id=4 res=success'`,
    'user-account',
    'ann',
    'locked-account',
    'account',
    'sync',
    undefined,
    'success',
  ],
  [
    'USER_CMD',
    `${SESSION} msg='cwd="/" cmd=6C73202D6C exe="/usr/bin/sudo" res=success'`,
    'user-space',
    'ann',
    'ran-command',
    'process',
    'ls -l',
    '/usr/bin/sudo',
    'success',
  ],
  [
    'CRYPTO_KEY_USER',
    `${SESSION} msg='op=destroy fp=SHA256:0a exe="/usr/sbin/sshd" res=success'`,
    'crypto',
    'ann',
    'negotiated-crypto-key',
    'user-session',
    'SHA256:0a',
    '/usr/sbin/sshd',
    'success',
  ],
  [
    'CRYPTO_SESSION',
    `${SESSION} msg='op=start rport=22 exe="/usr/sbin/sshd" addr=10.0.0.1 res=success'`,
    'crypto',
    'ann',
    'started-crypto-session',
    'user-session',
    '10.0.0.1',
    '/usr/sbin/sshd',
    'success',
  ],
  [
    'CONFIG_CHANGE',
    'auid=1000 ses=1 op=add_rule key="k" list=4 res=1',
    'configuration',
    'ann',
    'added-audit-rule',
    'audit-config',
    'k',
    undefined,
    'yes',
  ],
  [
    'CONFIG_CHANGE',
    'auid=1000 ses=1 op="remove rule" key=(null) list=4 res=0',
    'configuration',
    'ann',
    'deleted-audit-rule',
    'audit-config',
    'exit',
    undefined,
    'no',
  ],
  [
    'CONFIG_CHANGE',
    'audit_enabled=1 old=0 auid=1000 ses=1 res=1',
    'configuration',
    'ann',
    'changed-audit-configuration',
    'audit-config',
    1,
    undefined,
    'yes',
  ],
  [
    'USYS_CONFIG',
    `${SESSION} msg='op=change-system-time exe="/usr/bin/date" res=success'`,
    'configuration',
    'ann',
    'change-system-time',
    'system',
    undefined,
    '/usr/bin/date',
    'success',
  ],
  [
    'SOFTWARE_UPDATE',
    `${SESSION} msg='op=install sw="a-1.0" sw_type=rpm exe="/usr/bin/python3" comm="dnf" res=success'`,
    'configuration',
    'ann',
    'installed-software',
    'software',
    'a-1.0',
    'dnf',
    'success',
  ],
  [
    'NETFILTER_CFG',
    'table=filter family=2 entries=5 op=nft_register_rule pid=3 comm="nft"',
    'configuration',
    undefined,
    'loaded-firewall-rule-to',
    'firewall',
    'filter',
    'nft',
    undefined,
  ],
  [
    'FEATURE_CHANGE',
    'auid=1000 ses=1 feature=loginuid_immutable old=0 new=1 res=1',
    'configuration',
    'ann',
    'changed-audit-feature',
    'system',
    'loginuid_immutable',
    undefined,
    'yes',
  ],
  [
    'INTEGRITY_DATA',
    `${SESSION} op=appraise_data cause=missing-hash comm="x" name="/bin/a" res=0 errno=-13`,
    'integrity',
    'ann',
    'checked-integrity-of',
    'file',
    '/bin/a',
    'x',
    'no',
  ],
  [
    'AVC',
    'avc:  denied  { read } for  pid=3 comm="lpd" name="spool" scontext=a:b:c tcontext=d:e:f tclass=dir',
    'mac-decision',
    'a:b:c',
    'accessed-mac-policy-controlled-object',
    'unknown',
    'spool',
    'lpd',
    'denied',
  ],
  [
    'AVC',
    'apparmor="ALLOWED" operation="open" profile="/usr/bin/x" name="/etc/y" pid=3 comm="x"',
    'mac-decision',
    '/usr/bin/x',
    'accessed-mac-policy-controlled-object',
    'unknown',
    '/etc/y',
    'x',
    'ALLOWED',
  ],
  [
    'AVC',
    'apparmor="STATUS" operation="profile_load" profile="unconfined" name="lsb_release" pid=1 comm="apparmor_parser"',
    'mac-decision',
    'unconfined',
    'loaded-mac-policy',
    'unknown',
    'lsb_release',
    'apparmor_parser',
    'STATUS',
  ],
  [
    'USER_AVC',
    `${SESSION} msg='avc:  received policyload notice (seqno=4)  exe="/usr/bin/dbus-daemon" sauid=0'`,
    'mac-decision',
    'ann',
    'loaded-mac-policy',
    'unknown',
    undefined,
    '/usr/bin/dbus-daemon',
    undefined,
  ],
  [
    'USER_AVC',
    `${SESSION} msg='avc:  denied  { send_msg } for scontext=a:b tcontext=c:d exe="/usr/bin/dbus-daemon"'`,
    'mac-decision',
    'a:b',
    'accessed-mac-policy-controlled-object',
    'unknown',
    'c:d',
    '/usr/bin/dbus-daemon',
    'denied',
  ],
  [
    'SECCOMP',
    'auid=1000 uid=1000 ses=3 comm="box" exe="/usr/bin/box" sig=31 arch=c000003e syscall=41 code=0x80000000',
    'dac-decision',
    'ann',
    'called-seccomp-controlled-syscall',
    'process',
    'socket',
    '/usr/bin/box',
    'kill-process',
  ],
  [
    'ANOM_ABEND',
    'auid=1000 uid=0 ses=1 pid=3 comm="x" exe="/bin/x" sig=11 res=1',
    'anomaly',
    'ann',
    'crashed-program',
    'process',
    '/bin/x',
    'SIGSEGV',
    'yes',
  ],
  [
    'ANOM_PROMISCUOUS',
    'dev=eth0 prom=256 old_prom=0 auid=1000 uid=0 ses=1',
    'anomaly',
    'ann',
    'changed-socket-promiscuous-mode',
    'socket',
    'eth0',
    undefined,
    undefined,
  ],
  [
    'DAEMON_START',
    'op=start ver=3.0.9 auid=1000 pid=4 uid=0 ses=2 res=success',
    'audit-daemon',
    'ann',
    'started-audit',
    'service',
    undefined,
    'init',
    'success',
  ],
  [
    'TTY',
    'tty pid=3 uid=0 auid=1000 ses=1 comm="bash" data=6C73',
    'TTY',
    'ann',
    'typed',
    'keystrokes',
    '"ls"',
    'bash',
    undefined,
  ],
  ['BPF', 'prog-id=5 op=UNLOAD', 'bpf', undefined, 'unloaded-bpf-program', 'process', 5, undefined, undefined],
  [
    'EVENT_LISTENER',
    `${SESSION} exe="/usr/lib/x" nl-mcgrp=1 op=disconnect res=1`,
    'audit-daemon',
    'ann',
    'disconnected-from',
    'socket',
    'audit-netlink-multicast',
    '/usr/lib/x',
    'yes',
  ],
  [
    'FANOTIFY',
    'resp=2',
    'av-decision',
    undefined,
    'accessed-policy-controlled-file',
    'file',
    undefined,
    undefined,
    'deny',
  ],
  [
    'MAC_STATUS',
    'enforcing=1 old_enforcing=0 auid=1000 ses=1 res=1',
    'mac',
    'ann',
    'changed-selinux-enforcement-to',
    'security-policy',
    1,
    undefined,
    'yes',
  ],
  [
    'VIRT_CONTROL',
    `${SESSION} msg='virt=kvm op=start vm="w" exe="/usr/sbin/libvirtd" res=success'`,
    'virt',
    'ann',
    'issued-vm-control',
    'virtual-machine',
    'start',
    '/usr/sbin/libvirtd',
    'success',
  ],
];

/** Those that only accompany a call, or say it in their operation. */
const WITHOUT_WORDS = new Set(
  (
    'AVC_PATH BPRM_FCAPS CAPSET CWD EXECVE FD_PAIR IPC IPC_SET_PERM KERNEL_OTHER MMAP MQ_GETSETATTR MQ_NOTIFY MQ_OPEN ' +
    'MQ_SENDRECV NETFILTER_PKT OBJ_PID OPENAT2 PATH PROCTITLE SOCKADDR SOCKETCALL SYSCALL TRUSTED_APP URINGOP EOE REPLACE ' +
    'MAC_IPSEC_ADDSA MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD APPARMOR APPARMOR_ERROR APPARMOR_HINT ' +
    'APPARMOR_STATUS LANDLOCK_DOMAIN MAC_TASK_CONTEXTS MAC_OBJ_CONTEXTS'
  ).split(' '),
);

describe('an event without a call', () => {
  it('has an action whatever its type is', () => {
    const types = Array.from({ length: 1600 }, (_, i) => canonicalType(String(1000 + i))).filter((t) => !/^\d/.test(t));
    expect(types.length).toBeGreaterThan(180);
    const silent = types.filter((type) => !WITHOUT_WORDS.has(type) && !eventsOf(recordLine(type, 'a=1'))[0]?.action);
    expect(silent).toEqual([]);
  });

  it.each(TABLE.map(([type, fields, ...expected]) => ({ type, fields, expected })))('$type $fields', (given) => {
    const { type, fields, expected } = given;
    const { normalized, action } = eventOfRecord(type, fields);
    const { event_kind, object_kind, how, result } = normalized;
    const subject = normalized['subject.primary'];
    const object = normalized['object.primary'];
    const values = [event_kind, subject, normalized.action, object_kind, object, how ?? undefined, result];
    expect(values).toEqual(expected);
    expect(action).toBe(expected[2]);
  });

  it('tells which fields its words are from', () => {
    expect(eventOfRecord('CRYPTO_SESSION', `${SESSION} msg='addr=10.0.0.1 rport=22 res=success'`).normalized).toEqual({
      event_kind: 'crypto',
      session: 3,
      'subject.primary': 'ann',
      'subject.primary.field': 'auid',
      'subject.secondary': 'root',
      'subject.secondary.field': 'uid',
      'object.primary': '10.0.0.1',
      'object.primary.field': 'addr',
      'object.secondary': 22,
      'object.secondary.field': 'rport',
      object_kind: 'user-session',
      action: 'started-crypto-session',
      how: null,
      result: 'success',
      'result.field': 'res',
    });
  });

  it.each(['PATH', 'CWD', 'SOCKADDR', 'UNKNOWN[1999]', 'constructor'])('of a %s alone says nothing', (type) => {
    expect(eventOfRecord(type, 'a=1')).toMatchObject({ normalized: {}, action: '' });
  });
});

describe('an event with a call', () => {
  const withCall = (type: string, fields: string, call: string) =>
    eventsOf(
      recordLine(type, fields) +
        recordLine(
          'SYSCALL',
          `arch=c000003e syscall=${call} success=no exit=-13 items=0 auid=1000 uid=0 ses=3 comm="x" exe="/bin/x" key=(null)`,
        ) +
        recordLine('PROCTITLE', 'proctitle="x"'),
    )[0];

  it('that another record is the reason of says that, and who made the call', () => {
    expect(withCall('AVC', 'avc:  denied  { read } for  pid=3 comm="x" name="y" tclass=dir', '0')).toMatchObject({
      action: '',
      normalized: {
        event_kind: 'mac-decision',
        'subject.primary': 'ann',
        action: 'accessed-mac-policy-controlled-object',
        'object.primary': 'y',
        how: '/bin/x',
        result: 'denied',
      },
    });
    expect(withCall('CONFIG_CHANGE', 'auid=1000 op=add_rule key="k" list=4 res=1', '44')?.normalized).toMatchObject({
      event_kind: 'configuration',
      action: 'added-audit-rule',
      'object.primary': 'k',
    });
  });
});
