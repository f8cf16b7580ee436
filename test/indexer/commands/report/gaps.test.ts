/** When the daemon was blind or paused, from what it told: each gap has its end, and the comparison that made it good. */
import { describe, expect, it } from 'vitest';
import { gapLine, gapsOf, type OwnEntry, pausesOf } from '../../../../indexer/commands/report/gaps.js';

const START_MS = Date.parse('2026-11-29T10:00:00.000Z');

function time(minute: number): string {
  return new Date(START_MS + 60_000 * minute).toISOString();
}

function entry(minute: number, kind: string, details: OwnEntry['details'] = {}): OwnEntry {
  return { atMs: START_MS + 60_000 * minute, kind, text: kind, details };
}

function gap(minute: number, kind: 'gap_opened' | 'gap_closed', since: number, folder = '/srv'): OwnEntry {
  return entry(minute, kind, { reason: 'events lost', since: time(since), folder });
}

function compared(minute: number, began: number): OwnEntry {
  return entry(minute, 'compared', { began: time(began) });
}

function lines(...entries: OwnEntry[]): (string | null)[][] {
  return gapsOf(entries)
    .map(gapLine)
    .map(({ from, to, folder, reason, comparedAt }) => [from, to, folder, reason, comparedAt]);
}

describe('a gap', () => {
  it('is made good by a comparison that began after it, not by one that was going on', () => {
    const story = [entry(0, 'start'), gap(2, 'gap_opened', 1), gap(5, 'gap_closed', 1), compared(6, 4)];
    expect(lines(...story)).toEqual([[time(1), time(5), '/srv', 'events lost', null]]);
    expect(lines(...story, compared(9, 7))).toEqual([[time(1), time(5), '/srv', 'events lost', time(9)]]);
  });

  it('is not over until that is told', () => {
    expect(lines(gap(2, 'gap_opened', 1), compared(3, 3))).toEqual([[time(1), null, '/srv', 'events lost', null]]);
  });

  it('is the time between two daemons, from the stop or else from the last sign of life', () => {
    const orderly = [
      entry(0, 'start'),
      entry(10, 'stop'),
      entry(20, 'start', { last_alive: time(9) }),
      compared(22, 21),
    ];
    expect(lines(...orderly)).toEqual([[time(10), time(20), null, 'not running', time(22)]]);
    const killed = [entry(0, 'start'), entry(20, 'start', { last_alive: time(9) })];
    expect(lines(...killed)).toEqual([[time(9), time(20), null, 'not running', null]]);
  });

  it('that ended while nothing ran is over with the next comparison; one that goes on is one', () => {
    const story = [gap(2, 'gap_opened', 1, '/a'), gap(2, 'gap_opened', 1, '/b'), entry(3, 'stop'), entry(5, 'start')];
    expect(lines(...story, gap(6, 'gap_opened', 1, '/a'), compared(8, 7))).toEqual([
      [time(1), null, '/a', 'events lost', null],
      [time(1), time(7), '/b', 'events lost', time(8)],
      [time(3), time(5), null, 'not running', time(8)],
    ]);
  });

  it('may be older than anybody knows', () => {
    const opened = entry(1, 'gap_opened', { reason: 'not mounted', since: '1970-01-01T00:00:00.000Z', folder: '/m' });
    expect(lines(opened)).toEqual([[null, null, '/m', 'not mounted', null]]);
  });
});

it('a pause lasts until it is over or another one begins', () => {
  const story = [entry(1, 'pause'), entry(2, 'resume'), entry(3, 'pause'), entry(4, 'pause')];
  expect(pausesOf(story).map(({ from, to }) => [from, to])).toEqual([
    [time(1), time(2)],
    [time(3), time(4)],
    [time(4), null],
  ]);
});
