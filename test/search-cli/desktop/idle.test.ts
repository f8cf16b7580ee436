import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Idle } from '../../../search-cli/desktop/idle.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is said when nobody has asked for a while, not before somebody could, and not while an answer is on its way', async () => {
  let times = 0;
  const idle = new Idle(1000, () => times++);
  vi.advanceTimersByTime(5000);
  expect(times).toBe(0);
  idle.start();
  vi.advanceTimersByTime(999);
  let answer: () => void = () => {};
  const asked = idle.during(() => new Promise<void>((resolve) => (answer = resolve)));
  vi.advanceTimersByTime(5000);
  expect([times, idle.isBusy]).toEqual([0, true]);
  answer();
  await asked;
  vi.advanceTimersByTime(999);
  expect(times).toBe(0);
  vi.advanceTimersByTime(1);
  expect([times, idle.isBusy]).toEqual([1, false]);
  await expect(idle.during(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  vi.advanceTimersByTime(1000);
  expect(times).toBe(2);
  idle.stop();
});
