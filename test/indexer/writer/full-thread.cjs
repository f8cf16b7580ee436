/** A writer thread whose disk is full while its file exists, and that dies when it is to shrink. Started by writer-client.test.ts. */
const { existsSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');

parentPort.on('message', (message) => {
  if (message === 'end') return parentPort.close();
  const { id, request } = message;
  if (request.kind === 'shrink') throw new Error('died at work');
  const isFull = existsSync(workerData.file);
  const error = { code: 'FT_STORE_FULL', message: `${request.kind}: no room`, hint: undefined };
  const value = request.kind === 'apply' ? { seq: 1, changes: [] } : request.kind;
  parentPort.postMessage(isFull ? { id, ok: false, error } : { id, ok: true, value });
});
