/** Threads that end by themselves, when they are told to, or not at all. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endThread, hasStuckThread } from '../../../indexer/system/end-thread.js';

describe('endThread', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lets a thread end that does', async () => {
    const worker = { terminate: vi.fn(async () => 0) };
    await endThread(worker, Promise.resolve());
    expect(worker.terminate).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops one that goes on', async () => {
    const exit = untilResolved();
    const worker = {
      terminate: vi.fn(async () => {
        exit.resolve();
        return 1;
      }),
    };
    const over = endThread(worker, exit.promise);
    await vi.advanceTimersByTimeAsync(1_000);
    await over;
    expect(worker.terminate).toHaveBeenCalledOnce();
    expect(hasStuckThread()).toBe(false);
  });

  it('does not wait for one that the kernel holds, and knows of it as long as it is there', async () => {
    const exit = untilResolved();
    const over = endThread({ terminate: () => new Promise(() => {}) }, exit.promise);
    await vi.advanceTimersByTimeAsync(10_000);
    await over;
    expect(hasStuckThread()).toBe(true);
    exit.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(hasStuckThread()).toBe(false);
  });
});

function untilResolved(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
