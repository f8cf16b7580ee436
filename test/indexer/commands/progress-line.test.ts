import { expect, it, vi } from 'vitest';
import { progressText, showProgress } from '../../../indexer/commands/progress-line.js';

it('shows how much is done, and how long the rest takes', () => {
  const totals = { filesFound: 20_000, filesDone: 8_120, bytesFound: 329e6, bytesDone: 133e6 };
  const text = '[########------------] 8,120 of 20,000 files, 133 of 329 MB, 21.0 MB/s, 10 s left';
  expect(progressText(totals, 6_333)).toBe(text);
  expect(progressText({ filesFound: 0, filesDone: 0, bytesFound: 0, bytesDone: 0 }, 0)).toContain('0 of 0 files');
});

it('never shows more than there is, when files are saved meanwhile', () => {
  const totals = { filesFound: 2, filesDone: 5, bytesFound: 1e6, bytesDone: 3e6 };
  expect(progressText(totals, 1_000)).toBe('[####################] 2 of 2 files, 1.0 of 1.0 MB, 1.0 MB/s, 0 s left');
});

it('says what it waits for again and again, and goes on counting afterwards', () => {
  vi.useFakeTimers();
  try {
    const session = {
      progress: { totals: { filesFound: 2, filesDone: 1, bytesFound: 2, bytesDone: 1 } },
      waitsFor: 'write to the index: the disk is full' as string | undefined,
    };
    const lines: string[] = [];
    const stop = showProgress({ write: (text) => lines.push(text) }, session);
    vi.advanceTimersByTime(20_000);
    session.waitsFor = undefined;
    vi.advanceTimersByTime(10_000);
    stop();
    vi.advanceTimersByTime(60_000);
    const waiting = 'waiting (Ctrl-C ends it): write to the index: the disk is full\n';
    expect(lines).toEqual([waiting, waiting, expect.stringContaining('1 of 2 files')]);
  } finally {
    vi.useRealTimers();
  }
});
