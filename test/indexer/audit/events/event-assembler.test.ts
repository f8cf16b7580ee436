import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../indexer/audit/events/audit-event.js';
import { type AssemblerOptions, EventAssembler } from '../../../../indexer/audit/events/event-assembler.js';
import { auditEvent, path } from '../../../helpers/audit-lines.js';

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

/** @param time  seconds since 1970. */
const timed = (type: string, time: number, serial: number, node = '') =>
  `${node && `node=${node} `}type=${type} msg=audit(${time.toFixed(3)}:${serial}): `;

describe('the end of an event', () => {
  it.each(['EOE', 'PROCTITLE', 'KERNEL', 'USER', 'USER_LOGIN', 'DAEMON_ROTATE', 'ANOM_LOGIN_FAILURES'])(
    'is %s',
    (type) => {
      const { events, add } = assembler();
      add(record('AVC'));
      expect(events).toEqual([]);
      add(record(type));
      expect(events).toHaveLength(1);
    },
  );

  it.each([
    'SYSCALL',
    'PATH',
    'LOGIN',
    'CONFIG_CHANGE',
    'AVC',
    'ANOM_ABEND',
    'MAC_STATUS',
    'MAC_UNLBL_ALLOW',
    'MAC_IPSEC_EVENT',
    'MAC_CALIPSO_DEL',
    'UNKNOWN[1399]',
    'NEW_IN_2030',
  ])('is not %s', (type) => {
    const { events, add, assembler: assembling } = assembler();
    add(record(type));
    expect(events).toEqual([]);
    assembling.flush();
    expect(events).toHaveLength(1);
  });

  it.each([
    [1005, true],
    [1006, false],
    [1100, true],
    [1299, true],
    [1300, false],
    [1320, true],
    [1327, true],
    [1415, false],
    [1999, false],
    [2000, true],
    [2001, false],
    [2099, false],
    [2100, true],
    [2999, true],
    [3000, false],
  ])('by the number %i: %s', (number, ends) => {
    const { events, add } = assembler();
    add(record('AVC'));
    add(record(`UNKNOWN[${number}]`));
    expect(events).toHaveLength(ends ? 1 : 0);
  });

  it('is not seen twice: an EOE behind a PROCTITLE, or of an event that never began, is nothing', () => {
    const { events, add } = assembler();
    for (const type of ['AVC', 'PROCTITLE', 'EOE', 'EOE']) add(record(type));
    expect(events).toEqual(['1: AVC PROCTITLE (partial)']);
  });

  it('comes when the stream has gone on for two seconds and many events without it', () => {
    const { events, add } = assembler();
    add(record('AVC', { serial: 1 }));
    for (let i = 0; i < 100; i++) add(timed('USER_CMD', 1_700_000_001.999, 100 + i));
    expect(events).not.toContain('1: AVC');
    for (let i = 0; i < 3; i++) add(timed('USER_CMD', 1_700_000_002.001, 200 + i));
    expect(events).toContain('1: AVC');
  });

  it.each([30, -30, 3_000_000, -3_000_000])('comes also after the clock was set by %i seconds', (seconds) => {
    const { events, add } = assembler();
    add(record('AVC', { serial: 1 }));
    for (let i = 0; i < 100; i++) add(timed('USER_CMD', 1_700_000_000 + seconds, 100 + i));
    expect(events).toContain('1: AVC');
  });

  it('comes with time where the stream is live, at the second look', () => {
    const { events, add, assembler: assembling } = assembler();
    add(record('AVC', { serial: 1 }));
    add(record('AVC', { serial: 2 }));
    assembling.age();
    add(record('CWD', { serial: 2 }));
    expect(events).toEqual([]);
    assembling.age();
    expect(events).toEqual(['1: AVC']);
    assembling.age();
    expect(events).toEqual(['1: AVC', '2: AVC CWD (partial)']);
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

describe('an event stamped at another time than those around it', () => {
  const open = (add: (line: string) => boolean, node = '') => {
    for (const type of ['SYSCALL', 'CWD']) add(record(type, { serial: 1, node }));
  };
  const end = (add: (line: string) => boolean, node = '') => {
    for (const type of ['PATH', 'PROCTITLE']) add(record(type, { serial: 1, node }));
  };

  it.each([-2, -30, -86_400, 2, 30, 86_400, 1e9])('of %i seconds cuts no other one', (seconds) => {
    for (const others of [1, 2, 10, 50]) {
      const { events, add } = assembler();
      open(add);
      for (let i = 0; i < others; i++) add(timed('SYSCALL', 1_700_000_000 + seconds, 100 + i));
      end(add);
      expect(events).toEqual(['1: SYSCALL CWD PATH PROCTITLE (partial)']);
    }
  });

  it('is whole itself, and cuts no other one, in the middle of many others', () => {
    const { events, add } = assembler();
    for (let i = 0; i < 200; i++) {
      const time = 1_700_000_000 + i / 10;
      add(timed('SYSCALL', time, 2 * i + 1000));
      const late = time - (i % 3 === 0 ? 60 : 0);
      add(timed('SYSCALL', late, 2 * i + 1001));
      add(timed('PROCTITLE', time, 2 * i + 1000));
      add(timed('PROCTITLE', late, 2 * i + 1001));
    }
    expect(events).toHaveLength(400);
    expect(events.filter((event) => !event.includes('SYSCALL PROCTITLE'))).toEqual([]);
  });

  it('is of another node, whose clock differs by hours', () => {
    const { events, add } = assembler();
    open(add, 'a');
    for (let i = 0; i < 500; i++) {
      for (const type of ['SYSCALL', 'PROCTITLE']) add(timed(type, 1_700_010_000 + i, 100 + i, 'b'));
    }
    expect(events).toHaveLength(500);
    end(add, 'a');
    expect(events.at(-1)).toBe('a1: SYSCALL CWD PATH PROCTITLE (partial)');
  });
});

describe('records turned round', () => {
  const types = ['PROCTITLE', 'PATH', 'PATH', 'CWD', 'SYSCALL'];

  it('come together in blocks, whatever their order', () => {
    const { events, add, assembler: assembling } = assembler();
    for (const serial of [1, 2]) {
      assembling.endBlock();
      for (const type of types) add(record(type, { serial }));
    }
    assembling.endBlock();
    for (const type of ['SYSCALL', 'PROCTITLE', 'LOGIN']) add(record(type, { serial: 3 }));
    assembling.flush();
    expect(events.map((event) => event.replace(' (partial)', ''))).toEqual([
      `1: ${types.join(' ')}`,
      `2: ${types.join(' ')}`,
      '3: SYSCALL PROCTITLE LOGIN',
    ]);
  });

  it('come together without blocks, too', () => {
    const { events, add, assembler: assembling } = assembler();
    for (const serial of [1, 2]) for (const type of types) add(record(type, { serial }));
    assembling.flush();
    expect(events.map((event) => event.replace(' (partial)', ''))).toEqual([
      `1: ${types.join(' ')}`,
      `2: ${types.join(' ')}`,
    ]);
  });

  it('are not waited for behind a line that only looks like the border of a block', () => {
    const { events, add, assembler: assembling } = assembler();
    assembling.endBlock();
    for (const serial of [1, 2]) add(record('SYSCALL', { serial }));
    for (const serial of [1, 2]) add(record('PROCTITLE', { serial }));
    expect(events).toEqual(['1: SYSCALL PROCTITLE (partial)', '2: SYSCALL PROCTITLE (partial)']);
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

  it('hands on what a node has open when there are too many nodes', () => {
    const { events, add, assembler: assembling } = assembler({ maxNodes: 3 });
    for (const node of ['a', 'b', 'c', 'd', 'e']) add(record('AVC', { node }));
    expect(events).toEqual(['a1: AVC', 'b1: AVC']);
    expect(assembling.evictedEvents).toBe(2);
    assembling.flush();
    expect(events.toSorted()).toEqual(['a1: AVC', 'b1: AVC', 'c1: AVC', 'd1: AVC', 'e1: AVC']);
  });

  it('hands on the event that has been without a record for longest, of whichever node', () => {
    const { events, add } = assembler({ maxOpenEvents: 3 });
    for (const node of ['b', 'a', 'c']) add(record('AVC', { node }));
    add(record('CWD', { node: 'b' }));
    add(record('AVC', { node: 'd' }));
    expect(events).toEqual(['a1: AVC']);
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
