/**
 * `find-textd inhibit COMMAND`: runs a command while the daemon rests. Whatever ends this process ends the pause:
 * pauses.ts asks whether it lives. The exit status is the command's; signals are passed on to it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../shared/errors.js';
import { type Context, pausesOf, say } from './context.js';
import { tell, untilGoingOn, untilResting } from './pause.js';

/** As a shell does. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const SIGNALLED = 128;
const PASSED_ON = ['SIGHUP', 'SIGTERM', 'SIGUSR2'] as const;
/** A terminal sends these to the command by itself. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;

/** Sets process.exitCode. @throws FindTextError FT_STORE_FAILED when the daemon cannot be told. */
export async function inhibit(context: Context, command: string, args: readonly string[]): Promise<void> {
  let end: () => void = () => {};
  tell(context, () => {
    end = pausesOf(context).inhibit([command, ...args].join(' '));
  });
  try {
    const trouble = await untilResting(context);
    if (trouble) say(context, `inhibit ${command}${trouble}`);
    process.exitCode = await runCommand(context, command, args);
  } finally {
    end();
  }
  await untilGoingOn(context);
}

async function runCommand(context: Context, command: string, args: readonly string[]): Promise<number> {
  let child: ChildProcess | undefined;
  // Before the command runs: it may send one at once.
  const release = onSignals((signal) => child?.kill(signal));
  try {
    return await new Promise<number>((resolve, reject) => {
      child = spawn(command, args, { stdio: 'inherit' });
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code ?? SIGNALLED + (signal ? constants.signals[signal] : 0)));
    });
  } catch (error) {
    const isMissing = systemCode(error) === 'ENOENT' || !isThere(command);
    const why = isMissing ? 'there is no such program' : (error as Error).message;
    say(context, `run ${command}: ${why}`);
    return isMissing ? NOT_FOUND : NOT_EXECUTABLE;
  } finally {
    release();
  }
}

/** The system says "permission denied" of a program that is nowhere, too, when a folder of $PATH is closed. */
function isThere(command: string): boolean {
  const folders = (process.env.PATH ?? '').split(':');
  return command.includes('/') || folders.some((folder) => existsSync(join(folder, command)));
}

function onSignals(pass: (signal: NodeJS.Signals) => void): () => void {
  const ofTerminal = process.stdin.isTTY ? () => {} : pass;
  for (const signal of PASSED_ON) process.on(signal, pass);
  for (const signal of FROM_TERMINAL) process.on(signal, ofTerminal);
  return () => {
    for (const signal of PASSED_ON) process.off(signal, pass);
    for (const signal of FROM_TERMINAL) process.off(signal, ofTerminal);
  };
}
