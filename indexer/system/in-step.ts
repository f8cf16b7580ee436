/**
 * Timers at whole multiples of their intervals: those of several parts come in one turn of the event loop. An idle
 * process spends most on waking up.
 */

/** @returns a function that ends it. The first time comes between half an interval and one and a half from now. */
export function inStep(everyMs: number, run: () => void): () => void {
  let timer = setTimeout(next, untilNext(everyMs, performance.now()));
  function next(): void {
    timer = setTimeout(next, untilNext(everyMs, performance.now()));
    run();
  }
  return () => clearTimeout(timer);
}

/** A timer may come a moment early or late: that is no time of its own. */
function untilNext(everyMs: number, nowMs: number): number {
  const waitMs = Math.round(everyMs - (nowMs % everyMs));
  return waitMs < everyMs / 2 ? waitMs + everyMs : waitMs;
}
