/** The processor time of this process, as a test says: it grows with each look at it, and with nothing else. */
import { onTestFinished, vi } from 'vitest';

/** Until the test ends. */
export function workAtEachLook(ms: number): void {
  let looks = 0;
  const spy = vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: ++looks * ms * 1000, system: 0 }));
  onTestFinished(() => spy.mockRestore());
}
