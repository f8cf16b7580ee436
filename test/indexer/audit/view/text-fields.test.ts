/** Words around the fields: what SELinux decided, and the punctuation of daemons old and new. */
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../helpers/audit-view.js';

const PAM =
  "user pid=501 uid=0 auid=4294967295 subj=system_u:system_r:crond_t:s0 msg='PAM: accounting acct=ann : " +
  'exe="/usr/sbin/crond" (hostname=?, addr=?, terminal=cron res=success)\'';

describe('the fields of a record', () => {
  it.each([
    [
      'AVC',
      'avc:  denied  { read write } for  pid=311 comm="lpd" name="spool" tclass=dir permissive=0',
      { seresult: 'denied', seperms: 'read,write', pid: 311, comm: 'lpd', permissive: 0 },
    ],
    [
      'AVC',
      'avc:  granted  { execute } for  pid=1 path="/a b"',
      { seresult: 'granted', seperms: 'execute', path: '/a b' },
    ],
    ['AVC', 'avc: denied { getattr } for pid=1', { seresult: 'denied', seperms: 'getattr', pid: 1 }],
    ['AVC', 'avc:  denied  null for  pid=1', { seresult: 'denied', pid: 1 }],
    ['AVC', 'avc:  denied  {  } for  pid=1', { seresult: 'denied', pid: 1 }],
    [
      'USER_AVC',
      "pid=700 uid=0 subj=system_u:system_r:dbusd_t:s0-s0:c0.c1023 msg='avc:  denied  { send_msg acquire_svc } for " +
        'msgtype=method_call dest=org.example.Lamp tclass=dbus permissive=0 exe="/usr/bin/dbus-daemon" sauid=0 hostname=? terminal=?\'',
      {
        subj: 'system_u:system_r:dbusd_t:s0-s0:c0.c1023',
        seresult: 'denied',
        seperms: 'send_msg,acquire_svc',
        msgtype: 'method_call',
        exe: '/usr/bin/dbus-daemon',
        sauid: 'root',
        terminal: '?',
      },
    ],
    [
      'USER_AVC',
      'pid=7 subj=a:b:c:s0 msg=\'avc:  received policyload notice (seqno=4)  exe="/bin/d" (sauid=81, hostname=?, addr=?, terminal=?)\'',
      {
        subj: 'a:b:c:s0',
        msg: 'avc: received policyload notice',
        seqno: 4,
        exe: '/bin/d',
        sauid: 'unknown(81)',
        hostname: '?',
        terminal: '?',
      },
    ],
    [
      'USER_ACCT',
      PAM,
      {
        subj: 'system_u:system_r:crond_t:s0',
        msg: 'PAM: accounting',
        acct: 'ann',
        exe: '/usr/sbin/crond',
        hostname: '?',
        addr: '?',
        terminal: 'cron',
        res: 'success',
      },
    ],
    [
      'USER_LOGIN',
      `pid=2 uid=0 auid=848 msg='uid=1000: exe="/bin/login" (hostname=?, addr=?, terminal=tty3 res=success)'`,
      { uid: 'root', 'msg.uid': 'ann', auid: 'unknown(848)', exe: '/bin/login', hostname: '?', res: 'success' },
    ],
    [
      'USER_AVC',
      `pid=1 uid=0 auid=-1 ses=-1 subj=i:t msg='avc:  denied  { start } for auid=1000 uid=1000 gid=1000 tclass=service'` +
        '\x1dUID="root" AUID="unset" UID="eve" AUID="eve"',
      { uid: 'root', auid: 'unset', 'msg.auid': 'eve', 'msg.uid': 'eve', seperms: 'start' },
    ],
    [
      'DAEMON_START',
      'auditd start, ver=1.0.15, format=raw, auid=4294967295 pid=1804 res=success, auditd pid=1804',
      { msg: 'auditd start', ver: '1.0.15', format: 'raw', auid: 'unset', res: 'success', pid: 1804 },
    ],
    ['CONFIG_CHANGE', 'audit_enabled=1 old=0 by auid=0', { audit_enabled: 1, old: 0, auid: 'root' }],
    [
      'LOGIN',
      'login pid=7 uid=0 old auid=4294967295 new auid=0 old ses=4294967295 new ses=5',
      { pid: 7, uid: 'root', 'old-auid': 'unset', auid: 'root', 'old-ses': 'unset', ses: 5 },
    ],
    [
      'SELINUX_ERR',
      'security_compute_sid:  invalid context a:b:c for scontext=d:e:f',
      { msg: 'security_compute_sid: invalid context a:b:c for', scontext: 'd:e:f' },
    ],
    [
      'USER',
      `pid=1 uid=0 msg='hello, world exe="/sbin/auditctl" res=success'`,
      { msg: 'hello, world', exe: '/sbin/auditctl' },
    ],
    [
      'ADD_GROUP',
      "pid=1 msg='op=adding group to /etc/group id=4 res=success'",
      { op: 'adding group to /etc/group', id: 'adm', res: 'success' },
    ],
    [
      'USER_CMD',
      `pid=1 msg='cwd="/" cmd=6C73202D6C (terminal=pts/1 res=success)'`,
      { cmd: 'ls -l', terminal: 'pts/1', res: 'success' },
    ],
    [
      'DM_CTRL',
      "module=crypt op=ctr error_msg='a success' res=1",
      { module: 'crypt', error_msg: 'a success', res: 'yes' },
    ],
    ['TRUSTED_APP', `pid=1 msg='op=say text="it's (so)," done=yes'`, { op: 'say', text: "it's (so),", done: 'yes' }],
    [
      'USER_START',
      'pid=1 msg=\'op=login acct="ann" addr=fe80:: res=success',
      { acct: 'ann', addr: 'fe80::', res: 'success' },
    ],
    [
      'SYSCALL',
      'pid=1 tty=(none) ses=3 subj==/usr/sbin/x (enforce) key=(null)',
      { tty: '(none)', subj: '=/usr/sbin/x (enforce)', key: null },
    ],
    [
      'AVC',
      'apparmor="DENIED" info="Failed name lookup - x" name="/a" pid=3',
      { info: 'Failed name lookup - x', name: '/a' },
    ],
    ['USER_ACCT', "pid=1 subj=x:y msg='' ", { pid: 1, subj: 'x:y' }],
  ])('%s %s', (type, fields, expected) => {
    expect(recordOf(type, fields)).toMatchObject(expected);
  });

  it('has no words of one message in the value before it, and no made-up names', () => {
    const record = recordOf('USER_ACCT', PAM);
    expect(Object.keys(record)).toEqual(
      '_type _raw type pid uid auid subj msg acct exe hostname addr terminal res'.split(' '),
    );
  });
});
