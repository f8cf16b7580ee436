/** The notify thread and those who wait for it. The thread is a small one that answers when it is told to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NotifySink } from '../../../indexer/sinks/notify-sink.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

/** What it had before it was given time for its last words. */
const ONCE_ENOUGH_MS = 3_200;

/** It answers, or dies, when it is asked to read. */
const THREAD = `
import { parentPort, workerData } from 'node:worker_threads';
function end() {
  parentPort.postMessage({ kind: 'notice', text: 'last words' });
  parentPort.close();
}
parentPort.on('message', (message) => {
  if (message.kind === 'end') return setTimeout(end, workerData.keepMs);
  if (message === 'poke') return parentPort.postMessage({ kind: 'told', payloads: [{ n: 1 }, { n: 2 }], upTo: 7 });
  if (message.kind === 'shown') return parentPort.postMessage({ kind: 'notice', text: 'heard that ' + message.upTo + ' is shown' });
  if (message.kind !== 'read') return;
  const paths = message.paths.map((path) => Buffer.from(path).toString()).join();
  parentPort.postMessage({ kind: 'notice', text: 'reads ' + paths });
  if (workerData.indexFile === 'dies') throw new Error('dead');
  parentPort.postMessage({ kind: 'have read', id: message.id });
});
`;

function sinkOf(indexFile: string, keepMs = 0) {
  const threadPath = join(tempFolder(), 'thread.mjs');
  writeFileSync(threadPath, THREAD);
  const steps: string[] = [];
  const sink = new NotifySink({
    threadPath,
    thread: {
      ...{ indexFile, dataDirectory: '', auditConfig: '', roots: [], own: [], source: 'inotify' },
      ...{ config: { text: '', file: '', settings: '' }, maxHashBytes: 0, keepMs, heartbeatMs: 0 },
    },
    audience: { onTold: ({ n }) => steps.push(`shows ${n}`) },
    listener: { noticed: (text) => steps.push(text) },
    inbox: {
      trouble: (_kind, text) => text && steps.push(text),
      caughtUp: async () => steps.push('caught up'),
    },
  });
  onTestFinished(() => sink.close());
  return { sink, steps };
}

it('has read all that happened to what is about to be forgotten when it says so', async () => {
  const { sink, steps } = sinkOf('answers');
  await sink.beforeForget([Buffer.from('/a'), Buffer.from('/b')]);
  expect(steps).toEqual(['caught up', 'reads /a,/b']);
});

it('keeps nobody waiting when the thread dies', async () => {
  const { sink, steps } = sinkOf('dies');
  await sink.beforeForget([Buffer.from('/a')]);
  expect(steps.at(-1)).toMatch(/dead; it is started again/);
});

it('waits for its last words, also where they take long on a busy machine', async () => {
  const { sink, steps } = sinkOf('answers', ONCE_ENOUGH_MS);
  await sink.close();
  expect(steps).toEqual(['last words']);
});

it('says when what the thread has told is shown', async () => {
  const { sink, steps } = sinkOf('answers');
  await sink.deliver();
  await until('all three steps are done', () => steps.length === 3);
  expect(steps).toEqual(['shows 1', 'shows 2', 'heard that 7 is shown']);
});
