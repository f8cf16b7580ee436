import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../indexer/audit/audit-event.js';
import { type AssemblerOptions, EventAssembler } from '../../../indexer/audit/event-assembler.js';
import { auditEvent, path } from '../../helpers/audit-lines.js';

/** What an event is, as one line: node, serial, the types of its records. */
function describeEvent({ node, serial, records, isPartial }: AuditEvent): string {
  return `${node}${serial}: ${records.map(({ type }) => type).join(' ')}${isPartial ? ' (partial)' : ''}`;
}

function assembler(options: Partial<AssemblerOptions> = {}) {
  const events: string[] = [];
  const assembler = new EventAssembler((event) => events.push(describeEvent(event)), options);
  const add = (line: string) => assembler.add(Buffer.from(line), 0, Buffer.byteLength(line));
  return { assembler, events, add };
}

const record = (type: string, { ms = 0, serial = 1, fields = '', node = '' } = {}) =>
  `${node && `node=${node} `}type=${type} msg=audit(1700000000.${String(ms).padStart(3, '0')}:${serial}): ${fields}`;

describe('the end of an event', () => {
  it.each([
    'EOE',
    'PROCTITLE',
    'KERNEL',
    'USER_LOGIN',
    'DAEMON_ROTATE',
    'LOGIN',
    'ANOM_LOGIN_FAILURES',
    'MAC_CALIPSO_DEL',
  ])('is %s', (type) => {
    const { events, add } = assembler();
    add(record('AVC'));
    expect(events).toEqual([]);
    add(record(type));
    expect(events).toHaveLength(1);
  });

  it.each(['SYSCALL', 'PATH', 'CONFIG_CHANGE', 'AVC', 'ANOM_ABEND', 'MAC_STATUS', 'UNKNOWN[1399]', 'NEW_IN_2030'])(
    'is not %s',
    (type) => {
      const { events, add, assembler: assembling } = assembler();
      add(record(type));
      expect(events).toEqual([]);
      assembling.flush();
      expect(events).toHaveLength(1);
    },
  );

  it.each([
    [1299, true],
    [1300, false],
    [1320, true],
    [1327, true],
    [1405, false],
    [1406, true],
    [1419, true],
    [1420, false],
    [1999, false],
    [2000, true],
    [2001, false],
    [2099, false],
    [2100, true],
  ])('by the number %i: %s', (number, ends) => {
    const { events, add } = assembler();
    add(record(`UNKNOWN[${number}]`));
    add(record('EOE', { serial: 2 }));
    expect(events.length === 1 || number === 1320).toBe(ends);
  });

  it('is not seen twice: an EOE behind a PROCTITLE, or of an event that never began, is nothing', () => {
    const { events, add } = assembler();
    for (const type of ['AVC', 'PROCTITLE', 'EOE', 'EOE']) add(record(type));
    expect(events).toEqual(['1: AVC PROCTITLE (partial)']);
  });

  it('comes when the stream is two seconds past it', () => {
    const { events, add } = assembler();
    add(record('AVC', { serial: 1 }));
    add(record('AVC', { serial: 2, ms: 1999 }).replace('0.1999', '1.999'));
    expect(events).toEqual([]);
    add('type=AVC msg=audit(1700000002.000:3): ');
    expect(events).toEqual(['1: AVC']);
  });

  it('comes with the end of the input, oldest first', () => {
    const { events, add, assembler: assembling } = assembler();
    for (const serial of [3, 1, 2]) add(record('AVC', { serial }));
    assembling.flush();
    expect(events).toEqual(['3: AVC', '1: AVC', '2: AVC']);
    assembling.flush();
    expect(events).toHaveLength(3);
  });
});

describe('records of several events', () => {
  it('are told apart by node, time and serial', () => {
    const { events, add, assembler: assembling } = assembler();
    const ids = [{}, { node: 'a' }, { node: 'b' }, { ms: 1 }, { serial: 2 }];
    for (const type of ['AVC', 'CRED']) for (const id of ids) add(record(type, id));
    assembling.flush();
    expect(events.toSorted()).toEqual(['1: AVC CRED', '1: AVC CRED', '2: AVC CRED', 'a1: AVC CRED', 'b1: AVC CRED']);
  });

  it('come together again however they were interleaved', () => {
    const count = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(count, fc.infiniteStream(fc.nat()), (events, choices) => {
        const streams = Array.from({ length: events }, (_, i) =>
          auditEvent({
            serial: i + 1,
            node: i % 2 ? 'n' : undefined,
            paths: [path('PARENT', '/', 2), path('CREATE', `/f${i}`, i)],
          } as Parameters<typeof auditEvent>[0])
            .toString()
            .split('\n')
            .slice(0, -1),
        );
        const { events: found, add } = assembler();
        while (streams.some(({ length }) => length > 0)) {
          const left = streams.filter(({ length }) => length > 0);
          add(left[(choices.next().value as number) % left.length]?.shift() as string);
        }
        expect(found.toSorted()).toEqual(
          Array.from(
            { length: events },
            (_, i) => `${i % 2 ? 'n' : ''}${i + 1}: SYSCALL CWD PATH PATH PROCTITLE`,
          ).toSorted(),
        );
      }),
    );
  });
});

describe('limits', () => {
  it('hands on the oldest event when too many are open', () => {
    const { events, add, assembler: assembling } = assembler({ maxOpenEvents: 2 });
    for (const serial of [1, 2, 3, 4]) add(record('AVC', { serial }));
    expect(events).toEqual(['1: AVC', '2: AVC']);
    expect(assembling.evictedEvents).toBe(2);
  });

  it('hands on the oldest events when they hold too many bytes', () => {
    const { events, add, assembler: assembling } = assembler({ maxOpenBytes: 1000 });
    for (const serial of [1, 2, 3]) add(record('AVC', { serial, fields: 'x'.repeat(400) }));
    expect(events).toEqual(['1: AVC']);
    add(record('AVC', { serial: 3, fields: 'x'.repeat(2000) }));
    expect(events).toEqual(['1: AVC', '2: AVC', '3: AVC AVC']);
    add(record('AVC', { serial: 4 }));
    expect(assembling.evictedEvents).toBe(3);
  });

  it('keeps only so many records of one event, and says that it is partial', () => {
    const { events, add } = assembler({ maxRecords: 3 });
    for (let i = 0; i < 9; i++) add(record('AVC'));
    add(record('EOE'));
    expect(events).toEqual(['1: AVC AVC AVC (partial)']);
  });
});

describe('a partial event', () => {
  it.each([
    ['has fewer PATH records than items', { items: 2, paths: [path('NORMAL', '/f', 1)] }, true],
    ['has more', { items: 1, paths: [path('NORMAL', '/f', 1), path('NORMAL', '/g', 2)] }, true],
    ['has no head', { hasSyscall: false, paths: [path('NORMAL', '/f', 1)] }, true],
    ['is not one without files', { items: 0, paths: [] }, false],
    ['is not one with all of them', { paths: [path('NORMAL', '/f', 1)] }, false],
  ])('%s', (_what, spec, isPartial) => {
    const { events, add } = assembler();
    for (const line of auditEvent(spec).toString().trimEnd().split('\n')) add(line);
    expect(events[0]?.endsWith('(partial)')).toBe(isPartial);
  });
});

it('refuses what is no record, and goes on', () => {
  const { events, add } = assembler();
  expect(['', '----', 'type=PATH'].map(add)).toEqual([false, false, false]);
  expect(add(record('USER_LOGIN'))).toBe(true);
  expect(events).toEqual(['1: USER_LOGIN']);
});
