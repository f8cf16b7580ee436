import { describe, expect, it } from 'vitest';
import { AUDIT_DEFAULTS, encodeAuditConfig, keyOf } from '../../../../indexer/audit/plugin/audit-config.js';
import { parseAuditConfig } from '../../../../indexer/audit/plugin/parse-audit-config.js';
import { isFresh, type PluginStatus } from '../../../../indexer/audit/plugin/plugin-status.js';
import { SerialWatch } from '../../../../indexer/audit/plugin/serial-watch.js';

const PATH = Buffer.from([0x2f, 0x61, 0xff]);
const CONFIG = {
  ...AUDIT_DEFAULTS,
  runAs: { uid: 5, gid: 6 },
  roots: [{ path: PATH, owner: { uid: 1, gid: 2 }, key: keyOf(PATH) }],
  leaveOut: { paths: [Buffer.from('/b')], actors: [{ exe: '/usr/bin/rsync', uid: 0 }] },
};

describe('the configuration of the plugin', () => {
  it('comes back as it was written, bytes included', () => {
    expect(parseAuditConfig(encodeAuditConfig(CONFIG), 'f')).toEqual(CONFIG);
  });

  it.each<[string, string, string]>([
    ['not JSON', '"version": 1', '"version" 1'],
    ['version is 2', '"version": 1', '"version": 2'],
    ['maxLogs is 1', '"maxLogs": 4', '"maxLogs": 1'],
    ['maxLogBytes is "big"', '"maxLogBytes": 16777216', '"maxLogBytes": "big"'],
    ['has "extra"', '"version": 1', '"version": 1, "extra": 1'],
    ['is not ours', '"key": "find-text-', '"key": "other-'],
    ['pathHex "zz"', '"pathHex": "2f61ff"', '"pathHex": "zz"'],
    ['not absolute and plain', '"path": "/b"', '"path": "/b/../c"'],
    ['not absolute and plain', '"path": "/b"', '"path": "b"'],
    ['not absolute and plain', '"path": "/b"', '"path": "/b/"'],
    ['not absolute and plain', '"path": "/b"', '"path": 7'],
    ['logDirectory "log"', '"logDirectory": "/var/log/find-text"', '"logDirectory": "log"'],
    ['uid is -1', '"uid": 1', '"uid": -1'],
    ['leave out everybody', '"exe": "/usr/bin/rsync",', ''],
    ['is no text', '"exe": "/usr/bin/rsync"', '"exe": 1'],
  ])('is refused when %s', (why, good, bad) => {
    const text = encodeAuditConfig(CONFIG);
    expect(text).toContain(good);
    const spoiled =
      why === 'leave out everybody' ? text.replace(good, bad).replace(/"uid": 0\s*\}/, '}') : text.replace(good, bad);
    expect(() => parseAuditConfig(spoiled, 'the-file')).toThrow(
      new RegExp(`the-file: .*${why.replace(/[()]/g, '\\$&')}`),
    );
  });

  it.each(['', '[]', 'null', '7', '{}', '{"version":1}'])('is refused when it is only %j', (text) => {
    expect(() => parseAuditConfig(text, 'f')).toThrow('read f: ');
  });
});

describe('SerialWatch', () => {
  const see = (watch: SerialWatch, serials: readonly number[], timestampMs = 1000, node = '') =>
    serials.map((serial) => watch.see(node, serial, timestampMs)).filter((loss) => loss !== undefined);

  it('finds nothing wrong with serials a little out of order', () => {
    const watch = new SerialWatch();
    expect(see(watch, [5, 7, 6, 8, 11, 9, 10, 12])).toEqual([]);
    expect(watch.giveUp()).toBeUndefined();
  });

  const many = (from: number) => Array.from({ length: 100 }, (_, i) => from + i);

  it('tells of serials that do not come, when the stream has gone on for long enough', () => {
    const watch = new SerialWatch();
    see(watch, [1, 2], 1000);
    expect(see(watch, many(6), 2000)).toEqual([]);
    expect(see(watch, [106, 107, 108], 4100)).toEqual([{ count: 3, sinceMs: 1000 }]);
    expect(see(watch, [109], 9000)).toEqual([]);
  });

  it('tells of them also when the clock was set back meanwhile', () => {
    const watch = new SerialWatch();
    see(watch, [1, 4], 3_600_000);
    expect(see(watch, many(5), 1000)).toEqual([{ count: 2, sinceMs: 3_600_000 }]);
  });

  it('waits for a serial that is only out of order, whatever the stamps of the events between', () => {
    const watch = new SerialWatch();
    see(watch, [1, 2], 1_000_000);
    expect(see(watch, [4], 900_000)).toEqual([]);
    expect(see(watch, [5], 1_000_001)).toEqual([]);
    expect(see(watch, [6], 9_000_000)).toEqual([]);
    expect(see(watch, [3, 7], 1_000_002)).toEqual([]);
    expect(watch.giveUp()).toBeUndefined();
  });

  it('tells of them with time, at the second look, when few events come', () => {
    const watch = new SerialWatch();
    see(watch, [1, 4]);
    expect(watch.age()).toBeUndefined();
    see(watch, [5]);
    expect(watch.age()).toEqual({ count: 2, sinceMs: 1000 });
    expect(watch.age()).toBeUndefined();
  });

  it('tells of them when the stream has ended', () => {
    const watch = new SerialWatch();
    see(watch, [1, 4]);
    expect(watch.giveUp()).toEqual({ count: 2, sinceMs: 1000 });
    expect(watch.giveUp()).toBeUndefined();
  });

  it('counts each machine of its own', () => {
    const watch = new SerialWatch();
    expect(see(watch, [1, 2], 1000, 'a')).toEqual([]);
    expect(see(watch, [100, 101], 1000, 'b')).toEqual([]);
    expect(see(watch, [3], 9000, 'a')).toEqual([]);
  });

  it('begins anew after a restart of the numbers, and holds little whatever comes', () => {
    const watch = new SerialWatch();
    see(watch, [1_000_000]);
    expect(see(watch, [5, 6, 7], 9000)).toEqual([]);
    const [loss] = see(watch, [1_000_000_000], 9000);
    expect(loss ?? watch.giveUp()).toMatchObject({ count: expect.any(Number) });
  });
});

describe('isFresh', () => {
  it('believes a plugin that has spoken lately, and not one that has ended', () => {
    const status = { isRunning: true, atMs: 100_000 } as PluginStatus;
    expect(isFresh(status, 102_000)).toBe(true);
    expect(isFresh(status, 104_000)).toBe(false);
    expect(isFresh({ ...status, isRunning: false }, 100_001)).toBe(false);
    expect(isFresh(status, 99_900)).toBe(true);
  });

  it('does not believe one that spoke at a time to come, from before the clock was set back', () => {
    expect(isFresh({ isRunning: true, atMs: 3_700_000 } as PluginStatus, 100_000)).toBe(false);
  });
});
