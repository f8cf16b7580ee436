/** What a process does just now, for the message of a test that waits for it in vain. Root sees what its threads wait for in the kernel. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Thread {
  readonly id: string;
  readonly name: string;
  /** As in proc_pid_status(5): `R`, `S`, `D`, `Z`, ... */
  readonly state: string;
  /** Functions of the kernel, the innermost first; '' where that may not be seen. */
  readonly stack: string;
}

/** The main one first; none when the process is gone. */
export function threadsOf(pid: number): Thread[] {
  const ids = tryRead(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  return ids.map((id) => threadOf(`/proc/${pid}/task/${id}`, id)).filter(({ state }) => state !== '');
}

/** A line for each thread. */
export function describeThreads(pid: number): string {
  const threads = threadsOf(pid);
  if (threads.length === 0) return `process ${pid} is gone`;
  return threads.map(({ id, name, state, stack }) => `thread ${id} ${name} ${state} ${stack}`.trimEnd()).join('\n');
}

function threadOf(folder: string, id: string): Thread {
  const state = /^State:\t(\S+)/m.exec(read(`${folder}/status`))?.[1] ?? '';
  const stack = read(`${folder}/stack`)
    .replaceAll(/^\[<0>\] |\+0x\S+/gm, '')
    .replaceAll('\n', ' < ');
  return { id, name: read(`${folder}/comm`), state, stack: stack || read(`${folder}/wchan`) };
}

function read(file: string): string {
  return (tryRead(() => readFileSync(file, 'latin1')) ?? '').trim();
}

function tryRead<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
