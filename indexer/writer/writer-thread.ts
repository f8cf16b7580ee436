/**
 * Entry of the writer thread: owns the only handle that writes, so that the event loop never waits for SQLite.
 * Requests are answered in the order they come.
 */
import { existsSync, readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { FindTextError } from '../../shared/errors.js';
import { type Db, emptyLog, openForWriting, toStoreError } from '../../shared/store/open.js';
import { RawFile } from '../../shared/store/raw-file.js';
import { checkSeal } from '../../shared/store/seal.js';
import { collectGarbage, compactHeap } from '../system/collect-garbage.js';
import { IndexWriter } from './index-writer.js';
import { Maintenance } from './maintenance.js';
import { packTaken } from './packed-entries.js';
import { unpackOps } from './packed-ops.js';
import type { Opened, WriterFailure, WriterMessage, WriterOptions, WriterReply, WriterRequest } from './protocol.js';
import { SealKeeper } from './seal-keeper.js';

const options = workerData as WriterOptions;
const port = parentPort;
if (!port) throw new Error('writer-thread runs as a worker thread only');

interface Open {
  readonly db: Db;
  readonly raw: RawFile;
  readonly writer: IndexWriter;
  readonly maintenance: Maintenance;
  readonly seal: SealKeeper;
  readonly isUnverified: boolean;
  readonly raisedFrom: number | undefined;
}

let opened: Open | undefined;

port.on('message', (message: WriterMessage) => {
  if (message === 'end') return port.close();
  const { id, request } = message;
  port.postMessage(answer(id, request));
  if (request.kind === 'close') port.close();
});

function answer(id: number, request: WriterRequest): WriterReply {
  try {
    return { id, ok: true, value: serveWithRoom(request) };
  } catch (error) {
    return { id, ok: false, error: toFailure(error) };
  }
}

/** On a full disk what is in the log is moved into the file: the log gives its room to what comes. */
function serveWithRoom(request: WriterRequest): unknown {
  try {
    return serve(request);
  } catch (error) {
    if (!opened || toFailure(error).code !== 'FT_STORE_FULL' || !makeRoom(opened.db)) throw error;
    return serve(request);
  }
}

function makeRoom(db: Db): boolean {
  try {
    return emptyLog(db);
  } catch {
    return false;
  }
}

function serve(request: WriterRequest): unknown {
  opened ??= open();
  const { writer, maintenance, seal, isUnverified, raisedFrom } = opened;
  switch (request.kind) {
    case 'open':
      return { isUnverified, raisedFrom, thread: ownThread() } satisfies Opened;
    case 'apply':
      seal.beforeWrite();
      return writer.apply(unpackOps(request.ops), request.nowMs, request.isTold);
    case 'take':
      if (writer.isAnyDue(request.nowMs)) seal.beforeWrite();
      return packTaken(writer.take(request.request, request.nowMs));
    case 'hasRechecks':
      return request.folders.map((folder) => writer.hasRechecks(folder));
    case 'planMaintenance':
      return maintenance.plan(request.wish);
    case 'maintain':
      return maintenance.step();
    case 'shrink':
      return shrink(opened);
    case 'close':
      return close(opened);
  }
}

function open(): Open {
  const { file } = options;
  const state = checkSeal(file, true);
  if (state === 'damaged') {
    throw new FindTextError('FT_STORE_CORRUPT', `open the index ${file}: it is not as it was written, it is damaged`);
  }
  const isUnverified = state === 'none' && existsSync(file);
  const raw = new RawFile(file);
  const seal = new SealKeeper(raw, () => performance.now());
  let raisedFrom: number | undefined;
  const db = openForWriting(file, (from) => {
    raisedFrom = from;
  });
  const maintenance = new Maintenance(db, raw, seal);
  const writer = new IndexWriter(db, options.queue, options.events);
  return { db, raw, writer, maintenance, seal, isUnverified, raisedFrom };
}

/** `4711/task/4715` */
function ownThread(): string {
  try {
    return readlinkSync('/proc/thread-self');
  } catch {
    return '';
  }
}

/** A collection that V8 has begun by itself, because of large buffers, keeps what was alive then: another one follows. */
function shrink({ db }: Open): void {
  db.pragma('shrink_memory');
  collectGarbage();
  compactHeap();
}

function close({ db, raw, seal }: Open): void {
  seal.beforeWrite();
  db.close();
  seal.begin();
  while (!seal.step());
  seal.close();
  raw.close();
}

function toFailure(error: unknown): WriterFailure {
  const { code, message, hint } = toStoreError(`write to the index ${options.file}`, error);
  return { code, message, hint };
}
