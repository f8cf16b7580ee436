/**
 * A worker thread that searches again and again, with the index open, and posts how long each search took; and a found word as soon as
 * it is asked for and found. Started by the burst section, so that its own work does not delay the searches.
 */
import { parentPort, workerData } from 'node:worker_threads';

const { bundle, file, texts, pauseMs } = workerData;
const { openForReading, search } = await import(bundle);
const db = openForReading(file);
const now = () => performance.timeOrigin + performance.now();
const awaited = new Set();
parentPort.on('message', (word) => awaited.add(word));

for (let at = 0; ; at++) {
  const startMs = now();
  search(db, texts[at % texts.length], { limit: 10, nowMs: Date.now() });
  parentPort.postMessage({ atMs: startMs, tookMs: now() - startMs });
  for (const word of awaited) {
    if (search(db, word, { limit: 1, nowMs: Date.now() }).hits.length === 0) continue;
    awaited.delete(word);
    parentPort.postMessage({ found: word, atMs: now() });
  }
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
