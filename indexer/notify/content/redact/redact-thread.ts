/**
 * Entry of the thread that redacts texts; started by thread-redactor.ts, bundled to dist/redact-thread.js. A thread,
 * because some patterns are a library's: one that does not end is ended with its thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Redactor } from './redactor.js';
import type { RedactAnswer, RedactQuestion, RedactSetting } from './thread-redactor.js';

const { key, patterns, spared } = workerData as RedactSetting;
const redactor = Redactor.create(key, patterns, spared);

parentPort?.on('message', ({ id, texts }: RedactQuestion) => {
  void answer(id, texts).then((reply) => parentPort?.postMessage(reply));
});

async function answer(id: number, texts: readonly string[]): Promise<RedactAnswer> {
  try {
    const able = await redactor;
    const redacted: string[] = [];
    for (const text of texts) redacted.push((await able.redact(text)).text);
    return { id, texts: redacted };
  } catch {
    // Whatever went wrong may have parts of the text in its message.
    return { id, texts: undefined };
  }
}
