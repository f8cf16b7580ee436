import { expect, it } from 'vitest';
import { progressText } from '../../../indexer/commands/progress-line.js';

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
