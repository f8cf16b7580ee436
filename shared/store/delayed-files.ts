/**
 * Files that go on changing and have cost much: changed, and read again later. Told by the daemon; read by `status` and
 * `find-text`.
 */
import type { HeldFile } from '../daemon-state.js';
import type { Db } from './open.js';

export interface DelayedFile {
  readonly path: Buffer;
  /** When it is read again at the latest, in milliseconds since 1970. */
  readonly untilMs: number;
}

/** Of the reported files, those that have changed since they were read; the longest delay first. */
export function delayedFiles(db: Db, held: readonly HeldFile[]): DelayedFile[] {
  if (held.length === 0) return [];
  const waits = db.prepare<[Buffer], number>('SELECT 1 FROM queue WHERE path = ?').pluck();
  return held
    .map(({ path, untilMs }) => ({ path: Buffer.from(path, 'base64'), untilMs }))
    .filter(({ path }) => waits.get(path) !== undefined)
    .sort((a, b) => b.untilMs - a.untilMs);
}
