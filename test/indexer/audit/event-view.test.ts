/** What `audit events` and the library make of records. Expected values are those of ausearch --interpret, where it knows any. */
import { describe, expect, it } from 'vitest';
import { AuditEventParser, type EventView } from '../../../indexer/audit/index.js';
import { parseAccounts } from '../../../indexer/audit/view/accounts.js';
import { AT_FDCWD, auditEvent, type EventSpec, path } from '../../helpers/audit-lines.js';

const ACCOUNTS = {
  users: parseAccounts('root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n'),
  groups: parseAccounts('root:x:0:\nstaff:x:50:\n'),
};

function eventsOf(lines: Buffer | string): EventView[] {
  const parser = new AuditEventParser(ACCOUNTS);
  const text = lines.toString('latin1').split('\n');
  return [...text.flatMap((line) => parser.parseLine(Buffer.from(line, 'latin1'))), ...parser.flush()];
}

function eventOf(spec: EventSpec): EventView {
  const [event, ...others] = eventsOf(auditEvent(spec));
  expect(others).toEqual([]);
  return event as EventView;
}

const record = (type: string, fields: string): string => `type=${type} msg=audit(1700000000.000:1): ${fields}\n`;

/** The interpreted fields of the one record of this text. */
function fieldsOf(type: string, fields: string) {
  return eventsOf(record(type, fields))[0]?.records[0];
}

const CREATE: EventSpec = {
  call: 'openat',
  args: [AT_FDCWD, '7ffd', '80441', '1a4'],
  key: 'k',
  paths: [path('PARENT', '/w', 7), path('CREATE', 'f', 12)],
};

describe('an event', () => {
  it('has the fields of auditd_tools, in their order', () => {
    const event = eventOf({ ...CREATE, time: 1_607_101_583.16, serial: 52 });
    expect(Object.keys(event)).toEqual(
      'serial timestamp datetime records normalized key keys filepath action'.split(' '),
    );
    expect(event).toMatchObject({
      serial: 52,
      timestamp: 1_607_101_583.16,
      key: 'k',
      keys: ['k'],
      filepath: '/w/f',
      action: 'opened-file',
    });
    expect(event.records.map(({ _type }) => _type)).toEqual(['SYSCALL', 'CWD', 'PATH', 'PATH', 'PROCTITLE']);
  });

  it('has its time as local time', () => {
    const { datetime, timestamp } = eventOf({ ...CREATE, time: 1_607_101_583.16 });
    expect(datetime).toMatch(/^2020-12-0[45] \d\d:\d\d:23\.160000$/);
    expect(new Date(datetime.replace(' ', 'T').slice(0, 23)).getTime()).toBe(timestamp * 1000);
  });

  it('says who did what to what', () => {
    expect(eventOf(CREATE).normalized).toEqual({
      event_kind: 'audit-rule',
      session: 1,
      'subject.primary': 'unset',
      'subject.primary.field': 'auid',
      'subject.secondary': 'ann',
      'subject.secondary.field': 'uid',
      'object.primary': '/w/f',
      'object.primary.field': 'name',
      'object.secondary': 12,
      'object.secondary.field': 'inode',
      object_kind: 'file',
      action: 'opened-file',
      how: 'sh',
    });
  });

  it.each([
    ['unlink', [path('PARENT', '/w/', 7), path('DELETE', '/w/f', 12)], 'deleted', '/w/f', 'file'],
    [
      'mkdir',
      [path('PARENT', '/w/', 7), path('CREATE', '/w/d', 12, '040755')],
      'created-directory',
      '/w/d',
      'directory',
    ],
    ['symlink', [path('PARENT', '/w/', 7), path('CREATE', '/w/s', 12, '0120777')], 'symlinked', '/w/s', 'symlink'],
    ['chmod', [path('NORMAL', '/w/f', 12)], 'changed-file-permissions-of', '/w/f', 'file'],
  ])('%s is called %s', (call, paths, action, filepath, kind) => {
    const event = eventOf({ call, paths });
    expect(event).toMatchObject({ action, filepath, normalized: { action, object_kind: kind } });
  });

  it('of a call that failed has no action, but says what was tried', () => {
    const event = eventOf({ ...CREATE, success: false });
    expect(event).toMatchObject({ action: '', filepath: '', normalized: { action: 'opened-file' } });
    expect(event.records[0]).toMatchObject({ success: 'no', exit: 'ENOENT(No such file or directory)' });
  });

  it('whose path is not told has none, and its names stay relative', () => {
    const event = eventOf({ ...CREATE, args: ['5', '0', '41', '0'] });
    expect(event).toMatchObject({ action: 'opened-file', filepath: '' });
    expect(event.records.at(-2)).toMatchObject({ name: 'f' });
  });

  it('without a system call says what was tried', () => {
    const event = eventsOf(record('USER_LOGIN', "pid=1 uid=0 msg='res=failed'"))[0];
    expect(event).toMatchObject({
      normalized: { action: 'logged-in', result: 'failed' },
      key: null,
      keys: [],
      filepath: '',
      action: 'logged-in',
    });
  });

  it('of a program that runs others is told by its command', () => {
    const how = (exe: string) =>
      eventsOf(auditEvent(CREATE).toString().replace('exe="/bin/sh"', `exe="${exe}"`))[0]?.normalized.how;
    expect(['/usr/bin/python3.11', '/bin/bash', '/usr/bin/rsync', '/usr/bin/nodejs'].map(how)).toEqual([
      'sh',
      'sh',
      '/usr/bin/rsync',
      '/usr/bin/nodejs',
    ]);
  });

  it('can be written as JSON whatever is in it', () => {
    const hostile = eventsOf(
      record('SYSCALL', '__proto__=1 constructor=2 _raw=3 _type=4 toString=5 arch=c000003e syscall=59'),
    );
    expect(JSON.parse(JSON.stringify(hostile[0]))).toMatchObject({
      records: [{ _type: 'SYSCALL', constructor: 2, toString: 5, syscall: 'execve' }],
    });
  });
});

describe('a record', () => {
  it('has what stands in it beside what it means, where they differ', () => {
    const [syscall, cwd] = eventOf(CREATE).records;
    expect(syscall).toMatchObject({
      arch: 'x86_64',
      syscall: 'openat',
      success: 'yes',
      exit: 3,
      a0: 'AT_FDCWD',
      a1: '0x7ffd',
      a2: 'O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC',
      items: 2,
      auid: 'unset',
      uid: 'ann',
      gid: 'root',
      tty: '(none)',
      comm: 'sh',
      exe: '/bin/sh',
      key: 'k',
      _raw: { arch: 'c000003e', syscall: '257', a0: 'ffffff9c', a2: '80441', uid: '1000', comm: '"sh"', key: '"k"' },
    });
    expect(syscall?._raw).not.toHaveProperty('success');
    expect(syscall?._raw).not.toHaveProperty('items');
    expect(cwd).toEqual({ _type: 'CWD', _raw: { cwd: '"/w"' }, type: 'CWD', cwd: '/w' });
  });

  it('has relative names as paths, where they are known', () => {
    expect(eventOf(CREATE).records.at(-2)).toMatchObject({ name: '/w/f', mode: 'file,644', _raw: { name: '"f"' } });
  });

  it('names its node', () => {
    expect(eventOf({ ...CREATE, node: 'host' }).records.map(({ node }) => node)).toEqual(Array(5).fill('host'));
  });

  it('has the names auditd wrote where the event happened', () => {
    const line = record(
      'SYSCALL',
      'arch=c000003e syscall=2 uid=1000 gid=7\u001dARCH=x86_64 SYSCALL=open UID="eve" GID="crew"',
    );
    expect(eventsOf(line)[0]?.records[0]).toMatchObject({ syscall: 'open', uid: 'eve', gid: 'crew' });
  });

  it.each([
    ['SYSCALL', 'arch=c000003e syscall=452 a2=180', { syscall: 'fchmodat2', a2: '0600' }],
    ['SYSCALL', 'arch=40000003 syscall=5 a1=8042', { arch: 'i386', syscall: 'open', a1: 'O_RDWR|O_CREAT|O_LARGEFILE' }],
    ['SYSCALL', 'arch=c000003e syscall=9999', { syscall: 'unknown-syscall(9999)' }],
    ['SYSCALL', 'arch=15 syscall=5', { arch: 15, syscall: 'unknown-syscall(5)' }],
    ['SYSCALL', 'arch=c000003e syscall=264 a0=5 a2=ffffff9c', { a0: '0x5', a2: 'AT_FDCWD' }],
    ['SYSCALL', 'arch=c000003e syscall=constructor a0=5', { a0: '0x5' }],
    [
      'SYSCALL',
      'uid=4242 sig=11 key=(null) subj==x (enforce) ses=4294967295',
      {
        uid: 'unknown(4242)',
        sig: 'SIGSEGV',
        key: null,
        subj: '=x (enforce)',
        ses: 'unset',
      },
    ],
    ['SYSCALL', 'key=6101620A', { key: ['a', 'b\n'] }],
    [
      'PATH',
      'name=(null) inode=18446744073709551615 mode=0104755',
      {
        name: null,
        inode: '18446744073709551615',
        mode: 'file,suid,755',
      },
    ],
    [
      'PATH',
      'name=626164FF mode=041777 cap_fp=0 cap_fe=0',
      { name: 'bad\ufffd', mode: 'dir,sticky,777', cap_fp: 'none', cap_fe: 0 },
    ],
    ['PATH', 'name="123" dev=fe:00', { name: '123', dev: 'fe:00' }],
    [
      'OPENAT2',
      'oflag=02001 mode=0644 resolve=0x18',
      {
        oflag: 'O_WRONLY|O_APPEND',
        mode: '0644',
        resolve: 'RESOLVE_BENEATH|RESOLVE_IN_ROOT',
      },
    ],
    ['URINGOP', 'uring_op=35 success=yes exit=0', { uring_op: 'renameat', exit: 0 }],
    ['EXECVE', 'argc=2 a0="ls" a1=612062', { argc: 2, a0: 'ls', a1: 'a b' }],
    ['SOCKADDR', 'saddr=01002F746D702F7300', { saddr: '{ saddr_fam=local path=/tmp/s }' }],
    ['SOCKADDR', 'saddr=010000616273', { saddr: '{ saddr_fam=local path=@abs }' }],
    ['SOCKADDR', 'saddr=02001F907F0000010000000000000000', { saddr: '{ saddr_fam=inet laddr=127.0.0.1 lport=8080 }' }],
    ['SOCKADDR', 'saddr=01', { saddr: '01' }],
    [
      'USER_LOGIN',
      `pid=7 uid=0 auid=1000 msg='op=login id=1000 exe="/usr/sbin/sshd" hostname=? res=success'`,
      {
        pid: 7,
        uid: 'root',
        auid: 'ann',
        op: 'login',
        id: 'ann',
        exe: '/usr/sbin/sshd',
        hostname: '?',
        res: 'success',
      },
    ],
    [
      'CONFIG_CHANGE',
      'op=remove_rule dir="/w" key="k" list=4 res=1',
      { op: 'remove_rule', dir: '/w', key: 'k', list: 'exit', res: 'yes' },
    ],
  ])('%s %s', (type, fields, expected) => {
    expect(fieldsOf(type, fields)).toMatchObject(expected);
  });

  it('has the command line with spaces for NUL', () => {
    const event = eventOf({ ...CREATE, end: ['PROCTITLE proctitle=7461720078'] });
    expect(event.records.at(-1)).toMatchObject({ proctitle: 'tar x', _raw: { proctitle: '7461720078' } });
  });

  it('that came alone gives the keys of its rule', () => {
    expect(eventsOf(record('CONFIG_CHANGE', 'op=remove_rule key="k"'))[0]).toMatchObject({ key: 'k', keys: ['k'] });
  });
});

describe('parseAccounts', () => {
  it('takes the first name of an id and passes over what is no account', () => {
    expect([...parseAccounts('a:x:1:\nb:x:1:\n\nc\n:x:2:\nd:x:-3:\ne:x:4')]).toEqual([
      [1, 'a'],
      [4, 'e'],
    ]);
  });
});
