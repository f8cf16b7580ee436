/** Makes this process and all it starts give way to others: niceness, and the idle class for the disk. Failing to is no error. */
import { existsSync, readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { runCommand } from '../audit/install/run-command.js';

/** Of util-linux. Node cannot set the class itself. */
const IONICE = '/usr/bin/ionice';
const IDLE_CLASS = '3';

/** Both belong to a thread, and are handed down to the threads and processes it starts: call it before there are many. */
export function giveWay(niceness: number): void {
  const threads = readdirSync('/proc/self/task');
  for (const thread of threads) setNiceness(Number(thread), niceness);
  if (existsSync(IONICE)) runCommand([IONICE, '-c', IDLE_CLASS, '-p', ...threads]);
}

function setNiceness(thread: number, niceness: number): void {
  try {
    if (getPriority(thread) < niceness) setPriority(thread, niceness);
  } catch {
    // It has ended meanwhile.
  }
}
