import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import { findLogs } from '../../../../indexer/audit/log/find-logs.js';
import { ChangeLogReader, type LogCursor } from '../../../../indexer/audit/log/log-reader.js';
import type { LogItem } from '../../../../indexer/audit/log/read-log-line.js';
import { until } from '../../../helpers/test-env.js';
import { change, line, lines, ROOT, SELF, testLog } from './samples.js';

const START: LogCursor = { generation: 1, offset: 0 };

/** What the items say, short: serials of changes, reasons of gaps. */
function told(items: readonly LogItem[]): (number | string)[] {
  return items.map((item) => (item.kind === 'gap' ? item.reason : item.serial));
}

async function readAll(reader: ChangeLogReader): Promise<(number | string)[]> {
  const all: LogItem[] = [];
  for (;;) {
    const { items } = await reader.read();
    if (items.length === 0) return told(all);
    all.push(...items);
  }
}

/** A log with the changes 1 to 3 in its first slot, and a reader that has seen none of them. */
async function smallLog() {
  const log = testLog();
  const ring = await log.open();
  await ring.append([]);
  const reader = new ChangeLogReader(log.directory, ROOT);
  await ring.append([lines(1, 3)]);
  return { log, ring, reader };
}

describe('ChangeLogReader', () => {
  it('reads what is appended, once, with all that the change says', async () => {
    const { ring, reader } = await smallLog();
    expect((await reader.read()).items).toEqual([change(1), change(2), change(3)]);
    expect(await readAll(reader)).toEqual([]);
    await ring.append([lines(4, 4)]);
    expect(await readAll(reader)).toEqual([4]);
  });

  it('goes on at a cursor that was stored as JSON', async () => {
    const { log, ring, reader } = await smallLog();
    const { cursor } = await reader.read();
    await ring.append([lines(4, 5)]);
    const later = new ChangeLogReader(log.directory, ROOT, JSON.parse(JSON.stringify(cursor)) as LogCursor);
    expect(await readAll(later)).toEqual([4, 5]);
  });

  it('follows the log through its slots, however small the pieces it reads', async () => {
    const log = testLog();
    const ring = await log.open(2000, 8);
    await ring.append([]);
    const reader = new ChangeLogReader(log.directory, ROOT);
    for (let serial = 1; serial <= 40; serial++) await ring.append([lines(serial, serial)]);
    const seen: (number | string)[] = [];
    for (let batch = await reader.read(1); batch.items.length > 0; batch = await reader.read(1))
      seen.push(...told(batch.items));
    expect(seen).toEqual(Array.from({ length: 40 }, (_none, at) => at + 1));
  });

  it('tells a gap, once, when slots were overwritten before they were read, and goes on with the oldest there is', async () => {
    const log = testLog();
    const ring = await log.open(2000, 3);
    await ring.append([]);
    const reader = new ChangeLogReader(log.directory, ROOT);
    for (let serial = 1; serial <= 60; serial++) await ring.append([lines(serial, serial)]);
    const [first, second, ...rest] = await readAll(reader);
    expect(first).toBe('log-lost');
    expect(second).toBeGreaterThan(30);
    expect(rest).toEqual(Array.from({ length: 60 - Number(second) }, (_none, at) => Number(second) + 1 + at));
  });

  it('waits for the end of a line that is half written', async () => {
    const { log, reader } = await smallLog();
    await readAll(reader);
    const whole = line(4);
    appendFileSync(log.slot(0), whole.slice(0, 50));
    expect(await readAll(reader)).toEqual([]);
    appendFileSync(log.slot(0), whole.slice(50));
    expect(await readAll(reader)).toEqual([4]);
  });

  it('begins with what comes from now on when it has no cursor', async () => {
    const { log, ring } = await smallLog();
    const late = new ChangeLogReader(log.directory, ROOT);
    await ring.append([lines(4, 4)]);
    expect(await readAll(late)).toEqual([4]);
  });

  it('waits for a log that does not exist yet, and reads it from its beginning', async () => {
    const log = testLog();
    const reader = new ChangeLogReader(log.directory, ROOT);
    expect(await reader.read()).toEqual({ items: [], cursor: undefined });
    const ring = await log.open();
    await ring.append([lines(1, 2)]);
    expect(await readAll(reader)).toEqual([1, 2]);
  });

  it('tells a gap when the log is removed, once, and reads the new one from its beginning', async () => {
    const { log, reader } = await smallLog();
    await readAll(reader);
    rmSync(log.directory, { recursive: true });
    expect(await readAll(reader)).toEqual(['log-lost']);
    mkdirSync(log.directory);
    const ring = await log.open();
    await ring.append([lines(10, 11)]);
    expect(await readAll(reader)).toEqual([10, 11]);
  });

  it('does not take a new log for the old one, even when it is longer', async () => {
    const { log, reader } = await smallLog();
    const { cursor } = await reader.read();
    rmSync(log.directory, { recursive: true });
    mkdirSync(log.directory);
    const removedMs = Date.now();
    await until('it is later', () => Date.now() > removedMs + 1);
    await (await log.open()).append([lines(1, 9)]);
    const [gap, ...rest] = await readAll(new ChangeLogReader(log.directory, ROOT, cursor));
    expect(gap).toBe('log-lost');
    expect(rest).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('tells a gap when the log is cut off underneath it, and sees what comes afterwards', async () => {
    const { log, ring, reader } = await smallLog();
    await readAll(reader);
    truncateSync(log.slot(0), 10);
    await ring.append([lines(4, 4)]);
    expect(await readAll(reader)).toEqual(['log-lost', 4]);
  });

  it('tells a gap when only the end was cut off', async () => {
    const { log, reader } = await smallLog();
    await readAll(reader);
    truncateSync(log.slot(0), readFileSync(log.slot(0)).length - 5);
    expect(await readAll(reader)).toEqual(['log-lost']);
    expect(await readAll(reader)).toEqual([]);
  });

  it('refuses lines that are no changes, counts them, and reads the rest', async () => {
    const { log, reader } = await smallLog();
    await readAll(reader);
    appendFileSync(log.slot(0), `rubbish\n{"kind":"gap","reason":"because","since":1}\n\n${line(4)}{"serial":1}\n`);
    const { items } = await reader.read();
    expect(told(items)).toEqual([4, 'unparsable']);
    expect(items.at(-1)).toMatchObject({ count: 3 });
    expect(reader.refused).toBe(3);
  });

  it('passes over a line of 10 MB in bounded memory', async () => {
    const { log, reader } = await smallLog();
    await readAll(reader);
    appendFileSync(log.slot(0), `{"serial":${'1'.repeat(10_000_000)}}\n${line(4)}`);
    expect(await readAll(reader)).toEqual(['unparsable', 4]);
    expect(reader.refused).toBe(1);
  });

  it('refuses a path outside the root unless an inode can prove it another name of one inside', async () => {
    const { log, reader } = await smallLog();
    await readAll(reader);
    const outside = change(4, '/etc/shadow');
    const alias = { ...change(5, '/mnt/alias/a'), file: { inode: 7, dev: 'fe:00' } };
    appendFileSync(log.slot(0), encodeChange(outside) + encodeChange(alias) + encodeChange(change(6, '/home/alicex')));
    expect(await readAll(reader)).toEqual([5, 'unparsable']);
    expect(reader.refused).toBe(2);
  });

  it('reads a root that is not UTF-8', async () => {
    const root = Buffer.from([0x2f, 0xff, 0xfe]);
    const log = testLog(root);
    const ring = await log.open();
    await ring.append([]);
    const reader = new ChangeLogReader(log.directory, root);
    await ring.append([Buffer.from(encodeChange(change(1, Buffer.concat([root, Buffer.from('/a')]))))]);
    expect(await readAll(reader)).toEqual([1]);
  });

  describe('trusts nothing that others could have put there:', () => {
    it('a symlink in place of a slot', async () => {
      const { log } = await smallLog();
      renameSync(log.slot(0), `${log.directory}/real`);
      symlinkSync(`${log.directory}/real`, log.slot(0));
      expect(await readAll(new ChangeLogReader(log.directory, ROOT, START))).toEqual(['log-lost']);
    });

    it('a symlink in place of the folder', async () => {
      const { log } = await smallLog();
      symlinkSync(log.directory, `${log.directory}-link`);
      expect(await readAll(new ChangeLogReader(`${log.directory}-link`, ROOT, START))).toEqual(['log-lost']);
    });

    it('a folder or a slot that everybody may write to', async () => {
      const { log } = await smallLog();
      chmodSync(log.slot(0), 0o602);
      expect(await readAll(new ChangeLogReader(log.directory, ROOT, START))).toEqual(['log-lost']);
      chmodSync(log.slot(0), 0o600);
      chmodSync(log.directory, 0o777);
      expect(await readAll(new ChangeLogReader(log.directory, ROOT, START))).toEqual(['log-lost']);
    });

    it('a slot of another user', async () => {
      const { log } = await smallLog();
      expect(await readAll(new ChangeLogReader(log.directory, ROOT, START, [12_345]))).toEqual(['log-lost']);
    });

    it('a header that is no header', async () => {
      const { log } = await smallLog();
      for (const header of ['', '{"kind":"log","generation":1e300,"root":"/"}', '[]', `${'x'.repeat(100_000)}`]) {
        writeFileSync(log.slot(0), `${header}\n${line(1)}`);
        expect(await readAll(new ChangeLogReader(log.directory, ROOT, START))).toEqual(['log-lost']);
      }
    });
  });

  it('says when there is more to read, also in a folder that was made anew', async () => {
    const { log, ring, reader } = await smallLog();
    onTestFinished(() => reader.close());
    await readAll(reader);
    let calls = 0;
    reader.onMore(() => calls++);
    await ring.append([lines(4, 4)]);
    await until('it tells of a new line', () => calls > 0);
    const { ino } = statSync(log.directory);
    await ring.close();
    // Most file systems give the new folder the inode of the old one, unless another process is quicker.
    for (let tries = 0; tries === 0 || (tries < 100 && statSync(log.directory).ino !== ino); tries++) {
      rmSync(log.directory, { recursive: true });
      mkdirSync(log.directory);
    }
    const again = await log.open();
    await again.append([]);
    await until('it tells of the new folder', async () => (await readAll(reader)).includes('log-lost'));
    calls = 0;
    await until('it tells of a line in the new folder', async () => {
      await again.append([lines(5, 5)]);
      return calls > 0;
    });
  });
});

describe('findLogs', () => {
  it('finds the logs of one user by the root they name', async () => {
    const log = testLog();
    const base = dirname(log.directory);
    await (await log.open()).append([]);
    renameSync(log.directory, `${base}/${SELF.uid}-abc`);
    mkdirSync(`${base}/${SELF.uid}-empty`);
    mkdirSync(`${base}/${SELF.uid + 1}-abc`);
    const found = findLogs(base);
    expect(found.map(({ root }) => root)).toEqual([ROOT]);
    expect(findLogs('/nowhere')).toEqual([]);
  });
});
