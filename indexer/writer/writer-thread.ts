/**
 * Entry of the writer thread: owns the only handle that writes, so that the event loop never waits for SQLite.
 * Requests are answered in the order they come.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Db, openForWriting, toStoreError } from '../../shared/store/open.js';
import { IndexWriter } from './index-writer.js';
import { Maintenance } from './maintenance.js';
import type { WriterFailure, WriterOptions, WriterReply, WriterRequest } from './protocol.js';

const options = workerData as WriterOptions;
const port = parentPort;
if (!port) throw new Error('writer-thread runs as a worker thread only');

interface Open {
  readonly db: Db;
  readonly writer: IndexWriter;
  readonly maintenance: Maintenance;
}

let opened: Open | undefined;

port.on('message', ({ id, request }: { id: number; request: WriterRequest }) => {
  port.postMessage(answer(id, request));
  if (request.kind === 'close') port.close();
});

function answer(id: number, request: WriterRequest): WriterReply {
  try {
    return { id, ok: true, value: serve(request) };
  } catch (error) {
    return { id, ok: false, error: toFailure(error) };
  }
}

function serve(request: WriterRequest): unknown {
  opened ??= open();
  switch (request.kind) {
    case 'apply':
      return opened.writer.apply(request.ops, request.nowMs);
    case 'take':
      return opened.writer.take(request.request, request.nowMs);
    case 'counts':
      return opened.writer.counts();
    case 'planMaintenance':
      return opened.maintenance.plan();
    case 'maintain':
      return opened.maintenance.step();
    case 'close':
      return opened.db.close();
  }
}

function open(): Open {
  const db = openForWriting(options.file);
  return { db, writer: new IndexWriter(db, options.queue), maintenance: new Maintenance(db) };
}

function toFailure(error: unknown): WriterFailure {
  const { code, message, hint } = toStoreError(`write to the index ${options.file}`, error);
  return { code, message, hint };
}
