/**
 * The door to the file system for everything that looks at files of the roots: behind it nobody waits for a volume that
 * hangs. One for the process, because the mounts and libuv's few threads are. Without a guard (tests) looks go straight
 * through.
 */
import type { HangingVolumes } from './hanging-volumes.js';

type Guard = Pick<HangingVolumes, 'look' | 'isSilent' | 'mayHang' | 'isStuck'>;

let guard: Guard | undefined;

export function guardLooks(by: Guard | undefined): void {
  guard = by;
}

/** Rejects with VolumeSilent, or as the call does. */
export function look<Result>(path: Uint8Array, call: () => Promise<Result>): Promise<Result> {
  return guard ? guard.look(path, call) : call();
}

/** Its volume does not answer now. */
export function isSilent(path: Uint8Array): boolean {
  return guard?.isSilent(path) ?? false;
}

export function mayHang(path: Uint8Array): boolean {
  return guard?.mayHang(path) ?? false;
}

/** A thread waits for a volume that may never answer: process.exit would wait for the thread. */
export function isStuck(): boolean {
  return guard?.isStuck ?? false;
}
