import { readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeLogReader } from '../../../../indexer/audit/log/log-reader.js';
import { LogWriter } from '../../../../indexer/audit/log/log-writer.js';
import { tryReadLogLine } from '../../../../indexer/audit/log/read-log-line.js';
import { type Slot, SlotRing } from '../../../../indexer/audit/log/slot-ring.js';
import { collectGarbage } from '../../../../indexer/system/collect-garbage.js';
import { until } from '../../../helpers/test-env.js';
import { change, line, lines, ROOT, testLog } from './samples.js';

const OPTIONS = { maxWaitingBytes: 1 << 20, now: () => performance.now() };

/** A place to write to that can be told to fail; keeps what was written. */
class FakeRing {
  text = '';
  error: Error | undefined;

  async append(parts: readonly Buffer[]): Promise<void> {
    if (this.error) throw this.error;
    this.text += Buffer.concat(parts).toString();
  }

  /** Serials of changes, reasons and counts of gaps. */
  told(): unknown[] {
    return this.text
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .map(({ kind, serial, reason, count }) => (kind === 'gap' ? `${reason} ${count ?? ''}`.trim() : serial));
  }
}

/** Writes when the test says so. */
class SlowDisk extends FakeRing {
  #finish: (() => void) | undefined;

  get isWriting(): boolean {
    return this.#finish !== undefined;
  }

  override append(parts: readonly Buffer[]): Promise<void> {
    this.text += Buffer.concat(parts).toString();
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  finish(): void {
    this.#finish?.();
    this.#finish = undefined;
  }
}

const NO_SPACE = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });

describe('LogWriter', () => {
  it('writes changes in their order, and gaps before those that wait with them', async () => {
    const ring = new FakeRing();
    const writer = new LogWriter(ring, OPTIONS);
    for (let serial = 1; serial <= 2000; serial++) writer.append(line(serial), serial);
    writer.gap('plugin-start', 0);
    await writer.flush();
    expect(ring.told()).toEqual(['plugin-start', ...Array.from({ length: 2000 }, (_none, at) => at + 1)]);
  });

  it('is settled when what was appended is in the log, whatever comes meanwhile', async () => {
    const disk = new SlowDisk();
    const writer = new LogWriter(disk, OPTIONS);
    await writer.settled();
    writer.append(line(1), 1);
    await until('the first is being written', () => disk.isWriting);
    writer.append(line(2), 2);
    let isSettled = false;
    const settled = writer.settled().then(() => {
      isSettled = true;
    });
    disk.finish();
    await until('the second is being written', () => disk.isWriting);
    writer.append(line(3), 3);
    expect(isSettled).toBe(false);
    disk.finish();
    await settled;
    expect(disk.told()).toEqual([1, 2]);
    await until('the third is being written', () => disk.isWriting);
    disk.finish();
  });

  it('is settled when what was appended is given up', async () => {
    const ring = new FakeRing();
    const writer = new LogWriter(ring, OPTIONS);
    ring.error = NO_SPACE;
    writer.append(line(1), 1);
    await writer.settled();
    expect([ring.told(), writer.dropped]).toEqual([[], 1]);
  });

  it('drops what cannot be written, and says how much since when as soon as it can write again', async () => {
    const ring = new FakeRing();
    const writer = new LogWriter(ring, OPTIONS);
    ring.error = NO_SPACE;
    writer.append(line(1), 111_000);
    writer.append(line(2), 112_000);
    await writer.flush();
    expect(writer).toMatchObject({ state: 'failing', dropped: 2 });
    writer.append(line(3), 113_000);
    await writer.flush();
    ring.error = undefined;
    writer.append(line(4), 114_000);
    await writer.flush();
    expect(writer).toMatchObject({ state: 'writing', dropped: 3 });
    expect(ring.told()).toEqual(['log-full 3', 4]);
    expect(ring.text).toContain('"since":111,');
  });

  it('keeps a gap that could not be written', async () => {
    const ring = new FakeRing();
    const writer = new LogWriter(ring, OPTIONS);
    ring.error = NO_SPACE;
    writer.gap('overflow', 5000, 2);
    await writer.flush();
    writer.gap('overflow', 4000, 3);
    ring.error = undefined;
    await writer.flush();
    expect(ring.told()).toEqual(['overflow 5']);
    expect(ring.text).toContain('"since":4,');
  });

  it('holds no more in memory than it may, however slow the disk, and tells what it dropped', async () => {
    const disk = new SlowDisk();
    const writer = new LogWriter(disk, { ...OPTIONS, maxWaitingBytes: 200_000 });
    writer.append(line(0), 0);
    await until('the first line is being written', () => disk.isWriting);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let serial = 1; serial <= 50_000; serial++) writer.append(line(serial), serial);
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(400_000);
    expect(writer.dropped).toBeGreaterThan(45_000);
    disk.finish();
    await until('the rest is being written', () => disk.isWriting);
    disk.finish();
    const told = disk.told();
    expect(told.slice(0, 3)).toEqual([0, `log-full ${writer.dropped}`, 1]);
    expect(told.length - 2 + writer.dropped).toBe(50_000);
  });

  it('makes one line of many gaps of a kind', async () => {
    const ring = new FakeRing();
    const writer = new LogWriter(ring, OPTIONS);
    for (let at = 0; at < 1000; at++) writer.gap('partial-event', 5000 - at, 1);
    await writer.flush();
    expect(ring.told()).toEqual(['partial-event 1000']);
  });

  it('says that nobody can find what it writes when the log was removed', async () => {
    const log = testLog();
    const writer = new LogWriter(await log.open(), OPTIONS);
    writer.append(line(1), 1);
    await writer.flush();
    rmSync(log.directory, { recursive: true });
    writer.append(line(2), 2);
    await writer.flush();
    expect(writer).toMatchObject({ state: 'vanished', dropped: 1 });
  });
});

describe('SlotRing', () => {
  it('never takes more room than its slots, and keeps the newest', async () => {
    const log = testLog();
    const ring = await log.open(5000, 3);
    for (let serial = 1; serial <= 200; serial++) await ring.append([lines(serial, serial)]);
    const sizes = readdirSync(log.directory).map((name) => statSync(`${log.directory}/${name}`).size);
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5000);
    const all = [0, 1, 2].map((index) => readFileSync(log.slot(index), 'utf8')).join('');
    expect(all).toContain('"serial":200,');
    expect(all).not.toContain('"serial":100,');
  });

  it('goes on where it was when it is opened again', async () => {
    const log = testLog();
    const first = await log.open();
    await first.append([lines(1, 2)]);
    const reader = new ChangeLogReader(log.directory, ROOT);
    await first.close();
    await (await log.open()).append([lines(3, 3)]);
    expect((await reader.read()).items).toHaveLength(1);
    expect(readFileSync(log.slot(0), 'utf8').match(/"kind":"log"/g)).toHaveLength(1);
  });

  it('ends a line that was left half written before it goes on', async () => {
    const log = testLog();
    const first = await log.open();
    await first.append([lines(1, 1), Buffer.from('{"serial":2')]);
    await (await log.open()).append([lines(3, 3)]);
    const text = readFileSync(log.slot(0), 'utf8').split('\n');
    expect(text.slice(2, 4)).toEqual(['{"serial":2', line(3).trim()]);
  });

  it('begins a new slot when somebody else has cut or written to the one in use', async () => {
    const log = testLog();
    const ring = await log.open();
    await ring.append([lines(1, 1)]);
    truncateSync(log.slot(0), 3);
    await ring.append([lines(2, 2)]);
    expect(readFileSync(log.slot(1), 'utf8')).toContain('"serial":2,');
  });

  it('writes no change without a header, and does not empty the other slots, while the disk is full', async () => {
    const disk = new SmallDisk(400);
    const slots = [disk.slot(), disk.slot(), disk.slot()];
    const ring = new SlotRing(slots, ROOT, 1 << 20, Date.now);
    await ring.append([Buffer.from('a\n')]);
    const first = slots[0]?.text;
    for (let tries = 0; tries < 10; tries++) await ring.append([Buffer.alloc(500, 'x')]).catch(() => {});
    slots[0]?.cut(first?.length ?? 0);
    await ring.append([Buffer.from('b\n')]);
    expect(slots.map(({ text }) => text.match(/"kind":"log"/g)?.length ?? 0)).toEqual([1, 1, 0]);
    expect(slots[1]?.text).toMatch(/^\{"kind":"log".*\}\nb\n$/);
  });

  it('lets nobody read a change that did not happen, whatever fails in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 30 }), async (rooms) => {
        const disk = new SmallDisk(0);
        const slots = [disk.slot(), disk.slot()];
        const ring = new SlotRing(slots, ROOT, 1000, Date.now);
        for (const [serial, room] of rooms.entries()) {
          disk.room = room;
          await ring.append([lines(serial, serial)]).catch(() => {});
        }
        disk.room = 10_000;
        await ring.append([lines(1000, 1000)]);
        const read = slots
          .flatMap(({ text }) => text.split('\n'))
          .map((text) => tryReadLogLine(Buffer.from(text), ROOT))
          .filter((item) => item != null && item.kind !== 'gap');
        expect(read).toEqual(read.map(({ serial }) => change(serial)));
        expect(read).toContainEqual(change(1000));
      }),
      { numRuns: 200 },
    );
  });
});

/** Slots in memory that share so much room. */
class SmallDisk {
  constructor(public room: number) {}

  slot() {
    const disk = this;
    const slot = {
      text: '',
      cut(length: number) {
        disk.room += slot.text.length - length;
        slot.text = slot.text.slice(0, length);
      },
      async truncate() {
        slot.cut(0);
      },
      async stat() {
        return { size: slot.text.length, nlink: 1, mtimeMs: 1 };
      },
      async read() {
        return { buffer: Buffer.alloc(0), bytesRead: 0 };
      },
      async writev(parts: readonly Buffer[]) {
        const whole = Buffer.concat(parts).toString('latin1');
        const taken = whole.slice(0, disk.room);
        if (taken.length === 0) throw NO_SPACE;
        disk.room -= taken.length;
        slot.text += taken;
        return { bytesWritten: taken.length };
      },
      async close() {},
    };
    return slot as typeof slot & Slot;
  }
}

describe('a full device', () => {
  it('fails to write to /dev/full and drops', async () => {
    const full = await open('/dev/full', 'r+');
    const ring = new SlotRing([full], ROOT, 1 << 20, Date.now);
    const writer = new LogWriter(ring, OPTIONS);
    writer.append(line(1), 1);
    await writer.flush();
    expect(writer).toMatchObject({ state: 'failing', dropped: 1 });
    await full.close();
  });
});
