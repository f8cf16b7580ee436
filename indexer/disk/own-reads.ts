/**
 * Files that find-text opens itself, told to whoever listens for reads of others: inotify does not say who opened a
 * file. Each is opened once. Costs nothing while nobody listens.
 */
import { BroadcastChannel } from 'node:worker_threads';

/** Of an own read: it is about to begin, or it is over. */
export type OwnReadListener = (path: Uint8Array, isOver: boolean) => void;

const CHANNEL = 'find-text own reads';
const NOTHING = () => {};

let listener: OwnReadListener | undefined;

/** To be called right before a file is opened. @returns to be called when it is closed, or was not opened. */
export function ownRead(path: Uint8Array): () => void {
  if (!listener) return NOTHING;
  const tell = listener;
  tell(path, false);
  return () => tell(path, true);
}

/** Hears of all own reads: of this thread, and of those that share theirs. @returns ends it. */
export function listenToOwnReads(hear: OwnReadListener): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (message) => {
    const { path, isOver } = (message as { data: { path: Uint8Array; isOver: boolean } }).data;
    hear(path, isOver);
  };
  channel.unref();
  listener = hear;
  return () => {
    listener = undefined;
    channel.close();
  };
}

/** In another thread: whoever listens hears of what is read here. @returns ends it. */
export function shareOwnReads(): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  listener = (path, isOver) => channel.postMessage({ path, isOver });
  return () => {
    listener = undefined;
    channel.close();
  };
}
