/** Entry of the thread that answers the clients of the query server: own connection to the index, which it only reads. */
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { KeptIndex } from '../../shared/answer/kept-index.js';
import { Volumes } from '../../shared/answer/volumes.js';
import { answerLine } from '../../shared/ask/answer-line.js';
import type { Command } from '../../shared/ask/command.js';
import type { FromQueryThread, QueryThreadOptions, ToQueryThread } from '../../shared/ask/thread-words.js';
import { whileBusy } from '../../shared/while-busy.js';
import { answerCommand } from './answer-command.js';
import { Clients } from './clients.js';

/** The next one finds it warm. To start it again takes 60 ms, to keep it 23 MB. */
const LINGER_MS = 15 * 60_000;

const port = parentPort;
if (!port) throw new Error('query-thread runs as a worker thread only');
const { dataDirectory, home, surroundings, busySince } = workerData as QueryThreadOptions;
const index = new KeptIndex(dataDirectory);
const volumes = new Volumes();
const answering = {
  index,
  canLook: (path: Uint8Array) => volumes.canLook(path),
  home,
  now: Date.now,
  runCommand: (command: Command) => answerCommand(command, { index, dataDirectory, surroundings }),
};
const clients = new Clients({ answer, onChange: () => lingering.refresh() });
const lingering = setInterval(() => clients.count === 0 && say('idle'), LINGER_MS);

port.on('message', (message: ToQueryThread) => {
  if (message === 'end') return end();
  clients.add(new Socket({ fd: message.client, readable: true, writable: true, allowHalfOpen: true }));
  say({ taken: message.client });
});

function answer(line: string): string {
  return whileBusy(busySince, () => answerLine(line, answering));
}

function end(): void {
  clearInterval(lingering);
  clients.close();
  index.close();
  port?.close();
}

function say(message: FromQueryThread): void {
  port?.postMessage(message);
}
