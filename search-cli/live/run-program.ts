/** Starts the programs that `find-text -i` and `--open` open files with, and asks the desktop which they are. */
import { execFile, spawn } from 'node:child_process';
import type { Command } from './act.js';

const ANSWER_MS = 2_000;
const MEDIA_TYPE = /^\w[\w.+-]*\/\w[\w.+-]*$/;
const ENTRY = /^\w[\w.+-]*\.desktop$/;

/** Beside this program; it may outlive it. @returns why it failed; undefined: it did not, or is still at work */
export async function runBeside(commands: readonly Command[]): Promise<string | undefined> {
  let why: string | undefined;
  for (const command of commands) {
    why = await outcome(command, { detached: true, stdio: 'ignore' });
    if (why === undefined) return undefined;
  }
  return why;
}

/** With the terminal, until it has ended. */
export function runInTerminal(command: Command): Promise<string | undefined> {
  return outcome(command, { stdio: 'inherit' });
}

function outcome({ program, args }: Command, options: { detached?: true; stdio: 'ignore' | 'inherit' }) {
  return new Promise<string | undefined>((resolve) => {
    const child = spawn(program, args, options);
    if (options.detached) child.unref();
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `${program} ended with ${code ?? signal}`));
  });
}

/**
 * Which program of the desktop opens files of the type.
 * @returns the name of its desktop entry; undefined: there is none, or nobody answers in time.
 */
export function defaultApplication(type: string): Promise<string | undefined> {
  if (!MEDIA_TYPE.test(type)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const options = { timeout: ANSWER_MS, killSignal: 'SIGKILL' } as const;
    execFile('xdg-mime', ['query', 'default', type], options, (_, stdout) => {
      const entry = stdout.trim();
      resolve(ENTRY.test(entry) ? entry : undefined);
    });
  });
}
