/**
 * Entry of the thread that empties the kernel's queue of an inotify instance. That queue is short: `chmod -R` fills it
 * while the event loop works on its first events, and then everything would have to be compared with the disk. Made by
 * inotify.ts, which asks for what is held here in memory.
 */
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { systemCode } from '../../../shared/errors.js';
import { pollReadable } from '../../system/libc.js';
import { SLICE_BYTES, type ThreadAnswer, type ThreadRequest } from './inotify-protocol.js';

/** 700,000 events and more; what comes then waits in the kernel. */
const MAX_SLICES = 512;
/** A read needs room for an event with the longest name. */
const MIN_ROOM_BYTES = 512;
/** A storm is read this often, not once for each event. */
const PAUSE_MS = 2;

const fd = workerData as number;
const port = parentPort;
if (!port) throw new Error('inotify-thread runs as a worker thread only');

const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
let full: Uint8Array[] = [];
const slice = Buffer.allocUnsafeSlow(SLICE_BYTES);
let used = 0;
let isAskedFor = false;
let poll: { close(): void } | undefined;
let isReadPlanned = false;

port.on('message', (request: ThreadRequest) => {
  switch (request) {
    case 'events':
      isAskedFor = true;
      return answerIfAny();
    case 'all':
      return post({ isAll: readAll() });
    case 'end':
      ignore();
      port.close();
  }
});
listen();

function listen(): void {
  poll ??= pollReadable(fd, planRead);
}

/**
 * libuv calls in outside of Node's own callback scope, where an error would be nobody's: setImmediate brings us into
 * one.
 */
function planRead(): void {
  if (isReadPlanned) return;
  isReadPlanned = true;
  setImmediate(read);
}

function read(): void {
  isReadPlanned = false;
  if (!poll) return;
  const isAll = readAll();
  answerIfAny();
  if (!isAll && full.length > 0) ignore();
  else Atomics.wait(never, 0, 0, PAUSE_MS);
}

/** Until somebody takes what is held, or for good. */
function ignore(): void {
  poll?.close();
  poll = undefined;
}

/** @returns false when the kernel has more. */
function readAll(): boolean {
  while (full.length < MAX_SLICES) if (!readSome()) return true;
  return false;
}

/** @returns false when the kernel has no more. */
function readSome(): boolean {
  if (SLICE_BYTES - used < MIN_ROOM_BYTES) endSlice();
  try {
    used += readSync(fd, slice, used, SLICE_BYTES - used, null);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EAGAIN' || systemCode(error) === 'EINTR') return false;
    throw error;
  }
}

function endSlice(): void {
  full.push(new Uint8Array(slice.subarray(0, used)));
  used = 0;
}

function answerIfAny(): void {
  if (isAskedFor && (used > 0 || full.length > 0)) post({});
}

function post(answer: Pick<ThreadAnswer, 'isAll'>): void {
  if (used > 0) endSlice();
  const slices = full;
  full = [];
  isAskedFor = false;
  port?.postMessage(
    { ...answer, slices } satisfies ThreadAnswer,
    slices.map(({ buffer }) => buffer as ArrayBuffer),
  );
  listen();
}
