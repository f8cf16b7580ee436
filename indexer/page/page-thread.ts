/** Entry of the thread of the page: own connection to the index, which it only reads, and own server. */
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { KeptIndex } from '../../shared/answer/kept-index.js';
import { Volumes } from '../../shared/answer/volumes.js';
import { whileBusy } from '../../shared/while-busy.js';
import { toldStatus } from '../commands/show-status.js';
import { deadLetterHandlers } from './answers/dead-letters.js';
import { historyHandlers } from './answers/history.js';
import { searchHandlers } from './answers/search.js';
import { statusWords } from './answers/status.js';
import type { Handlers } from './handlers.js';
import { redeemLink } from './login-links.js';
import { readPageFiles } from './page-files.js';
import { PageServer } from './page-server.js';
import { Passes } from './passes.js';
import { type Ports, peerUser } from './peer-user.js';
import type { FromPageThread, PageThreadOptions, ToPageThread } from './thread-words.js';

const port = parentPort;
if (!port) throw new Error('page-thread runs as a worker thread only');
const { locations, home, secret, port: lastPort, busySince } = workerData as PageThreadOptions;
const index = new KeptIndex(locations.dataDirectory);
const volumes = new Volumes();
const answering = { index, canLook: (path: Uint8Array) => volumes.canLook(path), home, now: Date.now };
const server = new PageServer({
  files: readPageFiles(fileURLToPath(new URL('page', import.meta.url))),
  handlers: watched({
    ...searchHandlers(answering),
    ...historyHandlers({ index, dataDirectory: locations.dataDirectory, now: Date.now }),
    ...deadLetterHandlers(locations.dataDirectory),
    status: () => statusWords(toldStatus(locations)),
  }),
  passes: new Passes(secret, Date.now),
  redeem: (link, ports) => isOwnUser(ports) && redeemLink(locations.runtimeDirectory, link),
});

port.on('message', (message: ToPageThread) => message === 'end' && end());
// What it rejects with ends the thread, and is told by its owner.
void server.listen(lastPort).then((listening) => port.postMessage({ port: listening } satisfies FromPageThread));

function watched(handlers: Handlers): Handlers {
  const busy = Object.entries(handlers).map(([name, handle]) => [
    name,
    (question: Parameters<typeof handle>[0]) => whileBusy(busySince, () => handle(question)),
  ]);
  return Object.fromEntries(busy);
}

function isOwnUser(ports: Ports): boolean {
  const user = peerUser(ports);
  return user === 'unknown' || user === process.geteuid?.();
}

function end(): void {
  server.close();
  index.close();
  port?.close();
}
