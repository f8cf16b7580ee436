import { describe, expect, it } from 'vitest';
import { type ReadOutcome, Restless } from '../../../indexer/queue/restless.js';

const MIB = 1 << 20;
const DAY_MS = 86_400_000;

function outcome(kind: ReadOutcome['kind'], size: number, textBytes = size): ReadOutcome {
  const stat = { dev: 1, ino: 1, size, mtimeMs: 0, ctimeMs: 0 };
  const text = { length: textBytes } as Uint8Array;
  const read = { stat, isChanging: false };
  if (kind === 'same') return { kind, ...read };
  if (kind === 'grown') return { kind, ...read, appended: { fromByte: 0, text, input: '', isTruncated: false } };
  const extraction = { type: '', title: '', text, markup: new Uint8Array(0), isFileText: true, isTruncated: false };
  return { kind, ...read, extraction: { ...extraction, extractor: 'text', extractorVersion: 1 } };
}

/** Reads a file whenever it may be, for a day, while it changes each second. @returns how often, and the longest wait. */
function aDay(each: ReadOutcome, files = 1): { times: number; longestMs: number } {
  let nowMs = 0;
  const restless = new Restless(16 * MIB, () => nowMs);
  const due = Array.from({ length: files }, () => 0);
  let times = 0;
  let longestMs = 0;
  while (nowMs < DAY_MS) {
    const next = Math.min(...due);
    nowMs = Math.max(nowMs, next);
    const file = due.indexOf(next);
    const holdMs = restless.charge(Buffer.from(`/log${file}`), each);
    longestMs = Math.max(longestMs, holdMs);
    due[file] = nowMs + Math.max(holdMs, 1000);
    times++;
  }
  return { times, longestMs };
}

describe('Restless', () => {
  it('never holds a small file that grows, nor a large one that is saved now and then', () => {
    expect(aDay(outcome('extracted', 20_000)).longestMs).toBe(0);
    let nowMs = 0;
    const restless = new Restless(16 * MIB, () => nowMs);
    for (let n = 0; n < 50; n++) {
      expect(restless.charge(Buffer.from('/book.txt'), outcome('extracted', 4 * MIB))).toBe(0);
      nowMs += 180_000;
    }
  });

  it('lets a log of 8 MB be read within 8 s of each line, for a day', () => {
    expect(aDay(outcome('grown', 8 * MIB, 4000)).longestMs).toBeLessThan(8000);
  });

  it.each([1, 4, 8, 16])('writes less than 5 GB a day for a text of %i MiB that is written anew each second', (mib) => {
    const { times } = aDay(outcome('extracted', mib * MIB));
    expect(times * mib * MIB * 1.5).toBeLessThan(5e9);
    expect(times).toBeGreaterThan(50);
  });

  it('reads what never rests the more seldom the larger it is, to a limit', () => {
    const times = [1, 4, 16, 64, 256].map((mib) => aDay(outcome('same', mib * MIB)).times);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(times[3]).toBe(times[4]);
  });

  it('tells which files are held, until when, when that is longer than it takes to notice', () => {
    let nowMs = 0;
    const restless = new Restless(16 * MIB, () => nowMs);
    while (restless.charge(Buffer.from('/text'), outcome('extracted', 8 * MIB)) < 60_000) nowMs += 1000;
    for (let n = 0; n < 9; n++) restless.charge(Buffer.from('/log'), outcome('grown', MIB, 100));
    const [held, ...others] = restless.held;
    expect([held?.path.toString(), others]).toEqual(['/text', []]);
    expect(held?.untilMs).toBeGreaterThan(nowMs + 60_000);
    nowMs = held?.untilMs ?? 0;
    expect(restless.held).toEqual([]);
  });

  it('lets many share what a few have', () => {
    const all = aDay(outcome('extracted', MIB), 64);
    const few = aDay(outcome('extracted', MIB), 8);
    expect(all.times).toBeLessThan(few.times * 3);
    expect(all.longestMs).toBeLessThanOrEqual(3_600_000);
  });
});
