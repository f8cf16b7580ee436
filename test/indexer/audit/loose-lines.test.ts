/** Audit records as they are found in the field: in the logs of other programs, copied, turned round, cut off. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../indexer/audit/events/audit-event.js';
import { AuditStream, type StreamStats } from '../../../indexer/audit/events/audit-stream.js';
import { runAuditChanges } from '../../../indexer/commands/audit/changes.js';
import { auditChangesText } from '../../helpers/audit-captures.js';
import { auditEvent, type EventSpec, path } from '../../helpers/audit-lines.js';
import { TextSink } from '../../helpers/text-sink.js';

const UNLINK: EventSpec = {
  call: 'unlink',
  key: 'k',
  paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/f', 12)],
  end: ['PROCTITLE proctitle="x"'],
};
const DELETED = 'deleted                       : /w/f\n';
const PLAIN = auditEvent(UNLINK).toString('latin1');
const NUMBERS = { SYSCALL: 1300, CWD: 1307, PATH: 1302, PROCTITLE: 1327 };

const linesOf = (log: string): string[] => log.split('\n').slice(0, -1);
const each = (change: (line: string) => string, log = PLAIN): string =>
  linesOf(log)
    .map((line) => `${change(line)}\n`)
    .join('');
const byNumber = (line: string): string =>
  line.replace(/type=(\w+) msg=/, (_, type: keyof typeof NUMBERS) => `type=${NUMBERS[type]} `);

function read(log: string): { events: string[]; stats: StreamStats } {
  const events: string[] = [];
  const stream = new AuditStream(({ node, serial, records }: AuditEvent) =>
    events.push(`${node} ${serial} ${records.map(({ type }) => type).join(' ')}`.trim()),
  );
  stream.push(Buffer.from(log, 'latin1'));
  stream.end();
  return { events, stats: stream.stats() };
}

async function told(log: string): Promise<{ out: string; err: string }> {
  const stdout = new TextSink();
  const stderr = new TextSink();
  await runAuditChanges({ format: 'text' }, { stdin: Readable.from([Buffer.from(log, 'latin1')]), stdout, stderr });
  return { out: stdout.text, err: stderr.text };
}

describe('one event', () => {
  it.each<[string, string]>([
    ['as auditd writes it', PLAIN],
    ['in lines that end in CR LF', each((line) => `${line}\r`)],
    ['without a line feed at the end', PLAIN.trimEnd()],
    ['with blanks behind the lines', each((line) => `${line}  `)],
    ['with empty lines between', each((line) => `${line}\n\r\n  \n`)],
    ['with its node', each((line) => `node=alpha.example ${line}`)],
    ['with a node in two words', each((line) => `node=CentOS 7.7 ${line}`)],
    ['by way of audispd and syslog', each((line) => `Nov 29 01:02:03 alpha audispd: node=alpha ${line}`)],
    ['by way of syslog with a priority', each((line) => `<13>Nov  9 01:02:03 alpha audispd[77]: ${line}`)],
    [
      'by way of syslog with an ISO date',
      each((line) => `2026-11-29T01:02:03.456789+01:00 alpha tag_audit_log: ${line}`),
    ],
    [
      'by way of the kernel log',
      each((line) => `Nov 29 01:02:03 alpha kernel: [   12.345678] audit: ${byNumber(line)}`),
    ],
    [
      'by way of the log of Android',
      each((line) => `07-05 15:39:19.132  5827  5827 E audit   : ${byNumber(line).replace(' audit(', ' msg=audit(')}`),
    ],
    [
      'with the words that some kernels add',
      PLAIN.replace(' success=', ' per=800008 success=').replace(' pid=', ' ppcomm=main pid='),
    ],
    ['as dmesg prints it', each((line) => `[   12.345678] audit: ${byNumber(line)}`)],
    ['as the kernel logs it', each(byNumber)],
    ['with types by number', each((line) => byNumber(line).replace(' audit(', ' msg=audit('))],
    [
      'with types as auditd prints unknown ones',
      each((line) => byNumber(line).replace(/type=(\d+) /, 'type=UNKNOWN[$1] msg=')),
    ],
    [
      'with types as journald prints unknown ones',
      each((line) => byNumber(line).replace(/type=(\d+) /, 'type=AUDIT$1 msg=')),
    ],
    ['without the colon', each((line) => line.replace('):', ')'))],
    ['with a blank before the colon', each((line) => line.replace('):', ') :'))],
    ['with objtype= as on RHEL 7', PLAIN.replaceAll('nametype=', 'obj=system_u:object_r:etc_t:s0 objtype=')],
    ['as ausearch prints it', `----\ntime->Tue Nov 14 22:13:20 2023\n${linesOf(PLAIN).toReversed().join('\n')}\n`],
    ['as ausearch --raw prints it', PLAIN],
    ['turned round', `${linesOf(PLAIN).toReversed().join('\n')}\n`],
    ['without PROCTITLE, as on RHEL 6', auditEvent({ ...UNLINK, end: [] }).toString('latin1')],
    ['ENRICHED', each((line) => `${line}\x1dARCH=x86_64 SYSCALL=unlink OUID="root"`)],
    ['ENRICHED, copied as text', each((line) => `${line}ARCH=x86_64 SYSCALL=unlink OUID="root"`)],
    [
      'ENRICHED, by way of rsyslog',
      each((line) => `May 20 13:45:56 ds01 tag_OS_audit_log ${line}#035ARCH=x86_64 SYSCALL=unlink OUID="root"`),
    ],
    ['with a key whose closing quote is missing', PLAIN.replace('key="k"', 'key="k')],
    ['with a program whose closing quote is missing', PLAIN.replace('comm="sh"', 'comm="sh')],
  ])('%s', async (_how, log) => {
    expect(await told(log)).toEqual({ out: DELETED, err: '' });
  });

  it('without closing quotes keeps the rest of each record', async () => {
    const log = PLAIN.replaceAll('name="/w/f"', 'name="/w/f').replace('cwd="/w"', 'cwd="/w ');
    expect((await told(log)).out).toBe(DELETED);
  });

  it('loses its last line for a working directory that was cut off', async () => {
    const relative: EventSpec = { call: 'chmod', cwd: '/w/dir', paths: [path('NORMAL', 'f', 12)], end: [] };
    const [syscall, cwd, item] = linesOf(auditEvent(relative).toString('latin1'));
    const whole = [item, syscall, cwd].join('\n');
    expect((await told(whole)).out).toContain(': /w/dir/f');
    expect((await told(whole.slice(0, -3))).out).toContain(': ? f');
  });
});

describe('logs of several machines', () => {
  it('keep events of one stamp and serial apart, by node or by the host in the prefix', () => {
    for (const prefix of ['node=', 'Nov 29 01:02:03 ']) {
      const of = (host: string) =>
        linesOf(each((line) => `${prefix}${host} ${prefix === 'node=' ? '' : 'audispd: '}${line}`));
      const [a, b] = [of('alpha'), of('beta')];
      const log = a.flatMap((line, i) => [line, b[i]]).join('\n');
      expect(read(log).events).toEqual([
        'alpha 1 SYSCALL CWD PATH PATH PROCTITLE',
        'beta 1 SYSCALL CWD PATH PATH PROCTITLE',
      ]);
    }
  });
});

describe('a login', () => {
  it('is one event with the call that led to it', () => {
    const types = ['LOGIN', 'SYSCALL', 'PROCTITLE'];
    const log = types.map((type) => `type=${type} msg=audit(1700000000.100:77): pid=1 items=0\n`).join('');
    expect(read(log).events).toEqual(['77 LOGIN SYSCALL PROCTITLE']);
  });
});

describe('types by number', () => {
  it.each([
    ['1309', 'EXECVE'],
    ['UNKNOWN[1334]', 'BPF'],
    ['1400', 'AVC'],
    ['UNKNOWN[1006]', 'LOGIN'],
    ['1130', 'SERVICE_START'],
    ['UNKNOWN[1423]', 'LANDLOCK_ACCESS'],
    ['MAC_OBJ_CONTEXTS[1426]', 'MAC_OBJ_CONTEXTS'],
    ['UNKNOWN[1999]', 'UNKNOWN[1999]'],
    ['999999', '999999'],
    ['NEW', 'NEW'],
  ])('%s is %s', (type, name) => {
    expect(read(`type=${type} msg=audit(1.002:3): a=b\n`).events).toEqual([`3 ${name}`]);
  });
});

describe('what is no record', () => {
  it.each([
    'Nov 29 01:02:03 alpha audit[77]: SYSCALL arch=c000003e syscall=87 success=yes',
    'audit(1700000000.100:7): initialized',
    'x type=SYSCALL msg=audit(x): ',
    'xtype=SYSCALL msg=audit(1.002:3): ',
    '-----',
  ])('%j is counted', (line) => {
    const { events, stats } = read(`${line}\n`);
    expect(events).toEqual([]);
    expect(stats).toMatchObject({ badLines: 1, interpretedLines: 0 });
  });

  it.each(['11/29/2026 01:02:03.456:789', '29.11.2026 01:02:03.456:789', '2026-11-29 01:02:03.456:789'])(
    'when ausearch has interpreted it, stamped %s, is refused with the advice to give it raw',
    async (stamp) => {
      const { out, err } = await told(`----\nnode=a type=SYSCALL msg=audit(${stamp}) : arch=x86_64 syscall=unlink\n`);
      expect(out).toBe('');
      expect(err).toContain('lines that ausearch has interpreted: 1; give what ausearch --raw prints');
    },
  );

  it('costs little, however it tries to be costly', () => {
    const bad = [
      'node='.repeat(12_000),
      'type='.repeat(12_000),
      ` ${'node=a '.repeat(8_000)}`,
      `type=A msg=audit(${'1 '.repeat(30_000)}`,
      `type=A msg=audit(${'1:'.repeat(30_000)}`,
      `type=${'A'.repeat(60_000)}`,
      ' '.repeat(60_000).concat('x'),
    ];
    const { stats } = read(bad.flatMap((line) => Array.from({ length: 50 }, () => `${line}\n`)).join(''));
    expect(stats.badLines).toBe(350);
  });

  it('never throws, whatever stands before and behind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, behind) => {
        const log = linesOf(PLAIN).map((line) => before + line + behind);
        read(`${log.join('\n')}\n${before}\n----\n${behind}`);
      }),
    );
  });
});

describe('a kernel that writes neither nametype= nor objtype=', () => {
  const bare = (log: string): string => log.replaceAll(/ nametype=\w+/g, '');

  it('has its changes counted, and it is said once', async () => {
    const log = [1, 2, 3].map((serial) => bare(auditEvent({ ...UNLINK, serial }).toString('latin1'))).join('');
    const { out, err } = await told(log);
    expect(out).toBe('');
    expect(err).toBe(
      'find-textd: events of a kernel that writes no nametype= in PATH records, or of an unknown kind of machine: 3; ' +
        'their changes cannot be told\n',
    );
  });

  it.each<[string, EventSpec, boolean]>([
    ['an open to write', { call: 'open', args: ['0', '1'] }, true],
    ['an open to read', { call: 'open', args: ['0', '0'] }, false],
    ['a call that changes nothing', { call: 4 }, false],
    ['a call that failed', { call: 'chmod', success: false }, false],
    ['a chmod', { call: 'chmod' }, true],
  ])('%s is a change: %o, %s', async (_what, spec, isChange) => {
    const log = bare(auditEvent({ paths: [path('NORMAL', '/w/f', 12)], ...spec }).toString('latin1'));
    expect((await told(log)).err.includes('no nametype=')).toBe(isChange);
  });

  it('is not meant where one record was cut', async () => {
    const log = `${linesOf(PLAIN).slice(0, -1).join('\n').slice(0, -20)}`;
    const { err } = await told(log);
    expect(err).not.toContain('no nametype=');
    expect(err).toContain('events with records missing: 1');
    expect(await auditChangesText(Buffer.from(log, 'latin1'), 'text')).toBe('');
  });
});
