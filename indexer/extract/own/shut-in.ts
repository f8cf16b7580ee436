/**
 * Entry of a process that becomes a command of the user's configuration; started by run-command.ts, bundled to
 * dist/shut-in.js. It gets the document as its standard input, shuts itself in, and is then that command.
 */
import { openSync, readSync, writeSync } from 'node:fs';
import { confineCommand } from '../../system/confine.js';
import { becomeProgram, exitAtOnce } from '../../system/libc.js';

/** What it is started with, as JSON. */
export interface ShutIn {
  readonly command: readonly string[];
  /** The only folder in which it may write; it is started there. */
  readonly folder: string;
  /** Where the command expects the document as a file; missing: on standard input. */
  readonly copyTo?: string | undefined;
}

const [STDIN, STDERR] = [0, 2];
const CHUNK_BYTES = 1 << 20;
/** As the shell says it: the program cannot be run. */
const CANNOT_RUN = 127;

const { command, folder, copyTo } = JSON.parse(process.argv[2] as string) as ShutIn;
const [program = '', ...args] = command;
try {
  if (copyTo !== undefined) copyDocument(copyTo);
  confineCommand(folder);
  const env = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  becomeProgram(program, [program, ...args], env);
} catch (error) {
  writeSync(STDERR, `${program}: ${(error as Error).message}\n`);
  exitAtOnce(CANNOT_RUN);
}

function copyDocument(path: string): void {
  const into = openSync(path, 'wx', 0o400);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; ; ) {
    const count = readSync(STDIN, buffer, 0, CHUNK_BYTES, at);
    if (count === 0) return;
    writeSync(into, buffer, 0, count);
    at += count;
  }
}
