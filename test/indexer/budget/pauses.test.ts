import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseDuration } from '../../../indexer/budget/parse-duration.js';
import { Pauses } from '../../../indexer/budget/pauses.js';
import { restText } from '../../../shared/activity.js';
import { tempFolder } from '../../helpers/temp.js';

let folder: string;
let clock: { bootId: string; uptime: number; now: number };

function pauses(): Pauses {
  return new Pauses(folder, { bootId: clock.bootId, uptimeS: () => clock.uptime, nowMs: () => clock.now });
}

beforeEach(() => {
  folder = join(tempFolder(), 'run');
  clock = { bootId: 'this boot', uptime: 1000, now: Date.UTC(2026, 0, 1) };
});

describe('a pause of the user', () => {
  it('is there for whoever looks until it is ended', () => {
    expect(pauses().current()).toBeUndefined();
    pauses().pause(undefined);
    clock.uptime += 1e6;
    expect(pauses().current()).toEqual({ kind: 'user', untilMs: null });
    pauses().resume();
    expect(pauses().current()).toBeUndefined();
  });

  it('ends with its time, also when the clock is set back', () => {
    pauses().pause(60);
    clock.now -= 86_400_000;
    clock.uptime += 59;
    expect(pauses().current()).toEqual({ kind: 'user', untilMs: clock.now + 1000 });
    clock.uptime += 1;
    expect(pauses().current()).toBeUndefined();
  });

  it('ends with the boot', () => {
    pauses().pause(undefined);
    clock.bootId = 'the next boot';
    expect(pauses().current()).toBeUndefined();
  });

  it('is replaced by the next one', () => {
    pauses().pause(undefined);
    pauses().pause(60);
    expect(pauses().current()).toEqual({ kind: 'user', untilMs: clock.now + 60_000 });
  });

  it.each(['', '{', 'null', '[]', '{"bootId":"this boot"}', '{"bootId":"this boot","untilUptimeS":"x"}'])(
    'is none when its file says %j',
    (text) => {
      pauses().pause(undefined);
      writeFileSync(join(folder, 'pause.json'), text);
      expect(pauses().current()).toBeUndefined();
    },
  );
});

describe('the pause of a command', () => {
  it('holds until it is ended, and after the pause of the user', () => {
    const end = pauses().inhibit('make all');
    expect(pauses().current()).toEqual({ kind: 'command', command: 'make all', pid: process.pid });
    pauses().pause(60);
    expect(pauses().current()?.kind).toBe('user');
    pauses().resume();
    expect(pauses().current()?.kind).toBe('command');
    end();
    expect(pauses().current()).toBeUndefined();
  });

  it('ends with its process, and another process of that number is not taken for it', () => {
    pauses().inhibit('make');
    const { pid: gone } = spawnSync('true');
    for (const holder of [
      { pid: gone, startTicks: 1, command: 'gone' },
      { pid: 1, startTicks: 123_456, command: 'other' },
    ]) {
      writeFileSync(join(folder, `inhibit-${process.pid}.json`), JSON.stringify(holder));
      expect(pauses().current()).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});

describe('the words for a pause', () => {
  const now = new Date(2026, 10, 21, 9, 5).getTime();

  it('tell its end or its holder', () => {
    expect(restText({ kind: 'user', untilMs: null }, now)).toBe('until `find-textd resume`');
    expect(restText({ kind: 'user', untilMs: now + 60_000 }, now)).toBe('until 09:06');
    expect(restText({ kind: 'user', untilMs: now + 86_400_000 }, now)).toBe('until 2026-11-22 09:05');
    expect(restText({ kind: 'command', command: 'a\u001bb', pid: 7 }, now)).toBe('by a\\x1bb (process 7)');
  });
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['2h', 7200],
    ['1.5d', 129_600],
    ['365d', 31_536_000],
  ])('takes %s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '2', 'h', '2x', '0m', '-1h', '2 h', '366d', '1e3s', '2h30m', '999999999999s'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow('that is no time from 1s to 365d');
  });
});
