/**
 * `diff -U3` as a child process under limits of processor time and memory: what takes a JavaScript library minutes it does in a
 * third of a second. The texts are handed over as files without a name. Never throws.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../../system/find-program.js';

export interface DiffOutput {
  readonly text: string;
  /** There was more. */
  readonly isCut: boolean;
}

/** `missing`: there is no such program, or it does not work here. */
export type DiffRun = DiffOutput | 'missing' | 'time';

const PROCESSOR_SECONDS = 2;
/** On a busy machine a program may wait long for two seconds of a processor. */
const TIME_MS = 30_000;
const MEMORY_BYTES = 64 << 20;
const MAX_OUTPUT = 64 << 10;
const PRLIMIT = '/usr/bin/prlimit';
const SHARED_MEMORY = '/dev/shm';
/** Both inputs are regular files that `diff` opens again by these names. */
const ARGUMENTS = ['-U3', '--label', 'a', '--label', 'b', '--text', '--', '/dev/fd/3', '/dev/fd/4'];

/** @param path  where programs are looked for, as in the environment. */
export async function runDiff(before: string, after: string, path = process.env.PATH ?? ''): Promise<DiffRun> {
  const program = findProgram('diff', path);
  if (program === undefined) return 'missing';
  const inputs: number[] = [];
  try {
    inputs.push(nameless(before), nameless(after));
    return await finish(start(program, inputs));
  } catch {
    return 'missing';
  } finally {
    for (const fd of inputs) closeSync(fd);
  }
}

/** @returns a descriptor of a file that only this process and its child can reach. */
function nameless(text: string): number {
  const path = join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), `find-text-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  return fd;
}

function start(program: string, inputs: readonly number[]): ChildProcess {
  const limits = existsSync(PRLIMIT)
    ? [PRLIMIT, `--data=${MEMORY_BYTES}`, `--cpu=${PROCESSOR_SECONDS}`, '--core=0']
    : [];
  const [command, ...args] = [...limits, program, ...ARGUMENTS];
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore', ...inputs];
  return spawn(command as string, args, { stdio, env: { LC_ALL: 'C' } });
}

/** Ends the child when it has said enough, or has taken too long. */
function finish(child: ChildProcess): Promise<DiffRun> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isTimeout = false;
  const timer = setTimeout(() => {
    isTimeout = true;
    child.kill('SIGKILL');
  }, TIME_MS);
  child.stdout?.on('data', (chunk: Buffer) => {
    if (length > MAX_OUTPUT) return;
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_OUTPUT) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve('missing'));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (length > MAX_OUTPUT) resolve({ text: wholeLines(Buffer.concat(chunks)), isCut: true });
      else if (code === 0 || code === 1) resolve({ text: Buffer.concat(chunks).toString('utf8'), isCut: false });
      else resolve(isTimeout || signal !== null ? 'time' : 'missing');
    });
  });
}

function wholeLines(output: Buffer): string {
  const end = output.subarray(0, MAX_OUTPUT).lastIndexOf(0x0a);
  return output.toString('utf8', 0, end + 1);
}
