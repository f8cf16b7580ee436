import { expect, it } from 'vitest';
import { HOLD_MS, ReadBursts } from '../../../../indexer/sources/inotify/read-bursts.js';

const FILE = '/srv/a';

function told(bursts: ReadBursts, nowMs: number): string[] {
  return bursts.take(nowMs).map(({ event }) => `${event.kind} ${event.path} ${event.atMs}`);
}

it('tells what happened in a moment once, and not at once', () => {
  const bursts = new ReadBursts();
  for (const atMs of [10, 11, 12]) {
    bursts.note(FILE, 'open', atMs);
    bursts.note(FILE, 'close', atMs);
  }
  bursts.note('/srv/b', 'open', 12);
  expect(told(bursts, 9 + HOLD_MS)).toEqual([]);
  expect(told(bursts, 10 + HOLD_MS)).toEqual([`open ${FILE} 10`, `close ${FILE} 10`]);
  expect(told(bursts, 12 + HOLD_MS)).toEqual(['open /srv/b 12']);
  expect(bursts.isEmpty).toBe(true);
});

it('tells nothing of an own read, whichever is heard of first', () => {
  const bursts = new ReadBursts();
  bursts.note(FILE, 'open', 0);
  bursts.noteOwn(Buffer.from(FILE), false, 1);
  bursts.note(FILE, 'close', 2);
  bursts.noteOwn(Buffer.from(FILE), true, 3);
  expect(told(bursts, HOLD_MS)).toEqual([]);
});

it('tells of another read beside an own one, and of the next', () => {
  const bursts = new ReadBursts();
  bursts.noteOwn(Buffer.from(FILE), false, 0);
  for (let count = 0; count < 2; count++) bursts.note(FILE, 'open', 1);
  bursts.note(FILE, 'close', 1);
  expect(told(bursts, 1 + HOLD_MS)).toEqual([`open ${FILE} 1`]);
  bursts.note(FILE, 'open', 2 + HOLD_MS);
  expect(told(bursts, 2 + 2 * HOLD_MS)).toEqual([`open ${FILE} ${2 + HOLD_MS}`]);
});

it('waits for the end of an own read that takes long', () => {
  const bursts = new ReadBursts();
  bursts.noteOwn(Buffer.from(FILE), false, 0);
  bursts.note(FILE, 'open', 1);
  expect(told(bursts, 100 * HOLD_MS)).toEqual([]);
  bursts.note(FILE, 'close', 101 * HOLD_MS);
  bursts.noteOwn(Buffer.from(FILE), true, 101 * HOLD_MS);
  expect(told(bursts, 102 * HOLD_MS)).toEqual([]);
});

it('forgets an own read that opened nothing', () => {
  const bursts = new ReadBursts();
  bursts.noteOwn(Buffer.from(FILE), false, 0);
  bursts.noteOwn(Buffer.from(FILE), true, 1);
  expect(told(bursts, 100 * HOLD_MS)).toEqual([]);
  expect(bursts.isEmpty).toBe(true);
  bursts.note(FILE, 'open', 101 * HOLD_MS);
  expect(told(bursts, 102 * HOLD_MS)).toEqual([`open ${FILE} ${101 * HOLD_MS}`]);
});
