/**
 * For the benchmark: with FIND_TEXT_LOOP_REPORT=FILE the longest time the event loop was blocked is written there at
 * the end.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { replaceFile } from '../../shared/own-file.js';

const RESOLUTION_MS = 10;

export function reportLoopDelay(file = process.env.FIND_TEXT_LOOP_REPORT): () => void {
  if (!file) return () => {};
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    histogram.disable();
    const toMs = (nanoseconds: number) => nanoseconds / 1e6 - RESOLUTION_MS;
    const report = { maxMs: toMs(histogram.max), p99Ms: toMs(histogram.percentile(99)), meanMs: toMs(histogram.mean) };
    replaceFile(file, `${JSON.stringify(report)}\n`);
  };
}
