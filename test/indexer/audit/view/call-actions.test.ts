/** Who did what to what, for calls that change no name in a tree: the words are those of auparse_normalize(3). */
import { describe, expect, it } from 'vitest';
import { eventsOf, recordLine } from '../../../helpers/audit-view.js';

const WHO = 'items=0 ppid=1 pid=2 auid=1000 uid=0 gid=0 ses=1 comm="x" exe="/bin/x" key="k"';

function normalizedOf(call: number, others: string, success = 'yes') {
  const head = recordLine(
    'SYSCALL',
    `arch=c000003e syscall=${call} success=${success} exit=0 a0=1 a1=9 a2=1 a3=1 ${WHO}`,
  );
  const [event] = eventsOf(`${head}${others}${recordLine('EOE', '')}`);
  return event?.normalized;
}

const path = (mode: string) => recordLine('PATH', `item=0 name="/mnt" inode=5 dev=00:13 mode=${mode} nametype=NORMAL`);

const NO_OBJECT = { 'object.primary': undefined, 'object.primary.field': undefined };

describe('a call that changes no name', () => {
  it.each([
    ['kill', 62, recordLine('OBJ_PID', 'opid=77 ocomm="victim"'), 'killed-pid', 'process', 77, 'opid'],
    [
      'connect',
      42,
      recordLine('SOCKADDR', 'saddr=020000357F0000010000000000000000'),
      'connected-to',
      'socket',
      '{ saddr_fam=inet laddr=127.0.0.1 lport=53 }',
      'saddr',
    ],
    ['finit_module', 313, recordLine('KERN_MODULE', 'name="dummy"'), 'loaded-kernel-module', 'file', 'dummy', 'name'],
    ['mount', 165, path('040700'), 'mounted', 'file-system', '/mnt', 'name'],
    ['stat of a folder', 4, path('040700'), 'checked-metadata-of', 'directory', '/mnt', 'name'],
    ['stat of a file', 4, path('0100600'), 'checked-metadata-of', 'file', '/mnt', 'name'],
    ['setuid', 105, '', 'changed-identity-of', 'process', '/bin/x', 'exe'],
    ['brk', 12, '', 'allocated-memory-in', 'memory', 'x', 'comm'],
    ['getpid, which is only of a rule', 39, '', 'triggered-audit-rule', 'admin-defined-rule', 'k', 'key'],
  ])('%s', (_, call, others, action, kind, object, field) => {
    expect(normalizedOf(call, others)).toMatchObject({
      action,
      object_kind: kind,
      'object.primary': object,
      'object.primary.field': field,
    });
  });

  it.each([
    ['settimeofday', 164, 'changed-system-time', 'system'],
    ['sethostname', 170, 'changed-system-name', 'system'],
    ['sendto without an address', 44, 'sent-to', 'socket'],
    ['kill without a process', 62, 'killed-pid', 'process'],
  ])('%s has no object', (_, call, action, kind) => {
    expect({ ...NO_OBJECT, ...normalizedOf(call, '') }).toMatchObject({ action, object_kind: kind, ...NO_OBJECT });
  });

  it('says what was tried when it failed', () => {
    expect(normalizedOf(165, '', 'no')).toMatchObject({ action: 'mounted', 'subject.primary': 'ann' });
  });
});
