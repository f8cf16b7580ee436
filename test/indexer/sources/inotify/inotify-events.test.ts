import { endianness } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvents } from '../../../../indexer/sources/inotify/inotify-events.js';

function record(wd: number, mask: number, cookie: number, name: Uint8Array, padding: number): Buffer {
  const header = new Int32Array([wd, mask | 0, cookie | 0, name.length + padding]);
  return Buffer.concat([Buffer.from(header.buffer), name, Buffer.alloc(padding)]);
}

describe('parseEvents', () => {
  const fields = fc.record({
    wd: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    mask: fc.nat(0xffffffff),
    cookie: fc.nat(0xffffffff),
    name: fc.uint8Array({ maxLength: 255 }).filter((name) => name.at(-1) !== 0),
  });

  it('reads back any events, and leaves out a record that is cut off', () => {
    fc.assert(
      fc.property(fc.array(fields), fc.nat(15), (events, padding) => {
        const records = events.map(({ wd, mask, cookie, name }) => record(wd, mask, cookie, name, padding));
        const torn = record(1, 2, 3, Buffer.from('name'), 12).subarray(0, 31 - padding);
        const parsed = parseEvents(Buffer.concat([...records, torn]));
        expect(parsed).toEqual(events.map((event) => ({ ...event, name: Buffer.from(event.name) })));
      }),
    );
  });

  it('never reads past the end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const { name } of parseEvents(Buffer.from(bytes)))
          expect(name.length).toBeLessThanOrEqual(bytes.length - 16);
      }),
    );
  });

  it('reads an event as the kernel wrote it', ({ skip }) => {
    if (endianness() !== 'LE') skip('recorded on a little-endian machine');
    const bytes = Buffer.from('010000000001004000000000100000006e65770000000000000000000000000000', 'hex');
    expect(parseEvents(bytes)).toEqual([{ wd: 1, mask: 0x40000100, cookie: 0, name: Buffer.from('new') }]);
  });
});
