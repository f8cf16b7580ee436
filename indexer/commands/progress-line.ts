/**
 * The progress of the first index or a rebuild: one line that is drawn over on a terminal, one line every 10 s
 * elsewhere.
 */
import { grouped } from '../../shared/counted.js';
import { cleanText } from '../../shared/path-text.js';
import type { ProgressTotals } from '../flow/progress.js';

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 10_000;
const BAR_CELLS = 20;

/** Whose progress is shown: a session. */
export interface Progressing {
  readonly progress: { readonly totals: ProgressTotals };
  /** What has to pass before it goes on; undefined: it goes on. */
  readonly waitsFor: string | undefined;
}

/** @returns a function that ends the display. */
export function showProgress(output: ProgressOutput, session: Progressing): () => void {
  const startMs = performance.now();
  const draw = () => {
    const { waitsFor, progress } = session;
    const line =
      waitsFor === undefined ? progressText(progress.totals, performance.now() - startMs) : waitText(waitsFor);
    output.write(output.isTTY ? `\r${line.slice(0, (output.columns ?? 80) - 1)}\u001b[K` : `${line}\n`);
  };
  const timer = setInterval(draw, output.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (output.isTTY) output.write('\r\u001b[K');
  };
}

/** `[########------------] 8,120 of 20,000 files, 133 of 329 MB, 21 MB/s, 9 s left` */
export function progressText(totals: ProgressTotals, elapsedMs: number): string {
  const { filesFound, bytesFound } = totals;
  // What is saved meanwhile is read as well.
  const filesDone = Math.min(totals.filesDone, filesFound);
  const bytesDone = Math.min(totals.bytesDone, bytesFound);
  const share = bytesFound > 0 ? bytesDone / bytesFound : 0;
  const filled = Math.round(share * BAR_CELLS);
  const bar = '#'.repeat(filled) + '-'.repeat(BAR_CELLS - filled);
  const rate = bytesDone / 1e6 / Math.max(elapsedMs / 1000, 0.001);
  const left = rate > 0 ? `, ${duration((bytesFound - bytesDone) / 1e6 / rate)} left` : '';
  const files = `${grouped(filesDone)} of ${grouped(filesFound)} files`;
  return `[${bar}] ${files}, ${megabytes(bytesDone)} of ${megabytes(bytesFound)} MB, ${rate.toFixed(1)} MB/s${left}`;
}

/** Ctrl-C is no loss: a rebuild leaves the index as it was, a daemon goes on the next time. */
function waitText(waitsFor: string): string {
  return `waiting (Ctrl-C ends it): ${cleanText(waitsFor)}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
