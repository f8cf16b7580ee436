/** Runs a system program to its end: the only place of the audit side that starts processes. */
import { spawnSync } from 'node:child_process';
import type { Owner } from '../log/open-slots.js';

export interface CommandResult {
  readonly isOk: boolean;
  /** What it printed, errors included. */
  readonly output: string;
}

export type RunCommand = (argv: readonly string[], as?: Owner) => CommandResult;

const TIMEOUT_MS = 60_000;
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * @param argv  the program by its absolute path, and its arguments
 * @param as  user and group to run it as, with no other groups
 */
export const runCommand: RunCommand = ([program = '', ...args], as) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...as,
    cwd: '/',
    env: ENVIRONMENT,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [stdout, stderr, error?.message].filter(Boolean).join('').trim();
  return { isOk: status === 0, output };
};
