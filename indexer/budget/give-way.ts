/**
 * Makes this process and all it starts give way to others at the processor, and a little at the disk: the kernel makes
 * the disk priority of the niceness. Not the idle class of the disk: at a busy one the write of a saved file would wait
 * for ten seconds.
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** It belongs to a thread, and is handed down to the threads and processes it starts. */
export function giveWay(niceness: number): void {
  for (const thread of readdirSync('/proc/self/task')) setNiceness(Number(thread), niceness);
}

function setNiceness(thread: number, niceness: number): void {
  try {
    if (getPriority(thread) < niceness) setPriority(thread, niceness);
  } catch {
    // It has ended meanwhile.
  }
}
