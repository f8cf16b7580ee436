/** Streams that no kernel writes: nothing throws, nothing grows, and what may have been missed is said. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeStream, type StreamGap } from '../../../indexer/audit/changes/change-stream.js';
import type { FileChange } from '../../../indexer/audit/changes/file-change.js';
import { collectGarbage } from '../../../indexer/system/collect-garbage.js';
import { loadCaptures } from '../../helpers/audit-captures.js';
import { auditEvent, path } from '../../helpers/audit-lines.js';

interface Result {
  readonly changes: FileChange[];
  readonly gaps: StreamGap[];
  readonly counters: ChangeStream['counters'];
}

function run(chunks: Iterable<Uint8Array>): Result {
  const changes: FileChange[] = [];
  const gaps: StreamGap[] = [];
  const stream = new ChangeStream({ onChange: (change) => changes.push(change), onGap: (gap) => gaps.push(gap) });
  for (const chunk of chunks) stream.push(Buffer.from(chunk));
  stream.flush();
  return { changes, gaps, counters: stream.counters };
}

const UNLINK = { call: 'unlink', paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/f', 12)] };
const captures = loadCaptures();
const capture = captures.find(({ name }) => name === 'rename_family.enriched')?.log as Buffer;

describe('any bytes', () => {
  const junk = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .constantFrom('type=PATH msg=audit(', '1.000:1): ', 'item=0 name="', '\n', '\x1d', 'node= ', '=', '"')
        .map((text) => Buffer.from(text)),
      fc.nat(capture.length).map((from) => capture.subarray(from, from + 100)),
    ),
  );

  it('never throw, in any cut', () => {
    fc.assert(
      fc.property(junk, (chunks) => void run(chunks)),
      { numRuns: 500 },
    );
  });

  it('never throw as the fields of a record', () => {
    const body = fc.uint8Array({ maxLength: 120 }).map((bytes) => bytes.map((byte) => (byte === 0x0a ? 0x20 : byte)));
    fc.assert(
      fc.property(
        fc.constantFrom('SYSCALL', 'PATH', 'CWD', 'URINGOP', 'OPENAT2', 'CONFIG_CHANGE'),
        body,
        (type, fields) => {
          const event = auditEvent({ ...UNLINK, more: [`${type} `] }).toString('latin1');
          const line = `type=${type} msg=audit(1700000000.000:1): `;
          run([Buffer.from(event.replace(line, line + Buffer.from(fields).toString('latin1')), 'latin1')]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that are no records are counted, and told once for each chunk', () => {
    const { counters, gaps } = run([
      Buffer.from('nonsense\n'.repeat(1000)),
      auditEvent(UNLINK),
      Buffer.from('\xff\n', 'latin1'),
    ]);
    expect(counters).toMatchObject({ badLines: 1001, events: 1, changes: 1 });
    expect(counters.badSamples).toHaveLength(5);
    expect(gaps).toEqual([
      { reason: 'unparsable', sinceMs: 0, count: 1000, keys: null },
      { reason: 'unparsable', sinceMs: 1_700_000_000_000, count: 1, keys: null },
    ]);
  });
});

describe('however the stream is cut into chunks', () => {
  it('the changes are the same', () => {
    const whole = run([capture]).changes;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
        expect(run(cut(capture, sizes)).changes).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('a reused chunk does not change what was told', () => {
    const chunk = Buffer.alloc(512);
    const changes: FileChange[] = [];
    const stream = new ChangeStream({ onChange: (change) => changes.push(change) });
    for (let at = 0; at < capture.length; at += chunk.length) {
      chunk.fill(0x20);
      stream.push(chunk.subarray(0, capture.copy(chunk, 0, at)));
    }
    chunk.fill(0x20);
    expect(changes).toEqual(run([capture]).changes);
  });
});

function* cut(bytes: Buffer, sizes: readonly number[]): Iterable<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe('a stream with an end missing', () => {
  it('that stops anywhere tells nothing else than the whole one', () => {
    const whole = run([capture]).changes;
    fc.assert(
      fc.property(fc.nat(capture.length), (end) => {
        const { changes } = run([capture.subarray(0, end)]);
        for (const change of changes.filter(({ certainty }) => certainty === 'exact'))
          expect(whole).toContainEqual(change);
      }),
      { numRuns: 100 },
    );
  });

  it('that stops anywhere in an exchange of names takes it for nothing else', () => {
    const exchange = run([capture]).changes.find(({ kind }) => kind === 'exchange');
    const stamp = `:${exchange?.serial})`;
    const from = capture.lastIndexOf('\n', capture.indexOf(stamp)) + 1;
    const to = capture.indexOf('\n', capture.lastIndexOf(stamp));
    expect(run([capture.subarray(from, to)]).changes).toEqual([exchange]);
    for (let end = from; end < to; end++)
      for (const change of run([capture.subarray(from, end)]).changes.filter(({ certainty }) => certainty === 'exact'))
        expect(change, `${end - from} bytes`).toEqual(exchange);
  });

  it('that stops anywhere in its last event tells nothing else than the whole one', () => {
    for (const { log } of captures.filter(({ name }) => name.startsWith('rename'))) {
      const whole = run([log]).changes;
      for (let end = log.lastIndexOf('type=SYSCALL'); end < log.length; end++)
        for (const change of run([log.subarray(0, end)]).changes.filter(({ certainty }) => certainty === 'exact'))
          expect(whole).toContainEqual(change);
    }
  });

  it('that stops within a PATH record says that it may have missed something', () => {
    const event = auditEvent(UNLINK);
    const { changes, counters } = run([event.subarray(0, event.lastIndexOf('nametype=') + 'nametype=DEL'.length)]);
    expect(changes).toEqual([]);
    expect([counters.partialEvents, counters.badLines]).toEqual([1, 1]);
  });

  it('that begins in mid-event says that it may have missed something', () => {
    const event = auditEvent(UNLINK);
    const { changes, gaps, counters } = run([event.subarray(event.indexOf('type=CWD'))]);
    expect(changes).toEqual([]);
    expect(counters.partialEvents).toBe(1);
    expect(gaps).toEqual([{ reason: 'partial-event', sinceMs: 1_700_000_000_000, count: 1, keys: null }]);
  });

  it('with a PATH missing, too, unless the call failed', () => {
    expect(run([auditEvent({ ...UNLINK, items: 3 })]).gaps).toMatchObject([{ reason: 'partial-event' }]);
    expect(run([auditEvent({ ...UNLINK, items: 3, success: false })]).gaps).toEqual([]);
  });

  it('gives the last event, which nothing ends', () => {
    expect(run([auditEvent({ ...UNLINK, end: [] })]).changes).toMatchObject([{ kind: 'delete' }]);
  });
});

describe('too much', () => {
  it('a line of 10 MB is passed over, in one chunk or many', () => {
    const line = Buffer.concat([
      Buffer.from('type=PATH msg=audit(1.000:1): name='),
      Buffer.alloc(10_000_000, 'A'),
      Buffer.from('\n'),
    ]);
    for (const chunks of [[line], [...cut(line, [65_536])]]) {
      const { counters, changes } = run([...chunks, auditEvent(UNLINK)]);
      expect(counters).toMatchObject({ longLines: 1, badLines: 0, events: 1 });
      expect(changes).toHaveLength(1);
    }
  });

  it('100,000 events that never end are handed on early, in bounded memory', () => {
    const seen: number[] = [];
    const stream = new ChangeStream({ onChange: ({ serial }) => seen.push(serial) });
    collectGarbage();
    const before = process.memoryUsage();
    for (let serial = 1; serial <= 100_000; serial++) stream.push(auditEvent({ ...UNLINK, serial, end: [] }));
    collectGarbage();
    const after = process.memoryUsage();
    expect(seen).toHaveLength(100_000 - 1000);
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(64 * 1024 * 1024);
    stream.flush();
    expect(seen).toEqual(Array.from({ length: 100_000 }, (_, i) => i + 1));
    expect(stream.counters.evictedEvents).toBe(99_000);
  });

  it('events of many records are cut, and told as partial', () => {
    const paths = Array.from({ length: 20_000 }, (_, i) => path('DELETE', `/w/f${i}`, i));
    const { gaps, counters } = run([auditEvent({ call: 'unlink', paths })]);
    expect(gaps).toMatchObject([{ reason: 'partial-event', count: 1 }]);
    expect(counters.changes).toBeLessThanOrEqual(1000);
  });
});

describe('times and numbers', () => {
  it('absurd ones are no records, or just numbers', () => {
    const absurd = [
      '99999999999999999999.000:1',
      '1.0000:1',
      '-1.000:1',
      '1.000:',
      '1:1',
      'NaN.000:1',
      '1.000:99999999999999999999',
    ];
    const lines = absurd.map((stamp) => `type=PATH msg=audit(${stamp}): item=0\n`).join('');
    expect(run([Buffer.from(lines)]).counters).toMatchObject({ badLines: absurd.length, events: 0 });
  });

  it('a clock that jumps ahead and back loses no later event', () => {
    const times = [1_700_000_000, 99_999_999_999, 0, 1_700_000_000];
    const { changes } = run(times.map((time, i) => auditEvent({ ...UNLINK, time, serial: i + 1 })));
    expect(changes.map(({ timestampMs }) => timestampMs)).toEqual(times.map((time) => time * 1000));
  });

  it('an event without an end from the far future keeps no other from being handed on', () => {
    const times = [99_999_999_999, ...Array.from({ length: 200 }, (_, i) => 1_700_000_000 + i / 10)];
    const seen: number[] = [];
    const stream = new ChangeStream({ onChange: ({ serial }) => seen.push(serial) });
    for (const [serial, time] of times.entries()) stream.push(auditEvent({ ...UNLINK, time, serial, end: [] }));
    expect(seen.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('one serial on two nodes is two events', () => {
    const [a, b] = ['a', 'b'].map((node) =>
      auditEvent({ ...UNLINK, node, paths: [path('PARENT', '/w/', 7), path('DELETE', `/w/${node}`, 12)] }),
    );
    const { changes, counters } = run([interleaved(a as Buffer, b as Buffer)]);
    expect(changes.map(({ node, from }) => [node, from.path?.toString()])).toEqual([
      ['a', '/w/a'],
      ['b', '/w/b'],
    ]);
    expect(counters).toMatchObject({ events: 2, partialEvents: 0 });
  });
});

function interleaved(...streams: readonly Buffer[]): Buffer {
  const lines = streams.map((stream) => stream.toString('latin1').split('\n').slice(0, -1));
  return Buffer.from((lines[0] ?? []).flatMap((_, i) => lines.map((of) => `${of[i]}\n`)).join(''), 'latin1');
}

describe('rules', () => {
  const change = (fields: string): Buffer => Buffer.from(`type=CONFIG_CHANGE msg=audit(1700000000.000:9): ${fields}\n`);

  const gapsOf = (fields: string): StreamGap[] => {
    const gaps: StreamGap[] = [];
    new ChangeStream({ onChange: () => {}, onGap: (gap) => gaps.push(gap) }).push(change(fields));
    return gaps;
  };

  it.each([
    ['rule-removed', 'op=remove_rule dir="/w" key="fsaction" list=4 res=1', ['fsaction']],
    ['rule-removed', 'auid=0 ses=1 op=remove_rule key=6101620A list=4 res=1', ['a', 'b\n']],
    ['rule-removed', 'auid=0 ses=1 op="remove rule" key=(null) list=4 res=1', []],
    ['rule-removed', 'op=set audit_enabled=0 old=1 auid=0 ses=1 res=1', null],
    ['rule-added', 'auid=0 ses=1 op=add_rule key="fsaction" list=4 res=1', ['fsaction']],
    ['rule-added', 'op=add_rule key="x/op=remove_rule" list=4', ['x/op=remove_rule']],
    ['rule-added', 'op=set audit_enabled=1 old=0 auid=0 ses=1 res=1', null],
  ])('%s is told at once: %s', (reason, fields, keys) => {
    expect(gapsOf(fields)).toEqual([{ reason, sinceMs: 1_700_000_000_000, count: 1, keys }]);
  });

  it.each([
    'op=set audit_enabled=1 old=1 res=1',
    'op=set audit_backlog_limit=8192 old=64 res=1',
    'op=remove_rule key="fsaction" list=4 res=0',
    'op=add_rule key="fsaction" list=4 res=0',
  ])('nothing is told of: %s', (fields) => {
    expect(gapsOf(fields)).toEqual([]);
  });

  it('the start of auditd is a gap', () => {
    const line = Buffer.from(
      'type=DAEMON_START msg=audit(1700000000.123:4521): op=start ver=3.0.9 format=raw res=success\n',
    );
    expect(run([line]).gaps).toMatchObject([{ reason: 'daemon-start', sinceMs: 1_700_000_000_123 }]);
  });
});

it('no capture has anything bad or partial', () => {
  for (const { name, log } of captures) {
    expect(run([log]).counters, name).toMatchObject({ badLines: 0, longLines: 0, partialEvents: 0, evictedEvents: 0 });
  }
});
