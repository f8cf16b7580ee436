/** Starts the programs that `find-text -i` and `--open` open files with. */
import { spawn } from 'node:child_process';
import type { Command } from './act.js';

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
