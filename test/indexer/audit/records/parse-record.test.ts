import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditRecord, PreambleReader } from '../../../../indexer/audit/records/parse-record.js';

function read(line: string) {
  const bytes = Buffer.from(line, 'latin1');
  const reader = new PreambleReader();
  if (!reader.read(bytes, 0, bytes.length)) return undefined;
  const { node, type, timestampMs, serial, body } = reader;
  return { node, type, timestampMs, serial, body: bytes.toString('latin1', body) };
}

describe('PreambleReader', () => {
  it('reads type, time and serial', () => {
    expect(read('type=PATH msg=audit(1679598373.352:1256072): item=0')).toEqual({
      node: '',
      type: 'PATH',
      timestampMs: 1679598373352,
      serial: 1256072,
      body: ' item=0',
    });
  });

  it('reads the node before the type', () => {
    expect(read('node=my.host.example type=CWD msg=audit(1.002:3): cwd="/"')).toMatchObject({
      node: 'my.host.example',
      type: 'CWD',
      timestampMs: 1002,
      serial: 3,
    });
  });

  it.each([
    ['EOE without anything behind it', 'type=EOE msg=audit(1.002:3):', 'EOE'],
    ['a type auditd has a name for', 'type=USER_LOGIN msg=audit(1.002:3): pid=1', 'USER_LOGIN'],
    ['a type auditd has no name for', 'type=UNKNOWN[1399] msg=audit(1.002:3): x=1', 'UNKNOWN[1399]'],
    ['a known type by its number', 'type=UNKNOWN[1336] msg=audit(1.002:3): uring_op=18', 'URINGOP'],
    ['a bare number', 'type=1300 msg=audit(1.002:3): arch=c000003e', 'SYSCALL'],
    ['a type that begins like a common one', 'type=PATHS msg=audit(1.002:3): x=1', 'PATHS'],
  ])('reads %s', (_what, line, type) => {
    expect(read(line)?.type).toBe(type);
  });

  it.each([
    '',
    'type=',
    'type=PATH',
    'type=PATH ',
    'type= msg=audit(1.002:3): x',
    'Type=PATH msg=audit(1.002:3): x',
    'type=PATH msg=audit(): x',
    'type=PATH msg=audit(1.002): x',
    'type=PATH msg=audit(1:3): x',
    'type=PATH msg=audit(.002:3): x',
    'type=PATH msg=audit(1.002:): x',
    'type=PATH msg=audit(-1.002:3): x',
    'type=PATH msg=audit(1.002:3',
    'type=PATH msg=audit(1.0024:3): x',
    'type=PATH msg=audit(1234567890123.002:3): x',
    'type=PATH msg=audit(1.002:1234567890123456): x',
    'node= type=PATH msg=audit(1.002:3): x',
    `node=${'n'.repeat(300)} type=PATH msg=audit(1.002:3): x`,
    `type=${'T'.repeat(300)} msg=audit(1.002:3): x`,
    '----',
    'time->Fri Nov 21 05:00:00 2026',
  ])('refuses %j', (line) => {
    expect(read(line)).toBeUndefined();
  });

  it('reads a line of one event after that of another, and after a refused one', () => {
    const reader = new PreambleReader();
    const serialOf = (line: string) => reader.read(Buffer.from(line), 0, line.length) && reader.serial;
    expect(serialOf('type=CWD msg=audit(1.002:31): a')).toBe(31);
    expect(serialOf('type=PATH msg=audit(1.002:31): a')).toBe(31);
    expect(serialOf('type=PATH msg=audit(1.002:3): a')).toBe(3);
    expect(serialOf('type=PATH msg=audit(1.002:x): a')).toBe(false);
    expect(serialOf('type=PATH msg=audit(1.002:3): a')).toBe(3);
    expect(serialOf('type=EOE msg=audit(1.002:3):')).toBe(3);
  });

  it('never throws and never reads outside the line, whatever the bytes', () => {
    const piece = fc.constantFrom(
      'type=',
      'node=',
      'PATH ',
      'msg=audit(',
      '1.002:3',
      '): ',
      ':',
      ' ',
      '9',
      '\0',
      '\xff',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(40), (pieces, cutAt) => {
        const line = pieces.join('').slice(0, cutAt);
        const inside = read(line);
        const bytes = Buffer.from(`${line}type=PATH msg=audit(1.002:3): x`, 'latin1');
        const reader = new PreambleReader();
        expect(reader.read(bytes, 0, line.length)).toBe(inside !== undefined);
        if (inside) expect(reader.body).toBeLessThanOrEqual(line.length);
      }),
    );
  });
});

describe('AuditRecord', () => {
  it('keeps its place in the line when it becomes independent of the chunk', () => {
    const chunk = Buffer.from('....node=a type=CWD msg=audit(1.002:3): cwd="/"....');
    const record = new AuditRecord('CWD', chunk, 4, 40, chunk.length - 4);
    record.own();
    chunk.fill('x');
    expect(record.bytes.toString('latin1', record.start, record.end)).toBe(
      'node=a type=CWD msg=audit(1.002:3): cwd="/"',
    );
    expect(record.bytes.toString('latin1', record.body, record.end)).toBe('cwd="/"');
  });
});
