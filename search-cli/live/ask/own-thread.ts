/** Entry of the thread in which `find-text -i` asks the index itself, so that a long search does not hold up the keys. */
import { parentPort, workerData } from 'node:worker_threads';
import { KeptIndex } from '../../../shared/answer/kept-index.js';
import { Volumes } from '../../../shared/answer/volumes.js';
import { answerLine } from '../../../shared/ask/answer-line.js';

const { dataDirectory } = workerData as { readonly dataDirectory: string };
const volumes = new Volumes();
const answering = {
  index: new KeptIndex(dataDirectory),
  canLook: (path: Uint8Array) => volumes.canLook(path),
  home: undefined,
  now: Date.now,
};

parentPort?.on('message', (line: string) => parentPort?.postMessage(answerLine(line, answering)));
