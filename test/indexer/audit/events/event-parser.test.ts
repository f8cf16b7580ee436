/** The library: `import { AuditEventParser } from 'find-textd'`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditEventParser, type EventView } from '../../../../indexer/audit/index.js';
import { loadCaptures } from '../../../helpers/audit-captures.js';
import { auditEvent, type EventSpec, path } from '../../../helpers/audit-lines.js';

const NOBODY = { users: new Map(), groups: new Map() };

const deleted = (serial: number, more: EventSpec = {}): string[] =>
  auditEvent({
    serial,
    call: 'unlink',
    key: 'k',
    paths: [path('PARENT', '/w/', 7), path('DELETE', `/w/f${serial}`, serial)],
    ...more,
  })
    .toString('latin1')
    .trimEnd()
    .split('\n');

function feed(lines: readonly string[], filters?: Parameters<AuditEventParser['parseLine']>[1]): EventView[] {
  const parser = new AuditEventParser(NOBODY);
  return lines.flatMap((line) => parser.parseLine(line, filters));
}

describe('parseLine', () => {
  it('gives an event with the line that completes it', () => {
    const parser = new AuditEventParser(NOBODY);
    const given = deleted(1).map((line) => parser.parseLine(line).length);
    expect(given).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it('takes text and bytes, with and without line feed', () => {
    for (const form of [
      (line: string) => line,
      (line: string) => `${line}\n`,
      (line: string) => Buffer.from(line),
      (line: string) => new Uint8Array(Buffer.from(`${line}\n`)),
    ]) {
      const parser = new AuditEventParser(NOBODY);
      expect(deleted(1).flatMap((line) => parser.parseLine(form(line)))).toMatchObject([{ filepath: '/w/f1' }]);
    }
  });

  it('keeps nothing of the caller’s bytes', () => {
    const parser = new AuditEventParser(NOBODY);
    const shared = Buffer.alloc(2000);
    const events = deleted(1).flatMap((line) => {
      shared.fill(0x78);
      shared.write(line, 'latin1');
      return parser.parseLine(shared.subarray(0, line.length));
    });
    expect(events).toMatchObject([{ filepath: '/w/f1', keys: ['k'] }]);
  });

  it('tells interleaved events apart', () => {
    const [a, b] = [deleted(1), deleted(2)];
    const events = feed(a.flatMap((line, i) => [line, b[i] as string]));
    expect(events.map(({ filepath }) => filepath)).toEqual(['/w/f1', '/w/f2']);
  });

  it('never throws', () => {
    const parser = new AuditEventParser(NOBODY);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (line) => void parser.parseLine(line)),
    );
    for (const { log } of loadCaptures()) {
      const text = log.toString('latin1');
      fc.assert(
        fc.property(fc.nat(text.length), fc.nat(40), fc.string(), (at, length, junk) => {
          parser.parseLine(text.slice(at, at + length) + junk + text.slice(at + length, at + 400));
        }),
        { numRuns: 10 },
      );
    }
    expect(Array.isArray(parser.flush())).toBe(true);
  });
});

describe('filters', () => {
  const lines = [
    ...deleted(1),
    ...deleted(2, { key: 'other' }),
    ...deleted(3, { call: 'chmod', paths: [path('NORMAL', '/w/f3', 3)] }),
  ];

  it('keep the events whose field has one of the values', () => {
    const serials = (filters: Parameters<typeof feed>[1]) => feed(lines, filters).map(({ serial }) => serial);
    expect(serials({})).toEqual([1, 2, 3]);
    expect(serials({ action: ['deleted'] })).toEqual([1, 2]);
    expect(serials({ action: ['deleted', 'changed-file-permissions-of'], key: ['k'] })).toEqual([1, 3]);
    expect(serials({ key: [null] })).toEqual([]);
    expect(serials({ serial: [3] })).toEqual([3]);
    expect(serials({ action: [] })).toEqual([]);
  });

  it('work on what flush gives, too', () => {
    const parser = new AuditEventParser(NOBODY);
    for (const line of deleted(1, { end: [] })) parser.parseLine(line);
    expect(parser.flush({ key: ['other'] })).toEqual([]);
  });
});

describe('flush', () => {
  it('gives the events whose end never came, and the parser goes on', () => {
    const parser = new AuditEventParser(NOBODY);
    for (const line of deleted(1, { end: [] })) expect(parser.parseLine(line)).toEqual([]);
    expect(parser.flush()).toMatchObject([{ serial: 1, filepath: '/w/f1' }]);
    expect(parser.flush()).toEqual([]);
    expect(deleted(2).flatMap((line) => parser.parseLine(line))).toMatchObject([{ serial: 2 }]);
  });
});

it('counts what it did not understand', () => {
  const parser = new AuditEventParser(NOBODY);
  for (const line of ['nonsense', ...deleted(1), 'x'.repeat(100_000)]) parser.parseLine(line);
  expect(parser.stats()).toMatchObject({ events: 1, badLines: 1, longLines: 1, badSamples: ['nonsense'] });
});
